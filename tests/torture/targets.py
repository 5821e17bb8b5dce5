"""Kinds of hostile input: where one begins, and what of the program takes it. What it raises beyond its errors, counts."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pyarrow as pa
from pyarrow.parquet import read_table, write_table

from gxclassify import cli
from gxclassify.config import load_config
from gxclassify.errors import GxclassifyError
from gxclassify.experiments.files import load_experiment
from gxclassify.labels.exchange import FORMATS, import_labels
from gxclassify.labels.records import load_labels
from gxclassify.loading import load_model
from gxclassify.model.bundle import checksum
from gxclassify.reading.reader import read
from gxclassify.scoring.bulk import tag_files
from gxclassify.server.accounts import read_accounts
from gxclassify.themes import load_taxonomy
from support import PAGE, ROOT, tiny_records

SECONDS = 60.0
"""Processor time from which one input counts as a hang."""

ODD = (
    "\x00", "\ufeff", "\u200b" * 9, "\ud800", "\u202e", "\u3000", "\r", "\r\n", "\n\n", "\t", "\u2028", "\x85", "\x1a",
    "`" * 40, "<" * 40, "[" * 200, "{" * 200, '"', '""', "'", "\\", "\\ud83d", "&#0;", "&#x110000;", "<![CDATA[", "-->",
    "NaN", "Infinity", "-1", "0", "1e999", "9" * 400, "1" * 5000, "null", "true", "=1+1", "＝1+1", "@SUM(1)", "%s%n",
    "../../etc/passwd", "记者　王小明　摄", "本报讯", "（图）", "一" * 300, "①", "𠮷", "👩‍👩‍👧", "é", "text", "text,text", "\x1f\x8b",
    "PK\x03\x04", "%PDF-1.7", "(\ufffd\x93 ", "__proto__", "[[theme]]", "[a.b.c.d]", "1979-05-27T07:32:00Z",
)  # fmt: skip


def damaged(data: bytes, random_: random.Random, others: list[bytes]) -> bytes:
    """Change some bytes in one to six ways: flipped, cut, doubled, moved, spliced with another, odd values put in."""
    out = bytearray(data)
    for _ in range(random_.choice((1, 1, 1, 2, 3, 6))):
        at, way = random_.randrange(len(out) + 1), random_.randrange(9)
        end = min(len(out), at + int(2 ** random_.uniform(0, 9)))
        if way == 0 and at < len(out):
            out[at] ^= 1 << random_.randrange(8)
        elif way == 1:
            del out[at:end]
        elif way == 2:
            out[at:at] = out[at:end] * random_.choice((1, 2, 30))
        elif way == 3:
            piece = out[at:end]
            del out[at:end]
            to = random_.randrange(len(out) + 1)
            out[to:to] = piece
        elif way == 4:
            other = random_.choice(others)
            start = random_.randrange(len(other) + 1)
            out[at:end] = other[start : start + int(2 ** random_.uniform(0, 10))]
        elif way == 5:
            out[at:end] = random_.randbytes(random_.randrange(1, 9))
        elif way == 6 and random_.random() < 0.2:
            del out[at:]
        else:
            out[at : at if random_.random() < 0.5 else end] = random_.choice(ODD).encode("utf-8", "surrogatepass")
    return bytes(out[: 1 << 17])


class Target:
    """A kind of input. The first byte of each says of which sort it is, the others are what is given."""

    sorts: tuple[str, ...] = ("",)
    cases = 4000
    """Inputs of a batch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def starts(self) -> list[bytes]:
        """Return good inputs, to be damaged."""
        raise NotImplementedError

    def give(self, sort: str, data: bytes) -> str:
        """Hand one input over and return what came of it in a word; a finding is raised."""
        raise NotImplementedError

    def one(self, data: bytes) -> str:
        began = time.process_time()
        sort = self.sorts[(data[:1] or b"\0")[0] % len(self.sorts)]
        try:
            outcome = self.give(sort, data[1:])
        except GxclassifyError as error:
            outcome, said = type(error).__name__, str(error).strip()
            if not said or "\n" in said:
                raise AssertionError(f"not a sentence: {said!r}") from error
        spent = time.process_time() - began
        assert spent < SECONDS, f"{spent:.0f} s of processor time"
        return outcome

    def close(self) -> None:
        """End what was started."""

    def start(self, sort: str, content: str | bytes) -> bytes:
        data = content.encode() if isinstance(content, str) else content
        return bytes([self.sorts.index(sort)]) + data


