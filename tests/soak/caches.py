"""Caches between the hub and its clients, as a city would run them: nginx and Varnish, each on a port of its own."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.with_hub import free_port

NGINX, VARNISH = (shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin") for name in ("nginx", "varnishd"))

# Of root's processes, nginx would make those of nobody, who may not write to the folders of tests.
OF_NGINX = """
user root; daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache keys_zone=hub:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {hub}; proxy_cache hub; proxy_cache_background_update on; proxy_cache_lock on;
      proxy_set_header Host $host; add_header X-Cache $upstream_cache_status;
    }}
  }}
}}
"""
OF_VARNISH = """
vcl 4.1;
backend hub {{ .host = "{host}"; .port = "{hub_port}"; }}
sub vcl_deliver {{ if (obj.hits > 0) {{ set resp.http.X-Cache = "HIT"; }} else {{ set resp.http.X-Cache = "MISS"; }} }}
"""


@asynccontextmanager
async def nginx(hub: str, folder: Path) -> AsyncIterator[str]:
    """An nginx before the hub; its address."""
    port = free_port()
    path = folder / "nginx.conf"
    path.write_text(OF_NGINX.format(folder=folder, port=port, hub=hub), encoding="utf-8")
    async with running(port, str(NGINX), "-p", str(folder), "-c", str(path)) as address:
        yield address


@asynccontextmanager
async def varnish(hub: str, folder: Path) -> AsyncIterator[str]:
    """A Varnish before the hub; its address."""
    port, at = free_port(), urlsplit(hub)
    path = folder / "hub.vcl"
    path.write_text(OF_VARNISH.format(host=at.hostname, hub_port=at.port), encoding="utf-8")
    given = (
        "-F",
        "-j",
        "none",
        "-n",
        str(folder / "varnish"),
        "-a",
        f"127.0.0.1:{port}",
        "-s",
        "malloc,16m",
        "-T",
        "none",
    )
    async with running(port, str(VARNISH), *given, "-f", str(path)) as address:
        yield address


@asynccontextmanager
async def running(port: int, *command: str) -> AsyncIterator[str]:
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=nothing, stderr=nothing)
    try:
        async with asyncio.timeout(30):
            while True:
                assert process.returncode is None, f"{command[0]} ended with {process.returncode}"
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
