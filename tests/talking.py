"""A client of graphql-transport-ws, and when it is subscribed."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp

DATA_READ = "subscription Read { dataRead { text categories byOneself } }"


class Talk:
    """A client of the protocol."""

    def __init__(self, socket):
        self.socket = socket

    async def say(self, type_, name=None, payload=None):
        message = {"type": type_, "id": name, "payload": payload}
        await self.socket.send_json({key: value for key, value in message.items() if value is not None})

    async def hear(self):
        async with asyncio.timeout(10):
            return await self.socket.receive_json()

    async def begin(self, payload=None):
        await self.say("connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def ask(self, query, name="1", **payload):
        await self.say("subscribe", name, {"query": query, **payload})

    async def ended(self):
        """The code with which the other side closes."""
        async with asyncio.timeout(10):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return message.data


def talking(hub, headers=None, protocol="graphql-transport-ws"):
    @asynccontextmanager
    async def connected():
        url = hub.url.replace("http", "ws", 1) + "/graphql"
        async with hub.session.ws_connect(url, protocols=(protocol,), headers=headers) as socket:
            yield Talk(socket)

    return connected()


async def until_listening(hub, number=1):
    """Until so many subscriptions will be told of what is read from now on."""
    async with asyncio.timeout(10):
        while hub.state.news.listening != number:
            await asyncio.sleep(0.001)
