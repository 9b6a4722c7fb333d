"""What an executed operation costs, whatever it asks: steps in Python, tasks, and looks of the garbage collector."""

import asyncio
import gc
import json
import sys

import pytest
import uvicorn

from bench.in_process import asked
from engine.app import create_app
from engine.configuration.settings import Settings
from engine.http.server import YOUNG, Server

BODY = json.dumps({"query": "{ __typename }"}).encode()
ANSWER = b'{"data":{"__typename":"Query"},"extensions":{"sources":[]}}'
STEPS = 440
"""Functions of Python that one operation calls at most, from the server's call on. They were 690."""


@pytest.fixture
async def app(configuration, clock, store_url):
    given = {"store_url": store_url, "follow": False, "answer_bytes": 0, "usage": False}
    app = create_app(configuration, Settings(**given), clock)
    async with app.router.lifespan_context(app):
        for _ in range(3):
            assert await asked(app, "/graphql", BODY) == ANSWER
        yield app


async def test_an_operation_that_nobody_waits_for_has_few_steps_and_no_task(app, monkeypatch):
    calls, tasks, loop = [], [], asyncio.get_running_loop()
    create = loop.create_task
    monkeypatch.setattr(loop, "create_task", lambda *given, **named: tasks.append(given) or create(*given, **named))
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_qualname) if event == "call" else None)
    try:
        await asked(app, "/graphql", BODY)
    finally:
        sys.setprofile(None)
    assert (len(calls) <= STEPS, tasks) == (True, []), len(calls)


async def test_what_pages_and_other_origins_ask_goes_the_long_way_and_is_answered_alike(app):
    for headers in ({}, {"accept": "text/html, application/json"}, {"origin": "https://page.example"}):
        assert await asked(app, "/graphql", BODY, headers) == ANSWER


async def test_the_collector_does_not_look_through_what_operations_leave_behind(app):
    before, server = gc.get_threshold(), Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    try:
        await server.startup()
        assert gc.get_threshold() == (YOUNG, *before[1:])
        looked = gc.get_stats()[0]["collections"]
        for _ in range(50):
            await asked(app, "/graphql", BODY)
        assert gc.get_stats()[0]["collections"] - looked <= 2
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
        await uvicorn.Server.shutdown(server)  # the hub's own sees to it that the process ends
