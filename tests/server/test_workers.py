"""The server as people run it: ``gxclassify serve`` in processes of its own."""

import asyncio
import concurrent.futures
import contextlib
import errno
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from gxclassify.files import is_abandoned
from gxclassify.server import process
from gxclassify.server.accounts import add_account
from gxclassify.server.process import Supervisor
from gxclassify.server.settings import ServerSettings
from server.loopback import TEXT
from server.programs import SERVE, Program
from support import PATIENCE, wait_for


@pytest.fixture
def program():
    with contextlib.ExitStack() as stack:

        def start(*arguments):
            started = Program(*arguments)
            stack.callback(lambda: started.process.poll() is None and started.end())
            return started

        yield start


def wait_for_metrics(client, *lines):
    """Wait until /metrics shows these: a request is counted when its answer has been sent."""
    for line in lines:
        wait_for(lambda line=line: line in client.get("/metrics").text, line)


def wait_for_end(pids):
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_process_ends_when_told(program, number):
    one = program()
    assert one.post(texts=[TEXT]).status_code == 200
    assert one.end(number) in {0, -number}
    assert not any("Traceback" in line for line in one.lines)


def test_workers_end_with_their_supervisor(program):
    server = program("--workers", "2")
    workers = server.workers()
    assert len(workers) == 4
    assert server.post(texts=[TEXT]).status_code == 200
    assert server.end() == 0
    wait_for_end(workers)
    own = [line for line in server.lines if " INFO request " not in line]  # a worker tells of one when it gets to it
    assert [line.split(" INFO ")[1] for line in own[-2:]] == ["ending signal=SIGTERM\n", "ended\n"]
    assert not any("Traceback" in line for line in server.lines)


