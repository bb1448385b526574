"""A server that is down, hangs, breaks off or lies: quick, plain errors and no lasting harm."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

import pytest

from storage.breaker import Breaker
from storage.port import Corrupt, Denied, NotFound, StoreError, StoreFull, Unavailable, read_whole
from storage.s3 import S3Store
from tests.servers.object_server import free_ports
from tests.storage.stored import fresh_key, put, sha256

DATA = b"signed paper" * 10_000
Answer = Callable[[BaseHTTPRequestHandler], None]


def store_at(port: int, **options: object) -> S3Store:
    """A store on a port of this machine."""
    return S3Store(f"127.0.0.1:{port}", "key", "secret", "signed", secure=False, **options)  # type: ignore[arg-type]


def seconds(call: Callable[[], object], kind: type[StoreError]) -> float:
    """How long a call takes to fail as expected."""
    start = time.monotonic()
    with pytest.raises(kind) as failure:
        call()
    assert failure.value.retry is (kind is Unavailable)
    return time.monotonic() - start


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(32)
        yield listener.getsockname()[1]


@contextmanager
def answering(get: Answer, head: Answer | None = None) -> Iterator[int]:
    """A server that describes `DATA` truly on HEAD and does with GET and PUT what it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            (head or (lambda handler: describe(handler, len(DATA))))(self)

        def do_GET(self) -> None:
            get(self)

        def do_PUT(self) -> None:
            get(self)

        def log_message(self, *args: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def describe(handler: BaseHTTPRequestHandler, length: int, part: str = "") -> None:
    """The head of an answer about `DATA`, of which it brings `length` bytes."""
    handler.send_response(206 if part else 200)
    handler.send_header("Content-Length", str(length))
    handler.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
    handler.send_header("x-amz-meta-sha256", sha256(DATA))
    if part:
        handler.send_header("Content-Range", f"bytes {part}")
    handler.end_headers()


def body(sent: bytes, promised: int = len(DATA), part: str = "") -> Answer:
    """An answer that promises so many bytes and sends these."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        describe(handler, promised, part)
        handler.wfile.write(sent)

    return answer


def refusal(status: int, code: str) -> Answer:
    """An S3 error answer."""
    text = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        handler.send_response(status)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    return answer


def test_a_refused_port_is_unavailable_at_once_for_every_call() -> None:
    [port] = free_ports(1)
    store = store_at(port, breaker=Breaker(limit=100))
    calls = [
        lambda: put(store, "a", b"x"),
        lambda: store.stat("a"),
        lambda: store.open("a"),
        lambda: list(store.list()),
        lambda: store.hold("a", True),
        lambda: store.delete("a"),
    ]
    for call in calls:
        assert seconds(call, Unavailable) < 1


def test_a_hung_server_costs_one_time_out_and_then_nothing_until_it_has_rested() -> None:
    now = [0.0]
    breaker = Breaker(limit=2, rest=15, monotonic=lambda: now[0])
    with silent_server() as port:
        store = store_at(port, read=0.3, breaker=breaker)
        for _ in range(2):
            assert 0.25 < seconds(lambda: store.stat("a"), Unavailable) < 1.5
        for _ in range(50):
            assert seconds(lambda: store.stat("a"), Unavailable) < 0.1
        now[0] += 15.1
        assert seconds(lambda: store.stat("a"), Unavailable) > 0.25  # one call is let through
        assert seconds(lambda: store.stat("a"), Unavailable) < 0.1


def test_the_breaker_closes_again_after_one_answer() -> None:
    now = [0.0]
    breaker = Breaker(limit=1, rest=15, monotonic=lambda: now[0])
    breaker.note(False)
    with pytest.raises(Unavailable):
        breaker.check()
    now[0] += 15.1
    breaker.check()
    with pytest.raises(Unavailable):
        breaker.check()
    breaker.note(True)
    breaker.check()
    breaker.check()


def test_a_download_that_breaks_off_is_unavailable_not_short() -> None:
    with answering(body(DATA[:-5000])) as port:
        assert seconds(lambda: read_whole(store_at(port), "a"), Unavailable) < 5


@pytest.mark.parametrize("sent", [DATA[:-1] + b"!", DATA[:-5000], b""], ids=["bit", "cut", "none"])
def test_a_server_that_sends_other_bytes_than_stored_is_corrupt(sent: bytes) -> None:
    with answering(body(sent, promised=len(sent))) as port:
        assert seconds(lambda: read_whole(store_at(port), "a"), Corrupt) < 5


@pytest.mark.parametrize(
    ("sent", "part"),
    [(DATA[10:60], "10-59/120000"), (DATA[11:111], "11-110/120000"), (DATA, "")],
    ids=["short", "shifted", "whole"],
)
def test_another_range_than_asked_for_is_corrupt(sent: bytes, part: str) -> None:
    with answering(body(sent, len(sent), part)) as port:
        store = store_at(port)
        assert seconds(lambda: b"".join(store.open("a", 10, 100)), Corrupt) < 5


def test_an_object_of_which_nobody_recorded_a_hash_is_corrupt_before_its_first_byte() -> None:
    def foreign(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(DATA)))
        handler.end_headers()
        handler.wfile.write(DATA)

    with answering(foreign) as port:
        seconds(lambda: store_at(port).open("a"), Corrupt)


@pytest.mark.parametrize("span", [(0, None), (10, None), (10, 100)])
def test_a_read_is_one_request(span: tuple[int, int | None]) -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.command)
        first = span[0]
        last = len(DATA) if span[1] is None else first + span[1]
        part = f"{first}-{last - 1}/{len(DATA)}" if handler.headers["Range"] else ""
        body(DATA[first:last], last - first, part)(handler)

    with answering(answer, head=answer) as port:
        blocks = store_at(port).open("a", *span)
        assert (blocks.stat.size, blocks.stat.sha256) == (len(DATA), sha256(DATA))
        assert b"".join(blocks) == DATA[span[0] :][: span[1]]
    assert asked == ["GET"]


@pytest.mark.parametrize("begun", [False, True], ids=["never begun", "half way"])
@pytest.mark.parametrize("closed", [False, True], ids=["dropped", "closed"])
def test_a_reader_nobody_reads_to_its_end_keeps_no_connection(begun: bool, closed: bool) -> None:
    """Twenty of them, one after the other: the server sees each connection go."""
    ended: Queue[type[Exception]] = Queue()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        describe(handler, 1 << 40)
        try:
            while True:
                handler.wfile.write(bytes(1 << 20))
        except OSError as reason:
            ended.put(type(reason))

    with answering(endless) as port:
        store = store_at(port)
        for _ in range(20):
            blocks = store.open("a")
            if begun:
                next(blocks)
            if closed:
                blocks.close()
                assert list(blocks) == []
            else:
                del blocks
            assert issubclass(ended.get(timeout=5), ConnectionError)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "AccessDenied", Denied),
        (403, "RequestTimeTooSkewed", Denied),
        (404, "NoSuchBucket", Denied),
        (418, "SomethingNew", Denied),
        (404, "NoSuchKey", NotFound),
        (400, "BadDigest", Corrupt),
        (507, "XMinioStorageFull", StoreFull),
        (409, "ConditionalRequestConflict", Unavailable),
        (500, "InternalError", Unavailable),
        (503, "SlowDown", Unavailable),
    ],
)
def test_what_a_server_answers_is_said_in_the_words_of_the_port(
    status: int, code: str, kind: type[StoreError]
) -> None:
    with answering(refusal(status, code)) as port:
        assert seconds(lambda: put(store_at(port), "a", b"x"), kind) < 5


def test_one_rotten_object_does_not_close_the_store_for_all_others() -> None:
    with answering(refusal(500, "InternalError")) as port:
        store = store_at(port, breaker=Breaker(limit=1))
        for _ in range(5):
            seconds(lambda: read_whole(store, "a"), Unavailable)
        assert store.stat("a").size == len(DATA)


def test_a_read_may_be_given_up_in_another_thread() -> None:
    """Web servers close an answer elsewhere than they began it."""
    with answering(body(DATA)) as port:
        store = store_at(port)
        blocks = store.open(fresh_key())
        next(blocks)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(blocks.close).result()
        assert read_whole(store, "a") == DATA
