"""Something between the portal and a server on loopback: it delays, stalls, cuts off, or says no."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

BLOCK = 16_384


@dataclass(frozen=True)
class Trouble:
    """What happens to connections: at most so many bytes of each are passed on to the server, each
    block later by so many seconds; `said`: this answer instead of the server's; `silent`: none.
    """

    limit: int | None = None
    delay: float = 0.0
    said: bytes = b""
    silent: bool = False
    cut: Callable[[], None] = field(default=lambda: None)


@dataclass
class Proxy:
    """Listens on `port` for the server at `target`, as long as it is entered."""

    target: int
    port: int = 0
    trouble: Trouble = Trouble()
    _open: set[socket.socket] = field(default_factory=set)
    _calm: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def between(self) -> Iterator[Proxy]:
        """Take connections while the block runs."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            threading.Thread(target=self._listen, args=[listener], daemon=True).start()
            yield self
            listener.shutdown(socket.SHUT_RDWR)
            self.become(Trouble())

    def become(self, trouble: Trouble) -> None:
        """From now on that; who is connected is cut off."""
        self.trouble = trouble
        self._calm.set()
        self._calm = threading.Event()
        for one in list(self._open):
            _end(one)

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                self._open.add(client)
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        trouble, calm = self.trouble, self._calm
        with client, suppress(OSError):
            if trouble.silent:
                calm.wait()
            elif trouble.said:
                _read_request(client)
                client.sendall(trouble.said)
            else:
                with socket.create_connection(("127.0.0.1", self.target)) as server:
                    back = threading.Thread(
                        target=_pass, args=[server, client, partial(calm.wait, trouble.delay)]
                    )
                    back.start()
                    if not _pass(client, server, partial(calm.wait, trouble.delay), trouble.limit):
                        trouble.cut()
                    _end(server)
                    _end(client)
                    back.join()
        self._open.discard(client)


def refusal(status: int, code: str) -> Trouble:
    """An S3 server's answer to everything."""
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/xml\r\nConnection: close\r\n"
    return Trouble(said=f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def _pass(
    source: socket.socket,
    target: socket.socket,
    rest: Callable[[], object],
    limit: int | None = None,
) -> bool:
    """Hand on what one side says until it ends; False when that was cut at the limit."""
    passed = 0
    with suppress(OSError):
        while block := source.recv(BLOCK):
            rest()
            if limit is not None and passed + len(block) > limit:
                target.sendall(block[: limit - passed])
                return False
            target.sendall(block)
            passed += len(block)
    return True


def _read_request(client: socket.socket) -> None:
    """One request whole, so that its sender listens for the answer."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += client.recv(BLOCK) or b"\r\n\r\n"
    head, _end_of_head, body = said.partition(b"\r\n\r\n")
    lengths = [ln for ln in head.lower().split(b"\r\n") if ln.startswith(b"content-length:")]
    left = int(lengths[0].split(b":")[1]) - len(body) if lengths else 0
    while left > 0 and (block := client.recv(BLOCK)):
        left -= len(block)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