def lives(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_while_it_stops_it_refuses_what_comes_and_finishes_what_is_under_way(program, workers):
    server = program("--workers", workers)
    address = (server.client.base_url.host, server.client.base_url.port)
    body = json.dumps({"texts": [TEXT]}).encode()
    head = (
        f"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    answering = server.workers()[int(workers) :]
    with socket.create_connection(address) as slow:
        slow.settimeout(PATIENCE)
        slow.sendall(head.encode() + b"\r\n\r\n" + body[:-1])
        with httpx.Client(base_url=server.client.base_url, timeout=PATIENCE) as client:
            wait_for_metrics(client, "gxclassify_in_flight 1.0")
        server.process.send_signal(signal.SIGTERM)

        def get(path):
            return httpx.get(f"http://localhost:{address[1]}/{path}", timeout=PATIENCE)

        wait_for(lambda: sum(map(lives, answering)) == 1)  # one that has nothing to do ends at once
        with contextlib.suppress(httpx.TransportError):
            get("ready")
        wait_for(lambda: get("ready").status_code == 503)
        assert get("ready").json()["type"] == "urn:gxclassify:problem:not-ready"
        assert get("health").status_code == 200
        refused = server.post(texts=[TEXT])
        assert (refused.status_code, refused.headers["retry-after"], refused.headers["connection"]) == (
            503,
            "5",
            "close",
        )
        assert refused.json()["type"] == "urn:gxclassify:problem:stopping"
        assert 'gxclassify_refused_total{kind="stopping"} 1.0' in get("metrics").text
        slow.sendall(body[-1:])
        assert slow.recv(1 << 16).startswith(b"HTTP/1.1 200")
    assert server.end() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_a_worker_that_leaves_alone_lets_the_others_take_what_comes(program):
    server = program("--workers", "2")
    leaving = server.workers()[2]
    wait_for(lambda: server.post(texts=[TEXT]).headers["x-request-id"].startswith(f"{leaving:x}-"))  # it has begun
    os.kill(leaving, signal.SIGUSR1)
    for _ in range(20):
        assert server.post(texts=[TEXT]).status_code == 200
    server.wait_for_line(f"worker died pid={leaving} exit=0")


def test_workers_end_when_their_supervisor_is_killed(program):
    server = program("--workers", "2")
    workers = server.workers()
    assert server.end(signal.SIGKILL) == -signal.SIGKILL
    wait_for_end(workers)


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_server_whose_own_folder_is_cleaned_away_ends_so_that_it_is_started_again(program, temporary):
    """Else documents would be answered with 503 for ever, and the numbers of /metrics be gone, without a word."""
    server = program()
    (folder,) = temporary.iterdir()
    (folder / "documents").unlink()
    server.wait_for_line("folder gone, documents cannot be read")
    server.process.wait(PATIENCE)
    assert server.end() == 1


def test_nothing_cleans_the_folder_of_a_server_that_runs_and_the_next_one_sweeps_that_of_a_killed_one(
    program, temporary
):
    server = program()
    (folder,) = temporary.iterdir()
    workers = server.workers()
    os.utime(folder, (0, 0))
    assert not is_abandoned(folder)  # as systemd-tmpfiles asks
    server.end(signal.SIGKILL)
    wait_for_end(workers)
    os.utime(folder, (0, 0))
    program()
    assert not folder.exists()


@pytest.mark.parametrize("place", [0, 3])
def test_a_worker_that_dies_is_replaced(program, place):
    server = program("--workers", "2")
    victim = server.workers()[place]
    os.kill(victim, signal.SIGKILL)
    server.wait_for_line(f"worker died pid={victim}")
    wait_for(lambda: len(set(server.workers()) - {victim}) == 4)
    for _ in range(6):
        assert server.post(texts=[TEXT]).status_code == 200
    assert server.client.post("/v1/documents", content=TEXT.encode()).status_code == 200


def test_a_worker_takes_a_dead_ones_place_when_the_files_of_the_beginning_are_gone(program, tmp_path):
    files = {"--accounts": "people.toml", "--label-queue": "queue.txt", "--gazetteer": "zones.csv"}
    files = {option: tmp_path / name for option, name in files.items()}
    add_account(files["--accounts"], "林")
    files["--label-queue"].write_text(f"{TEXT}\n", "utf-8")
    files["--gazetteer"].write_text("id,name\nzone-x,临江经济开发区\n", "utf-8")
    options = [str(part) for pair in files.items() for part in pair]
    (tmp_path / "token").write_text("t" * 20, "utf-8")
    store = [
        "--label-store",
        str(tmp_path / "labels.db"),
        "--results",
        str(tmp_path / "results.db"),
        "--token-file",
        str(tmp_path / "token"),
    ]
    server = program(*options, *store)
    for path in [*files.values(), tmp_path / "labels.db", tmp_path / "results.db"]:
        path.unlink()
    server.client.headers["Authorization"] = f"Bearer {'t' * 20}"
    for victim in server.workers():
        os.kill(victim, signal.SIGKILL)
        server.wait_for_line(f"worker died pid={victim}")
    body = {"texts": ["临江经济开发区新签约项目12个。"], "zones": True}
    answer = server.client.post("/v1/predict", json=body)
    assert "zone-x" in answer.text
    assert server.client.post("/v1/documents", content=TEXT.encode()).status_code == 200
    assert server.client.get("/page/results").status_code == 503  # and no empty one in its place, which others lack
    assert not (tmp_path / "labels.db").exists()
    assert not any("Traceback" in line or "cannot go on" in line for line in server.lines)


@pytest.mark.parametrize(
    ("option", "said"), [("--label-queue", "own:1: this line is not JSON"), ("--gazetteer", "own:1: the columns")]
)
def test_a_queue_or_gazetteer_that_does_not_do_is_told_of_before_the_model_is_loaded(tmp_path, option, said):
    (tmp_path / "own").write_text("{\n", encoding="utf-8")
    given = [option, str(tmp_path / "own"), "--label-store", str(tmp_path / "labels.db"), "--model", str(tmp_path)]
    command = [sys.executable, "-m", "gxclassify", "serve", "--port", "0", *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode
    assert said in done.stderr


def test_queue_and_gazetteer_may_come_through_pipes(program, tmp_path):
    texts = {"--label-queue": f"{TEXT}\n", "--gazetteer": "id,name\nzone-x,临江经济开发区\n"}
    options = ["--label-store", str(tmp_path / "labels.db")]
    for option, text in texts.items():
        pipe = tmp_path / option.strip("-")
        os.mkfifo(pipe)
        threading.Thread(target=pipe.write_text, args=(text, "utf-8"), daemon=True).start()  # waits for who reads
        options += [option, str(pipe)]
    server = program(*options)
    body = {"texts": ["临江经济开发区新签约项目12个。"], "zones": True}
    assert "zone-x" in server.client.post("/v1/predict", json=body).text
    assert server.client.get("/label/state").json()["progress"]["paragraphs"] == 1


def test_all_workers_take_a_new_model_together_and_drop_nothing(program, model, tmp_path):
    folder = tmp_path / "model"
    model.save(folder)
    server = program("--workers", "2", "--model", str(folder), "--watch", "0")
    stop = threading.Event()

    def ask():
        statuses = []
        while not stop.is_set():
            statuses.append(server.client.post("/v1/predict", json={"texts": [TEXT]}).status_code)
        return statuses

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        askers = [pool.submit(ask) for _ in range(3)]
        name = model.with_thresholds({"goals": 0.987}).save(folder).name
        answer = server.client.post("/v1/model/reload")
        assert answer.json() == {"changed": True, "model": name}
        assert {server.post(texts=[TEXT]).json()["model"] for _ in range(12)} == {name}
        stop.set()
        assert {status for asker in askers for status in asker.result()} == {200}
    (folder / "model.json").write_text("{}")
    assert server.client.post("/v1/model/reload").status_code == 422
    server.process.send_signal(signal.SIGHUP)  # asks for the same
    server.wait_for_line("model refused")
    server.wait_for_line("model refused")
    assert server.post(texts=[TEXT]).json()["model"] == name
    reloads = 'gxclassify_model_reloads_total{result="%s"} %.1f'
    with httpx.Client(base_url=server.client.base_url, timeout=PATIENCE) as client:
        for result, count in {"loaded": 1, "refused": 2, "unchanged": 0}.items():
            wait_for_metrics(client, reloads % (result, count))


def test_a_reload_that_finds_nothing_new_says_so(program):
    server = program("--workers", "2")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_line("model unchanged name=")
    with httpx.Client(base_url=server.client.base_url, timeout=PATIENCE) as client:
        wait_for_metrics(client, 'gxclassify_model_reloads_total{result="unchanged"} 1.0')


def test_the_folder_is_watched_and_metrics_are_summed_over_workers(program, model, tmp_path):
    folder = tmp_path / "model"
    model.save(folder)
    server = program("--workers", "2", "--model", str(folder), "--watch", "0.1")
    for _ in range(10):
        server.post(texts=[TEXT])
    with httpx.Client(base_url=server.client.base_url, timeout=PATIENCE) as client:
        wait_for_metrics(client, "gxclassify_paragraphs_total 10.0")
    name = model.with_thresholds({"goals": 0.987}).save(folder).name
    for _ in range(2):
        server.wait_for_line(f"model loaded name={name}")
    assert server.post(texts=[TEXT]).json()["model"] == name


def test_workers_share_the_memory_of_the_model(program):
    server = program("--workers", "2")
    server.post(texts=[TEXT])
    for worker in server.workers():
        rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
        private = sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+) kB", rollup, re.MULTILINE))
        resident = int(re.search(r"^Rss:\s+(\d+) kB", rollup, re.MULTILINE)[1])
        assert resident < 250_000
        assert private < resident / 2


def parsers(server):
    """Return the processes that parse files, which are children of the worker that reads documents."""
    tasks = Path(f"/proc/{server.workers()[0]}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def burning(pid):
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) > 100  # hundredths


HARD = ("1,园\n" * 4_000_000).encode()  # a minute's work
"""Records: to read and check them takes the limit of time."""


def test_documents_are_read_at_low_priority_in_a_worker_of_their_own(program, monkeypatch):
    monkeypatch.setenv("GXCLASSIFY_TOKEN", "a-token-of-this-test")
    server = program("--max-texts", "3", "--max-text", "50", "--root-path", "/tagger")
    reading, asking = server.workers()
    assert os.getpriority(os.PRIO_PROCESS, reading) >= min(19, os.getpriority(os.PRIO_PROCESS, asking) + 10)
    url = str(server.client.base_url).removesuffix("/").removesuffix("/tagger")
    token = {"Authorization": "Bearer a-token-of-this-test"}
    with httpx.Client(base_url=url, headers=token, timeout=PATIENCE) as client:
        answer = client.post("/v1/documents?name=%E9%A1%B5.txt&source=true", content=TEXT.encode())
        assert answer.status_code == 200
        assert answer.json()["source"] == TEXT
        assert answer.json()["document"] == "页.txt"
        assert answer.headers["x-frame-options"] == "DENY"
        assert len(answer.headers.get_list("x-request-id")) == len(answer.headers.get_list("date")) == 1
        server.wait_for_line(f"request id={answer.headers['x-request-id']} method=POST route=/v1/documents status=200")
        chunked = client.post("/v1/documents", content=iter([TEXT.encode()[:10], TEXT.encode()[10:]]))
        assert [p["text"] for p in chunked.json()["paragraphs"]] == [TEXT]
        refused = [client.post("/v1/documents", content=text.encode()) for text in ("", f"{TEXT}\n\n" * 4, "长" * 99)]
        assert [answer.status_code for answer in refused] == [422, 422, 422]
        assert [a.json()["type"].rpartition(":")[2] for a in refused] == ["empty", "too-many-texts", "text-too-long"]
        assert refused[0].json()["instance"].endswith(refused[0].headers["x-request-id"])
        wait_for_metrics(
            client,
            'gxclassify_requests_total{method="POST",route="/v1/documents",status="200"} 2.0',
            'gxclassify_requests_total{method="POST",route="/v1/documents",status="422"} 3.0',
            "gxclassify_in_flight 0.0",
        )
    assert httpx.post(f"{url}/v1/documents", content=TEXT.encode(), timeout=PATIENCE).status_code == 401


def test_a_length_beside_chunks_smuggles_nothing(program):
    server = program()
    inner = b"GET /v1/model HTTP/1.1\r\nHost: localhost\r\n\r\n"
    body = b"%x\r\n%b%b\r\n0\r\n\r\n" % (len(TEXT.encode()) + len(inner), TEXT.encode(), inner)
    head = b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: mine\r\nConnection: close\r\n"
    with socket.create_connection((server.client.base_url.host, server.client.base_url.port)) as connection:
        connection.settimeout(PATIENCE)
        connection.sendall(head + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert answer.count(b"HTTP/1.1 200") == 1
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"GET /v1/model" in answer
    assert b"x-request-id: mine" not in answer


def test_a_document_whose_client_goes_away_is_no_longer_read(program):
    server = program()
    host, port = server.client.base_url.host, server.client.base_url.port
    with socket.create_connection((host, port)) as connection:
        head = f"POST /v1/documents?name=a.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(HARD) + 8}\r\n\r\n"
        connection.sendall(head.encode() + b"id,text\n" + HARD)
        wait_for(lambda: any(burning(pid) for pid in parsers(server)))
        reading = parsers(server)
    wait_for_end(reading)
    assert server.client.post("/v1/documents", content=TEXT.encode()).status_code == 200


def test_a_worker_that_dies_while_it_reads_is_an_answer_and_not_a_hang(program):
    server = program()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(
            server.client.post, "/v1/documents?name=a.csv", content=b"id,text\n" + HARD, timeout=PATIENCE
        )
        wait_for(lambda: any(burning(pid) for pid in parsers(server)))
        os.kill(server.workers()[0], signal.SIGKILL)
        answer = asked.result()
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:gxclassify:problem:interrupted")
    server.wait_for_line("worker died")
    assert server.client.post("/v1/documents", content=TEXT.encode()).status_code == 200


def test_an_open_host_without_a_token_is_refused():
    command = [sys.executable, "-c", SERVE.replace("serve()", "serve"), "--host", "0.0.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode
    assert "needs a token" in done.stderr


def test_workers_that_die_at_once_end_the_server_with_an_error():
    """So that what supervises it starts it again; with exit code 0 nothing would."""
    code = (
        "import os, sys\n"
        "from gxclassify.server import process\n"
        "process.work = lambda *_: os._exit(7)\n"
        "from gxclassify.cli import main\n"
        "sys.exit(main(['serve', '--port', '0', '--workers', '2']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "exit=7" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: The workers die as soon as they start")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), MemoryError()])
def test_a_model_that_cannot_be_handed_over_leaves_the_old_one_in_use(model, tmp_path, monkeypatch, error):
    """As with a full disk under the folder that the workers map."""

    def full(*_):
        raise error

    supervisor = Supervisor(ServerSettings(workers=2), None)
    supervisor._model, supervisor._folder = model, tmp_path
    monkeypatch.setattr(supervisor._source, "load", lambda: model.with_thresholds({"goals": 0.9}).save(tmp_path / "m"))
    monkeypatch.setattr(process, "write_model", full)
    supervisor._reload()
    assert supervisor._model is model


def test_a_worker_that_cannot_take_the_new_model_ends_and_says_why(tmp_path, monkeypatch, caplog):
    """As when it may open no more files: the supervisor puts one in its place that has the new model."""
    told = []
    monkeypatch.setattr(process.os, "kill", lambda *what: told.append(what))
    asyncio.run(process.WorkerReloader(None, None, None)._take(tmp_path / "gone.model"))
    assert told == [(os.getpid(), signal.SIGUSR1)]
    assert "worker cannot take the new model and ends: " in caplog.text
    assert "Traceback" not in caplog.text


_GONE = """
from gxclassify.cli import main
from gxclassify.errors import StoreError
from gxclassify.server import app
def gone(*_, **__):
    raise StoreError("The store went away.")
app.create_app = gone
main(["serve", "--port", "0"])
"""


def test_a_worker_that_cannot_start_says_why_in_a_line():
    """Files are looked at before, but may go between."""
    done = subprocess.run([sys.executable, "-c", _GONE], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "worker cannot go on: The store went away." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "said"), [("--label-store", "the store cannot be used"), ("--results", "holds something else")]
)
def test_a_store_that_does_not_do_is_refused_before_any_worker_starts(tmp_path, option, said):
    (tmp_path / "labels.db").write_text("no database at all, but text", "utf-8")
    if option == "--results":
        (tmp_path / "labels.db").unlink()
        with contextlib.closing(sqlite3.connect(tmp_path / "labels.db")) as other, other:
            other.execute("CREATE TABLE label (id TEXT)")
    command = [sys.executable, "-m", "gxclassify", "serve", "--port", "0", option, str(tmp_path / "labels.db")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 3
    assert said in done.stderr
    assert "worker" not in done.stderr


def test_the_supervisor_loads_nothing_that_counts():
    code = "import sys, gxclassify.server.process; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"  # else its counters would not be summed over workers


def test_what_is_no_http_is_told_so_in_both_languages_and_with_what_to_do(program):
    server = program()
    with socket.create_connection((server.client.base_url.host, server.client.base_url.port)) as connection:
        connection.settimeout(PATIENCE)
        connection.sendall("GET /v1/documents?name=页.txt HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    problem = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (problem["status"], problem["type"]) == (400, "urn:gxclassify:problem:not-http")
    assert "percent-encoded" in problem["detail"]
    assert "百分号编码" in problem["texts"]["zh"]
