"""Bodies made to hurt: the server answers 4xx, at once, and goes on."""

import io
import time
import zipfile

import pytest

from server.loopback import TEXT

JSON = {"content-type": "application/json"}
BODIES = {
    "deep arrays": b"[" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "deep inside": b'{"records":[{"text":"x","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
    "utf-16": '{"texts":["招商"]}'.encode("utf-16"),
    "gb18030": '{"texts":["招商"]}'.encode("gb18030"),
    "half a character": '{"texts":["招商"]}'.encode()[:-5],
    "overlong utf-8": b'{"texts":["\xc0\xaf"]}',
    "lone surrogate": b'{"texts":["\\ud800"]}',
    "lone surrogate in a record": b'{"records":[{"text":"x","a":"\\udfff"}]}',
    "surrogate as a key": b'{"records":[{"text":"x","\\udfff":1}]}',
    "a number without end": b'{"records":[{"text":"x","a":' + b"9" * 100_000 + b"}]}",
    "numbers that are none": b'{"texts":["x"],"thresholds":{"goals":NaN}}',
    "many members": b'{"texts":["x"],' + b",".join(b'"k%d":1' % i for i in range(50_000)) + b"}",
    "the same member often": b'{"texts":["x"],' + b",".join([b'"texts":["x"]'] * 50_000) + b"}",
    "zeros": bytes(1000),
    "nothing": b"",
    "null": b"null",
}


@pytest.mark.parametrize("path", ["/v1/predict", "/invocations", "/predict", "/setup", "/webhook"])
@pytest.mark.parametrize("name", BODIES)
def test_json_made_to_hurt_is_answered_at_once(client, path, name):
    begin = time.process_time()  # of the server too, which is a thread of this process
    answer = client.post(path, content=BODIES[name], headers=JSON)
    assert time.process_time() - begin < 2
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/health").status_code == 200


def zip_of(name, megabytes):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, bytes(megabytes * 2**20))
    return data.getvalue()


DOCUMENTS = {
    "bomb.docx": zip_of("word/document.xml", 300),
    "empty.docx": b"PK\x05\x06" + bytes(18),
    "broken.docx": b"PK\x03\x04broken",
    "broken.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 10,
    "deep.html": b"<div>" * 20_000 + TEXT.encode(),
    "zeros.txt": bytes(100_000),
    "noise.txt": bytes(range(256)) * 400,
    "laughs.html": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><p>&b;</p>',
    "deep.jsonl": b"[" * 100_000,
    "../../etc/passwd": TEXT.encode(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_made_to_hurt_are_read_or_refused(client, name):
    answer = client.post("/v1/documents", params={"name": name}, content=DOCUMENTS[name])
    assert answer.status_code in {200, 422}, answer.text
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    "lines",
    [
        b"nonsense\r\n\r\n",
        b"GET /\xe6\x8b HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
        b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: gzip\r\n\r\nabcde",
        b"POST /v1/predict HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_http_is_refused_as_a_problem(server, lines):
    with server.connect() as connection:
        connection.sendall(lines)
        data = b""
        while part := connection.recv(65536):
            data += part
    assert b" 400 " in data.split(b"\r\n", 1)[0]
    assert b"application/problem+json" in data


def test_a_web_socket_is_not_to_be_had(client):
    headers = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-key": "x", "sec-websocket-version": "13"}
    assert client.get("/v1/themes", headers=headers).status_code == 200


def test_requests_in_one_go_are_answered_in_turn(server):
    with server.connect() as connection:
        one = b"GET /v1/themes HTTP/1.1\r\nhost: localhost\r\n"
        connection.sendall((one + b"\r\n") * 20 + one + b"connection: close\r\n\r\n")
        data = b""
        while part := connection.recv(65536):
            data += part
    assert data.count(b"HTTP/1.1 200") == 21
