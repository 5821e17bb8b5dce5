import asyncio
import concurrent.futures
import contextlib
import json
import socket
import threading
import time

import httpx
import pytest

from gxclassify.server import api, middleware
from gxclassify.server.settings import Limits
from server.loopback import TEXT
from support import PATIENCE, wait_for

BODY = {"texts": [TEXT]}


def head(length=None, path="/v1/predict", more=""):
    size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{size}\r\n{more}\r\n"
    return lines.encode()


def answer_of(connection):
    """Read until the server closes; return the status and what came after the head."""
    data = b""
    while part := connection.recv(65536):
        data += part
    return int(data.split(b" ", 2)[1]), data.partition(b"\r\n\r\n")[2]


def ask_for_health(connection):
    connection.sendall(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
    data = b""
    while not data.endswith(b"}"):
        part = connection.recv(4096)
        assert part
        data += part
    assert b" 200 " in data


def is_cut_off(connection, line, *, times, pause=0.0):
    """Send a line again and again; tell whether the other end stops taking it."""
    try:
        for _ in range(times):
            connection.sendall(line)
            time.sleep(pause)
    except OSError:  # reset or broken pipe, as the race goes
        return True
    return False


def is_closed(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_an_announced_body_that_is_too_long_is_refused_unread(start):
    server = start(limits=Limits(json_bytes=1000))
    with server.connect() as connection:
        connection.sendall(head(1001) + b"x" * 100)
        connection.shutdown(socket.SHUT_WR)
        status, body = answer_of(connection)
    assert status == 413
    assert json.loads(body)["type"] == "urn:gxclassify:problem:body-too-long"
    assert f"{json.loads(body)['most']:,} bytes" in json.loads(body)["detail"]


def test_a_body_of_just_the_limit_is_taken(start):
    body = json.dumps(BODY, ensure_ascii=False).encode()
    assert start(limits=Limits(json_bytes=len(body))).client.post(
        "/v1/predict", content=body, headers={"content-type": "application/json"}
    ).status_code == 200  # fmt: skip
    assert start(limits=Limits(json_bytes=len(body) - 1)).client.post(
        "/v1/predict", content=body, headers={"content-type": "application/json"}
    ).status_code == 413  # fmt: skip


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/documents", "/invocations", "/predict"])
def test_a_body_without_length_is_cut_off_at_the_limit(start, path):
    server = start(limits=Limits(json_bytes=1000, document_bytes=1000))
    with server.connect() as connection:
        connection.sendall(head(path=path))
        for _ in range(5):
            connection.sendall(b"fa\r\n" + b" " * 250 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        status, _ = answer_of(connection)
    assert status == 413


@pytest.mark.parametrize("announced", [True, False])
def test_a_hundred_megabytes_are_refused_and_the_client_sees_why(server, announced):
    def body():
        for _ in range(100):
            yield bytes(2**20)

    headers = {"content-length": str(100 * 2**20)} if announced else {}
    before = memory()
    answer = server.client.post("/v1/documents", content=body(), headers=headers)
    assert answer.status_code == 413
    assert memory() - before < 60 * 2**20


def memory():
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a kernel's file
        return int(file.read().split()[1]) * 4096


def test_headers_that_trickle_in_end_the_connection(start):
    server = start(limits=Limits(header_seconds=0.3))
    with server.connect() as connection:
        connection.sendall(b"POST /v1/predict HTTP/1.1\r\n")
        assert is_cut_off(connection, b"x-a: b\r\n", times=100, pause=0.05)  # long before all are sent


def test_headers_of_a_second_request_must_come_in_time_as_well(start):
    server = start(limits=Limits(header_seconds=1.0))
    with server.connect() as connection:
        ask_for_health(connection)
        connection.sendall(b"GET /hea")
        assert is_closed(connection)


def test_a_quiet_connection_between_requests_stays_open(start):
    server = start(limits=Limits(header_seconds=1.0))
    with server.connect() as connection:
        for _ in range(2):
            ask_for_health(connection)
            time.sleep(1.5)


def test_endless_headers_are_refused(start):
    server = start(limits=Limits(header_seconds=1.0))
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n" + b"x-filler: " + b"x" * 100_000)
        assert answer_of(connection)[0] == 400
        assert is_cut_off(connection, b"x-filler: " + b"x" * 1000 + b"\r\n", times=5000, pause=0.02)


def test_a_body_that_trickles_in_is_given_up(start):
    server = start(limits=Limits(body_seconds=0.3))
    with server.connect() as connection:
        connection.sendall(head(100, more="connection: close\r\n") + b'{"texts":')
        status, body = answer_of(connection)
    assert status == 408
    assert json.loads(body)["type"] == "urn:gxclassify:problem:slow-body"


def test_a_client_that_goes_away_is_no_failure(start, caplog):
    server = start()
    with server.connect() as connection:
        connection.sendall(head(100, "/v1/documents") + b"half")
    server.client.get("/health")
    time.sleep(0.2)
    assert "bug" not in caplog.text
    assert server.client.post("/v1/predict", json=BODY).status_code == 200


def test_an_answer_that_nobody_takes_ends_the_connection(start):
    server = start(limits=Limits(header_seconds=0.3))
    with server.connect() as connection:
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n" * 1000)
        wait_for(lambda: len(server.server.server_state.connections) == 1)  # the other one is the client's


@pytest.fixture
def slow_batcher(monkeypatch):
    """Make scoring of a server wait until it is let go."""

    def slow(server):
        go = asyncio.Event()
        plain = server.state.batcher.tag
        loop = []

        async def tag(*args, **kwargs):
            loop.append(asyncio.get_running_loop())
            await go.wait()
            return await plain(*args, **kwargs)

        monkeypatch.setattr(server.state.batcher, "tag", tag)
        return lambda: loop[0].call_soon_threadsafe(go.set)

    return slow


def test_work_that_takes_too_long_is_given_up(start, slow_batcher):
    server = start(limits=Limits(request_seconds=0.2))
    slow_batcher(server)
    answer = server.client.post("/v1/predict", json=BODY)
    assert answer.status_code == 504
    assert answer.json()["type"] == "urn:gxclassify:problem:timeout"


def test_requests_beyond_the_limit_are_told_to_come_back(start, slow_batcher):
    server = start(limits=Limits(in_flight=3))
    let_go = slow_batcher(server)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(server.client.post, "/v1/predict", json=BODY) for _ in range(3)]
        while server.state.metrics.in_flight._value.get() < 3:
            time.sleep(0.01)
        refused = server.client.post("/v1/predict", json=BODY)
        alive = server.client.get("/health")
        let_go()
        assert [answer.result().status_code for answer in waiting] == [200, 200, 200]
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert alive.status_code == 200
    assert server.client.post("/v1/predict", json=BODY).status_code == 200


def test_with_too_many_connections_health_is_told_and_all_else_refused(start):
    server = start(limits=Limits(in_flight=1))  # four connections
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(4)]
        wait_for(lambda: server.state.connections() >= len(idle))
        with httpx.Client(base_url=server.client.base_url, timeout=PATIENCE) as client:
            refused = client.post("/v1/predict", json=BODY)
            assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
            assert refused.json()["type"] == "urn:gxclassify:problem:connections"
            assert refused.headers["retry-after"] == "1"
            assert refused.json()["instance"].endswith(refused.headers["x-request-id"])
            for path in ("/health", "/ready", "/metrics"):
                assert client.get(path).status_code == 200
            assert 'gxclassify_refused_total{kind="connections"} 1.0' in client.get("/metrics").text
    wait_for(lambda: server.client.post("/v1/predict", json=BODY).status_code == 200)


def test_documents_beyond_the_limit_are_told_to_come_back(start, monkeypatch):
    server = start(limits=Limits(documents=1))
    go = threading.Event()
    plain = server.state.reader._read

    def slow(*args, **named):
        go.wait(PATIENCE)
        return plain(*args, **named)

    monkeypatch.setattr(server.state.reader, "_read", slow)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(server.client.post, "/v1/documents", content=TEXT.encode()) for _ in range(2)]
        while server.state.reader._present < 2:
            time.sleep(0.01)
        refused = server.client.post("/v1/documents", content=TEXT.encode())
        go.set()
        assert [answer.result().status_code for answer in waiting] == [200, 200]
    assert refused.status_code == 429


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/predict", {"texts": ["a"] * 4}),
        ("/v1/predict", {"records": [{"text": "a"}] * 4}),
        ("/v1/predict", {"texts": ["a" * 11]}),
        ("/invocations", {"instances": ["a"] * 4}),
        ("/invocations", {"instances": ["a" * 11]}),
        ("/predict", {"tasks": [{"data": {"text": "a"}}] * 4}),
        ("/predict", {"tasks": [{"data": {"text": "a" * 11}}]}),
    ],
)
def test_too_many_or_too_long_texts_are_refused(start, path, body):
    answer = start(limits=Limits(texts=3, text_characters=10)).client.post(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"] in {"Too many.", "Too long."}


@pytest.mark.parametrize("path", ["/v1/documents", "/page/document", "/label/queue"])
def test_the_limits_of_texts_hold_for_documents(start, tmp_path, path):
    server = start(limits=Limits(texts=3, text_characters=1000), label_store=tmp_path / "labels.db")
    many = "".join(f"　　今年以来，高新区引进亿元以上项目{n}个。\n\n" for n in range(9))
    for text, detail in ((many, "Too many."), ("高新区引进项目" * 200, "Too long.")):
        answer = server.client.post(path, content=text.encode())
        assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, detail)