class Documents(Target):
    """Bytes of files of any type, read and tagged; the type is told from the bytes, as for a file without a name."""

    sorts = ("page", "page.txt", "page.md", "page.html", "page.json", "page.jsonl", "page.csv", "page.rtf", "page.eml")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.model = load_model()

    def starts(self) -> list[bytes]:
        html = (
            f"<html><head><title>高新区</title></head><body><h1>签约</h1><p>{PAGE}</p><table><tr><td>一</table></html>"
        )
        mail = f"From: a@b\nSubject: =?utf-8?b?6auY?=\nContent-Type: text/html; charset=utf-8\n\n{html}"
        made = [
            ("page", PAGE), ("page.txt", PAGE.encode("gb18030")), ("page.txt", PAGE.encode("utf-16")),
            ("page.txt", f"高新区签约12个项目\n本报记者 王明\n{PAGE * 8}\n（王明 摄）"), ("page.md", f"# 签约\n\n- {PAGE}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
            ("page.html", html), ("page.rtf", r"{\rtf1\ansi\ansicpg936 {\b \u39640?\u26032?}\par text}"), ("page.eml", mail),
            ("page.jsonl", "\n".join(json.dumps(r, ensure_ascii=False) for r in tiny_records(1)[:5])),
            ("page.json", json.dumps(tiny_records(1)[:3], ensure_ascii=False)), ("page.csv", 'id,text\n1,园区招商\n2,"高新区\n污水"\n'),
            ("page", _zipped({"word/document.xml": f"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body><w:p><w:r><w:t>{PAGE}</w:t></w:r></w:p></w:body></w:document>", "[Content_Types].xml": "<Types/>"})),
            ("page", _pdf()),
        ]  # fmt: skip
        return [self.start(*one) for one in made]

    def give(self, sort: str, data: bytes) -> str:
        document = read(data, name=sort)
        for _ in self.model.tag(document):
            pass
        return "read"


class Records(Target):
    """Files of records, tagged in bulk into every form: most by `tag_files`, some by the command line with its exit codes."""

    sorts = (
        *(f"in.{kind} {form}" for kind in ("jsonl", "csv", "json", "tsv") for form in ("jsonl", "csv", "parquet")),
        "in.jsonl json command", "in.csv jsonl command", "in.json csv command", "in.tsv json command",
        "in.parquet jsonl", "in.parquet csv", "in.parquet parquet",
    )  # fmt: skip
    cases = 3000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.model = load_model()

    def starts(self) -> list[bytes]:
        rows = [{"text": r["text"], "id": r["id"], "n": 1.5, "when": None} for r in tiny_records(1)[:6]]
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parquet = io.BytesIO()
        write_table(
            pa.table(
                {"text": [row["text"] for row in rows], "list": [[1, None]] * len(rows), "when": [0.5] * len(rows)}
            ),
            parquet,
        )
        tables = {
            "jsonl": lines,
            "parquet": parquet.getvalue(),
            "csv": "text,id,n\n" + "\n".join(f'"{r["text"]}",{r["id"]},1' for r in rows),
            "json": json.dumps(rows, ensure_ascii=False),
            "tsv": "id\ttext\n" + "\n".join(f"{r['id']}\t{r['text']}" for r in rows),
        }
        return [self.start(sort, tables[sort.split()[0][3:]]) for sort in self.sorts]

    def give(self, sort: str, data: bytes) -> str:
        name, form, *command = sort.split()
        source, target = self.folder / name, self.folder / f"out.{form}"
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        if command:
            code, said = called("predict", source, "--model", ROOT / "models" / "default", "--output", target)
            assert code in {0, 3}, f"exit code {code}: {said}"
            assert code == 0 or said.strip(), "no sentence"
            outcome = f"exit {code}"
        else:
            problems = tag_files([source], target, model=self.model).problems
            assert all(problem.strip() for problem in problems), "no sentence"
            outcome = "left out" if problems else "tagged"
        self._look(target, form)
        return outcome

    def _look(self, target: Path, form: str) -> None:
        """See whether what was written can be read, where something was."""
        if not target.exists():
            return
        if form == "jsonl":
            for line in target.read_text(encoding="utf-8").split("\n")[:-1]:
                json.loads(line, parse_constant=_no_constant)
        elif form == "json":
            json.loads(target.read_text(encoding="utf-8"), parse_constant=_no_constant)
        elif form == "parquet":
            read_table(target)


class Toml(Target):
    """Settings, experiments, themes and accounts."""

    sorts = ("settings", "experiment", "themes", "accounts")
    cases = 20000

    def starts(self) -> list[bytes]:
        settings = (
            "[features]\nchar_max = 3\n[classifier]\nC = 0.5\nfolds = 3\n[calibration.logit_offsets]\npolicy = 0.1\n"
        )
        account = f'[account."林"]\nsha256 = "{"0" * 64}"\nadmin = true\n'
        texts = {
            "settings": settings,
            "experiment": f'name = "x"\nabout = "y"\nlabels = ["a.jsonl"]\n[search]\n"classifier.C" = [0.5, 1.0]\n{settings}',
            "themes": (ROOT / "labels" / "themes.toml").read_text(encoding="utf-8"),
            "accounts": account,
        }
        return [self.start(sort, text) for sort, text in texts.items()]

    def give(self, sort: str, data: bytes) -> str:
        path = self.folder / "in.toml"
        path.write_bytes(data)
        takes = {
            "settings": load_config, "experiment": load_experiment, "themes": load_taxonomy, "accounts": read_accounts,
        }  # fmt: skip
        takes[sort](path)
        return "taken"


class Labels(Target):
    """Label files of every exchange format."""

    sorts = ("labels", *FORMATS)
    cases = 5000

    def starts(self) -> list[bytes]:
        records = self.folder / "records.jsonl"
        records.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in tiny_records(1)[:6]), encoding="utf-8")
        made = [self.start("labels", records.read_bytes())]
        for form in FORMATS:
            out = self.folder / f"out.{form}"
            code, said = called("labels", "export", records, "--format", form, "--out", out)
            assert code == 0, said
            made.append(self.start(form, out.read_bytes()))
        return made

    def give(self, sort: str, data: bytes) -> str:
        path = self.folder / "in.jsonl"
        path.write_bytes(data)
        if sort == "labels":
            load_labels([path])
        else:
            import_labels(path, sort, None)
        return "taken"


