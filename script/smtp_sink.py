"""A mail server that takes every mail and keeps nothing but who got which: for trials, several ports in one thread."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable

END = b"\r\n.\r\n"
ANSWERS = {b"EHLO": b"250-sink\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n", b"DATA": b"354 go on\r\n"}
ADDRESS, MESSAGE_ID = re.compile(rb"<([^>]*)>"), re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink:
    """`taken` lists (recipient, Message-ID). `on_taken` is called with the port's place before a mail is answered."""

    def __init__(self, ports: int, on_taken: Callable[[int], None] = lambda _place: None) -> None:
        self.taken: list[tuple[str, str]] = []
        self.on_taken = on_taken
        self.ports: list[int] = []
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
        for place in range(self._wanted):
            made = self._loop.create_server(lambda place=place: Talk(self, place), "127.0.0.1", 0)
            self.ports.append(self._loop.run_until_complete(made).sockets[0].getsockname()[1])
        self._ready.set()
        self._loop.run_forever()


class Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self, sink: Sink, place: int) -> None:
        self.sink, self.place = sink, place
        self.buffer, self.to, self.in_data = b"", "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.say(b"220 sink\r\n")

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
        self.say(ANSWERS.get(verb, b"250 fine\r\n"))

    def take(self, letter: bytes) -> None:
        found = MESSAGE_ID.search(letter)
        self.sink.taken.append((self.to, found[1].decode() if found else ""))
        self.sink.on_taken(self.place)
        self.in_data = False
        self.say(b"250 taken\r\n")