@pytest.mark.parametrize(
    ("early", "length", "settings"),
    [
        (401, 10**9, {"token": "0123456789abcdef"}),
        (408, 90, {"limits": Limits(body_seconds=0.3, header_seconds=1.0)}),
        (413, 10**9, {"limits": Limits(json_bytes=100, header_seconds=1.0)}),
        (429, 10**9, {"limits": Limits(in_flight=1, header_seconds=1.0)}),
    ],
)
def test_who_sends_on_after_an_early_answer_does_not_keep_the_connection(start, early, length, settings):
    server = start(**{"limits": Limits(header_seconds=1.0), **settings})
    with server.connect() as other, server.connect() as connection:
        if early == 429:
            other.sendall(head(100))
            wait_for(lambda: server.state.metrics.in_flight._value.get() == 1)
        connection.sendall(head(length))
        assert answer_of(connection)[0] == early
        assert is_cut_off(connection, b"x" * 1000, times=5000, pause=0.02)  # long before all are sent


def answer_to_head(connection):
    """Read one answer with a length; return its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(4096)
        assert part, "closed without an answer"
        data += part
    top, _, body = data.partition(b"\r\n\r\n")
    length = int(top.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(4096)
    return int(top.split(b" ", 2)[1])


def test_a_request_answered_before_its_body_was_there_does_not_end_the_next(start):
    """The end that was set for one who never sends the rest hit the next request of one who was busy."""
    server = start(limits=Limits(header_seconds=1.0))
    with server.connect() as connection:
        connection.sendall(head(5, path="/nothing"))
        assert answer_to_head(connection) == 404
        connection.sendall(b"hello")
        ask_for_health(connection)
        connection.sendall(head(100, path="/v1/predict"))
        time.sleep(2.5)
        body = json.dumps(BODY, ensure_ascii=False).encode()
        connection.sendall(body + b" " * (100 - len(body)))
        assert answer_to_head(connection) == 200


def test_a_connection_at_rest_after_such_an_answer_ends_in_time(start):
    server = start(limits=Limits(header_seconds=PATIENCE))
    server.server.config.timeout_keep_alive = 0.3
    with server.connect() as connection:
        connection.sendall(head(5, path="/nothing"))
        assert answer_to_head(connection) == 404
        connection.sendall(b"hello")
        assert is_closed(connection)


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (head(3_000_000, "/nothing", "connection: close\r\n"), 404),
        (head(3_000_000, "/v1/predict", "authorization: Bearer wrong\r\nconnection: close\r\n"), 401),
        (head(3_000_000, "/nothing").replace(b"HTTP/1.1", b"HTTP/1.0"), 404),
        (head(3_000_000, "/v1/documents?level=word", "connection: close\r\n"), 422),
        (head(5_000_000), 413),
        (head(None, more="connection: close\r\n") + b"no size\r\n", 400),
        (b"no request\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\nx-filler: " + b"x" * 100_000, 400),
    ],
    ids=["path", "token", "http-1.0", "query", "long", "chunk", "not-http", "headers"],
)
def test_a_client_that_sends_all_before_it_looks_sees_the_refusal(start, first, status):
    """Closed at once under a client that still sends, the connection would be reset, and the answer with it."""
    token = {"token": "0123456789abcdef"} if status == 401 else {}
    server = start(**token)
    with server.connect() as connection:
        connection.sendall(first)
        for _ in range(300):  # as slowly as the server needs to have closed long since
            connection.sendall(b"x" * 10_000)
            time.sleep(0.002)
        assert answer_of(connection)[0] == status


def test_what_is_not_http_in_the_middle_of_a_body_is_a_client_that_went_away(start, caplog):
    server = start()
    with server.connect() as connection:
        connection.sendall(head() + b'5\r\n{"tex\r\nno size\r\n')
        assert answer_of(connection)[0] == 400
    wait_for(lambda: not server.state.metrics.in_flight._value.get())
    assert "bug" not in caplog.text
    assert "Exception" not in caplog.text


def test_what_is_not_http_after_an_early_answer_ends_the_connection(start, caplog):
    server = start()
    with server.connect() as connection:
        connection.sendall(head(path="/nothing"))
        assert answer_to_head(connection) == 404
        connection.sendall(b"no size\r\n")
        assert is_closed(connection)
    assert "Fatal" not in caplog.text


def test_a_document_whose_time_is_over_is_no_longer_read(start, monkeypatch):
    server = start(limits=Limits(request_seconds=2.0))
    ended = threading.Event()
    plain = server.state.reader._read

    def watched(*args, **named):
        try:
            return plain(*args, **named)
        finally:
            ended.set()

    monkeypatch.setattr(server.state.reader, "_read", watched)
    answer = server.client.post("/v1/documents", content=("高\n" * 900_000).encode())
    assert answer.status_code in {422, 504}
    assert ended.wait(PATIENCE)
    wait_for(lambda: server.client.post("/v1/documents", content=TEXT.encode()).is_success)


def test_the_bodies_of_all_documents_together_have_a_limit(start, monkeypatch):
    all_held = []
    plain = middleware._Held
    monkeypatch.setattr(middleware, "_Held", lambda most: all_held.append(plain(most)) or all_held[-1])
    server = start(limits=Limits(document_bytes=100_000))
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            connection = stack.enter_context(server.connect())
            head = b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
            connection.sendall(head + b"a" * 99_990)
        wait_for(lambda: any(held.now == 8 * 99_990 for held in all_held))
        answer = server.client.post("/v1/documents", content=b"a" * 1000)
        assert answer.status_code == 429
        assert answer.json()["type"] == "urn:gxclassify:problem:busy"
        assert server.client.get("/health").status_code == 200
    wait_for(lambda: server.client.post("/v1/documents", content=TEXT.encode()).is_success)


@pytest.mark.parametrize("step", ["read", "answer"])
def test_probes_are_answered_while_a_document_is_read_and_its_answer_is_made(start, monkeypatch, step):
    server = start()
    begun, probed = threading.Event(), threading.Event()
    owner, name = (server.state.reader, "_read") if step == "read" else (api, "_document_answer")
    plain = getattr(owner, name)

    def held(*args, **named):
        begun.set()
        assert probed.wait(PATIENCE)
        return plain(*args, **named)

    monkeypatch.setattr(owner, name, held)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.client.post, "/v1/documents", content=TEXT.encode())
        try:
            assert begun.wait(PATIENCE)
            assert server.client.get("/health", timeout=PATIENCE / 2).status_code == 200
        finally:
            probed.set()
        assert waiting.result().is_success
