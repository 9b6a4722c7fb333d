"""nginx: files from memory, as fast as a server can be; and the upstream that counts how often it was asked."""

import re
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bench.processes import Process, Processes

_CONFIGURATION = r"""
worker_processes 1; daemon off; pid {root}/pid; error_log {root}/error error;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_timeout 300; keepalive_requests 100000000;
  default_type application/json; types {{ }}
  open_file_cache max=1000 inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
  uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=4096; root {root}/files;
    location = /status {{ stub_status; }}
    location = /users {{ try_files /users.json =404; }}
    location ~ ^/(\d+)/karirhub/ {{ try_files /vacancies/$1/$arg_page.json =404; }}
    location / {{ try_files $uri.json =404; }}
  }}
}}
"""


class Nginx:
    """One that serves these files, by their names without `.json`."""

    def __init__(self, name: str, processes: Processes, folder: Path, port: int, core: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        at = folder / "nginx.conf"
        at.write_text(_CONFIGURATION.format(root=folder, port=port), encoding="utf-8")
        command = ["nginx", "-e", folder / "error", "-c", at]
        self.process: Process = processes.start(name, command, core=core, cwd=folder).ready(f"{self.url}/status")

    def put(self, files: Mapping[str, bytes]) -> None:
        """Serve these, too."""
        for name, content in files.items():
            at = self._files / f"{name}.json"
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(content)

    def asked(self) -> int:
        """How many requests there were before this one."""
        with urllib.request.urlopen(f"{self.url}/status", timeout=5) as response:
            found = re.search(r"\n\s*\d+ \d+ (\d+)", response.read().decode())
        return int(found[1]) - 1 if found else 0
