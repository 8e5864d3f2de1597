"""Telegram's stand-ins, each a process of its own: the simulator with patients in it, or one that answers at once.

`python -m benchmarks.stand_in simulator FIRST COUNT` or `python -m benchmarks.stand_in quick MILLISECONDS`; both say
their address and serve until their input ends.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from reminderbot.simulator import server, world


@contextlib.contextmanager
def running(*words: object) -> Iterator[str]:
    """Run a stand-in for the length of the block; yield its address."""
    command = [sys.executable, "-m", "benchmarks.stand_in", *(str(word) for word in words)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _populated(first: int, count: int) -> server.Simulator:
    """Return a simulator in which so many people have started the bot; their numbers follow one another."""
    simulator = server.Simulator()
    bot = simulator.world.bot(None)
    assert bot is not None
    for id in range(first, first + count):
        person = simulator.world.people[id] = world.Person(id)
        simulator.world.conversation(bot, person).started = True
    return simulator


def _quick(milliseconds: int) -> Starlette:
    """Return a Bot API that accepts everything after so long."""

    async def accept(_: Request) -> JSONResponse:
        await asyncio.sleep(milliseconds / 1000)
        chat = {"id": 1, "type": "private"}
        return JSONResponse({"ok": True, "result": {"message_id": 1, "date": 1, "chat": chat, "text": "."}})

    return Starlette(routes=[Route("/{path:path}", accept, methods=["GET", "POST"])])


@contextlib.asynccontextmanager
async def _serving(kind: str, *numbers: int) -> AsyncIterator[str]:
    if kind == "simulator":
        async with server.serve(_populated(*numbers)) as address:
            yield address
    else:
        async with server.serve(server.Simulator(), app=_quick(*numbers)) as address:
            yield address


async def main(kind: str, *numbers: int) -> None:
    """Serve until the input ends."""
    async with _serving(kind, *numbers) as address:
        print(address, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *(int(word) for word in sys.argv[2:])))