class Bundles(Target):
    """Tampered models: a file replaced as it is, or with a checksum that fits; one that loads must score in numbers."""

    sorts = ("model.json", "weights.npz", "model.json with its checksum", "weights.npz with its checksum", "values")
    cases = 1000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.good = self.folder / "good"
        tiny_model().save(self.good)
        self.description = json.loads((self.good / "model.json").read_text(encoding="utf-8"))

    def starts(self) -> list[bytes]:
        text, weights = (self.good / "model.json").read_bytes(), (self.good / "weights.npz").read_bytes()
        assert max(len(text), len(weights)) < 1 << 17, "the model must fit whole into an input"
        parts = {"model.json": text, "weights.npz": weights, "values": b"12345678"}
        return [self.start(sort, parts[sort.split()[0]]) for sort in self.sorts]

    def give(self, sort: str, data: bytes) -> str:
        folder = self.folder / "model"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.good, folder)
        if sort == "values":
            description = json.loads(json.dumps(self.description))
            random_ = random.Random(data)
            for _ in range(random_.choice((1, 1, 2))):
                _change_a_value(description, random_)
            _describe(folder, description)
        else:
            (folder / sort.split(maxsplit=1)[0]).write_bytes(data)
            if sort.startswith("model.json with"):
                with contextlib.suppress(ValueError, RecursionError):
                    described = json.loads(data)
                    if isinstance(described, dict):
                        _describe(folder, described)
            elif sort.startswith("weights.npz with"):
                table = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                _describe(folder, {**self.description, "weights": table})
        for tagged in load_model(folder).tag([PAGE, "", "高新区"]):
            scores = tagged.to_json()["scores"].values()
            assert all(math.isfinite(score) and 0 <= score <= 1 for score in scores), f"scores {list(scores)}"
        return "loaded"


