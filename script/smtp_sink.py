"""A mail server that keeps nothing but who got which mail: for trials, several ports in one thread.

It takes every mail, except while it is told to refuse, to hang or to be down. What it has taken it always says so of.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable

END = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250 8BITMIME\r\n",
    b"QUIT": b"221 bye\r\n",
    b"DATA": b"354 go on\r\n",
}
ADDRESS, MESSAGE_ID = re.compile(rb"<([^>]*)>"), re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


REFUSING, HANGING, DOWN = "refusing", "hanging", "down"
TROUBLES = (REFUSING, HANGING, DOWN)


class Sink:
    """`taken` lists (recipient, Message-ID). `on_taken` is called with the port's place before a mail is answered.

    `felt` counts what a trouble came to: commands refused (4xx), commands left without an answer, times down.
    """

    def __init__(self, ports: int, on_taken: Callable[[int], None] = lambda _place: None) -> None:
        self.taken: list[tuple[str, str]] = []
        self.on_taken = on_taken
        self.ports: list[int] = []
        self.trouble, self.felt = "", dict.fromkeys(TROUBLES, 0)
        self._talks: set[Talk] = set()
        self._servers: list[asyncio.Server] = []
        self._wanted, self._ready = ports, threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Sink:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_about: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._listen([0] * self._wanted))
        self.ports = [server.sockets[0].getsockname()[1] for server in self._servers]
        self._ready.set()
        self._loop.run_forever()

    async def _listen(self, ports: list[int]) -> None:
        self._servers = [
            await self._loop.create_server(lambda place=place: Talk(self, place), "127.0.0.1", port)
            for place, port in enumerate(ports)
        ]

    def begin(self, trouble: str, seconds: float) -> None:
        """From `on_taken`: after the answer to that mail, be so for a while."""
        self.trouble = trouble
        self._loop.call_soon(self._leave) if trouble == DOWN else None
        self._loop.call_later(seconds, self._end)

    def _leave(self) -> None:
        """Nobody listens, and who was talking is hung up on. A mail that was not answered was not taken."""
        self.felt[DOWN] += 1
        for one in [*self._servers, *[talk.transport for talk in self._talks]]:
            one.close()

    def _end(self) -> None:
        if self.trouble == DOWN:
            self._loop.create_task(self._listen(self.ports))
        self.trouble = ""


class Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self, sink: Sink, place: int) -> None:
        self.sink, self.place = sink, place
        self.buffer, self.to, self.in_data = b"", "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.sink._talks.add(self)
        self.answer(b"220 sink\r\n", refusal=b"421 come back later\r\n")

    def connection_lost(self, _error: Exception | None) -> None:
        self.sink._talks.discard(self)

    def answer(self, words: bytes, refusal: bytes = b"") -> None:
        """As things stand: not at all, or with the refusal, or well."""
        trouble = self.sink.trouble
        if trouble == HANGING or (trouble == REFUSING and refusal):
            self.sink.felt[trouble] += 1
        if trouble != HANGING:
            self.say(refusal if trouble == REFUSING and refusal else words)

    def say(self, words: bytes) -> None:
        self.transport.write(words)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := END if self.in_data else b"\r\n") in self.buffer:
            part, self.buffer = self.buffer.split(end, 1)
            self.take(part) if self.in_data else self.command(part)

    def command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT" and (found := ADDRESS.search(line)):
            self.to = found[1].decode()
        self.in_data = verb == b"DATA"
        refusal = b"451 not now\r\n" if verb == b"RCPT" else b""
        self.answer(ANSWERS.get(verb, b"250 fine\r\n"), refusal)

    def take(self, letter: bytes) -> None:
        found = MESSAGE_ID.search(letter)
        self.sink.taken.append((self.to, found[1].decode() if found else ""))
        self.sink.on_taken(self.place)
        self.in_data = False
        self.say(b"250 taken\r\n")
