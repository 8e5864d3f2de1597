"""A mail server of a few lines: it takes every mail and keeps it, in the open and without a password."""

import asyncio
import contextlib
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage

OK = {"EHLO": b"250 here\r\n", "HELO": b"250 here\r\n", "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}


class Postbox:
    """The mails that came; `refuses` lets it turn every one away."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.commands: list[str] = []
        self.refuses = False
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one client."""
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            self.commands.append(word)
            refused = self.refuses and word == "MAIL"
            writer.write(b"451 later\r\n" if refused else OK.get(word, b"250 ok\r\n"))
            if word == "DATA":
                body = await reader.readuntil(b"\r\n.\r\n")
                parsed = email.message_from_bytes(body[:-3], policy=email.policy.default)
                assert isinstance(parsed, EmailMessage)
                self.mails.append(parsed)
                writer.write(b"250 kept\r\n")
            if word == "QUIT":
                break
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            writer.close()


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Postbox]:
    """Open a postbox on a port of its own."""
    box = Postbox()
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield box