class Http(Target):
    """Bodies and paths of requests to a running server: no answer of 500, and it still serves at the end."""

    sorts = (
        "POST /v1/predict", "POST /v1/documents", "POST /invocations", "POST /predict", "POST /page/document",
        "GET /", "POST /v1/predict text", "POST /label/answer", "POST /label/queue", "POST /label/decide", "HEAD",
    )  # fmt: skip
    cases = 3000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.log = (folder / "server.log").open("wb")
        command = [
            sys.executable,
            "-m",
            "gxclassify",
            "serve",
            "--port",
            str(port),
            "--label-store",
            str(folder / "labels.db"),
        ]
        self.server = subprocess.Popen(command, stdout=self.log, stderr=self.log, start_new_session=True)
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90)
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/ready").status_code == 200:
                    return
            time.sleep(0.2)
        self.close()
        raise RuntimeError("the server did not become ready")

    def starts(self) -> list[bytes]:
        texts = json.dumps(
            {"texts": [PAGE, "高新区"], "evidence": True, "thresholds": {"policy": 0.5}}, ensure_ascii=False
        )
        mlflow = json.dumps({"dataframe_split": {"columns": ["text"], "data": [[PAGE]]}, "params": {"evidence": True}})
        task = json.dumps({"tasks": [{"id": 1, "data": {"text": PAGE}}], "label_config": "<View/>"})
        answer = json.dumps(
            {"id": "a", "annotator": "林", "labels": [], "maybe": [], "evidence": {}, "kind": "label", "key": "k"}
        )
        bodies = {
            "POST /v1/predict": texts, "POST /v1/documents": PAGE, "POST /invocations": mlflow, "POST /predict": task,
            "POST /page/document": PAGE, "GET /": "v1/themes?x=1&y=%ff", "POST /v1/predict text": PAGE,
            "POST /label/answer": answer, "POST /label/queue": '{"text": "园区"}', "POST /label/decide": answer,
            "HEAD": "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{}",
        }  # fmt: skip
        return [self.start(sort, body) for sort, body in bodies.items()]

    def give(self, sort: str, data: bytes) -> str:
        if sort == "HEAD":
            return self._raw(data)
        method, path, *plain = sort.split()
        if method == "GET":
            path = "/" + data.decode("latin-1").replace("\r", "").replace("\n", "")
            return self._raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("latin-1"))
        kind = "text/plain" if plain else "application/octet-stream" if "document" in path else "application/json"
        try:
            answer = self.client.post(path, content=data, headers={"content-type": kind})
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept connection may be closed at any time: once more, by a new one. What ends a worker ends it again.
            answer = self.client.post(path, content=data, headers={"content-type": kind})
        assert answer.status_code < 500 or answer.status_code in {503, 504}, (
            f"{answer.status_code}: {answer.text[:300]}"
        )
        if "json" in answer.headers.get("content-type", ""):
            json.loads(answer.content, parse_constant=_no_constant)
        return str(answer.status_code)

    def _raw(self, data: bytes) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionError):
                answer = connection.recv(4096)
        assert not answer.startswith((b"HTTP/1.1 500", b"HTTP/1.1 502")), answer[:300].decode("latin-1")
        return answer[9:12].decode("latin-1") or "closed"

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGTERM)
        try:
            self.server.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
        self.log.close()
        said = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")
        assert "Traceback" not in said, said[said.index("Traceback") :][:3000]


TARGETS = {
    "documents": Documents, "records": Records, "toml": Toml, "labels": Labels, "bundles": Bundles, "http": Http,
}  # fmt: skip


def called(*arguments: str | os.PathLike[str]) -> tuple[int, str]:
    """Run the command line in this process; return its exit code and what it said."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        code = cli._run([os.fspath(argument) for argument in arguments])
    return code, said.getvalue()


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def tiny_model():
    import tempfile

    from gxclassify.themes import Taxonomy
    from gxclassify.training import ThemeClassifier
    from support import THEMES, write_jsonl

    with tempfile.TemporaryDirectory() as scratch:
        taxonomy = Taxonomy.of_ids(THEMES)
        labels = load_labels([write_jsonl(Path(scratch) / "tiny.jsonl", tiny_records())], taxonomy)
    classifier = ThemeClassifier(themes=taxonomy.ids, folds=2, min_df=4, n_jobs=1)
    return classifier.fit(labels.texts, **labels.fit_arguments()).to_model(taxonomy)


def _describe(folder: Path, description: dict) -> None:
    with contextlib.suppress(UnicodeEncodeError):  # half a surrogate pair has no checksum; whoever reads it must cope
        description["checksum"] = checksum(description)
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")


_VALUES = (
    None, True, False, 0, 1, -1, 2**31, 2**63, 2**200, 0.5, -0.0, 1e308, 5e-324, float("nan"), float("inf"), "", "x", "\ud800",
    "2026-13-45", "#zz0000", "policy", [], {}, [[]], [None], {"": 0}, "一" * 3000, [1] * 3000,
)  # fmt: skip


def _change_a_value(table: dict, random_: random.Random) -> None:
    """Replace, take out or double one value anywhere in a description."""
    places: list[tuple[dict | list, object]] = []

    def walk(node: object) -> None:
        pairs = node.items() if isinstance(node, dict) else enumerate(node[:40]) if isinstance(node, list) else ()
        for key, value in list(pairs):
            places.append((node, key))
            walk(value)

    walk(table)
    node, key = random_.choice(places)
    way = random_.randrange(5)
    if way == 0:
        del node[key]
    elif way == 1 and isinstance(node, list):
        node.append(node[key])
    elif way == 2 and isinstance(node[key], int | float):
        node[key] *= random_.choice((-1, 0.5, 2, 1000))
    else:
        node[key] = random_.choice(_VALUES)


def _zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _pdf() -> bytes:
    """Return a page with one line of text, without compression, so that changes reach what it says."""
    stream = b"BT /F1 24 Tf 72 700 Td (Hello) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%bendobj\n" % (n, body) for n, body in enumerate(objects, 1))
    return out + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"
