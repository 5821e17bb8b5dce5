"""A plain installation reads, predicts and serves; what only an extra brings is named with the line that brings it."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib

import pytest

from gxclassify.extras import need
from support import ROOT, python

LABELS = ROOT / "labels" / "test"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def plain_packages():
    """Return the distributions that `pip install .` brings, those that they need included."""
    found, pending = set(), list(PROJECT["dependencies"])
    while pending:
        line = pending.pop()
        name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", line)[0]).lower()
        if name in found or "extra ==" in line:
            continue
        found.add(name)
        try:
            pending += importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:  # asked for on another system or Python
            found.discard(name)
    return found


def missing_modules():
    """Return the top-level modules of this environment that a plain installation would lack."""
    plain = plain_packages()
    by_module = importlib.metadata.packages_distributions()
    return sorted(
        module
        for module, owners in by_module.items()
        if module not in {"gxclassify", "coverage"}  # the second measures subprocesses, too
        and not {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} & plain
    )


def plainly(code, **options):
    """Run code where nothing but a plain installation can be imported."""
    return python(
        f"""
import sys
for name in {missing_modules()!r}:
    sys.modules[name] = None  # an import of it raises ModuleNotFoundError
{code}
""",
        **options,
    )


def command(*arguments):
    return f"""
from gxclassify.cli import main
try:
    main({[str(argument) for argument in arguments]!r})
except SystemExit as stopped:
    print("exit", stopped.code)
"""


def test_a_plain_installation_lacks_what_training_needs():
    assert {"sklearn", "scipy", "mlflow", "pandas", "pyarrow", "matplotlib", "jieba", "pytest"} <= set(
        missing_modules()
    )
    assert not {"numpy", "rjieba", "click", "fastapi", "lxml", "pypdfium2"} & set(missing_modules())


@pytest.mark.parametrize("form", ["table", "jsonl", "json", "csv", "html"])
def test_it_predicts_in_every_text_form(form, tiny_bundle):
    page = ROOT / "examples" / "page.txt"
    out = plainly(command("predict", "--model", tiny_bundle, "--format", form, page))
    assert out.endswith("exit 0\n")
    assert "白鹭洲高新区" in out


def test_it_reads_and_finds_zones(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><body><p>衡阳高新区新签约项目12个，总投资38亿元。</p></body></html>", encoding="utf-8")
    assert "衡阳高新区" in plainly(command("read", page))
    assert "衡阳高新技术产业开发区" in plainly(command("zones", page))


def test_it_serves():
    out = plainly("""
import asyncio, json
from gxclassify.loading import load_model
from gxclassify.server.app import create_app
from gxclassify.server.models import ModelHolder
from gxclassify.server.settings import ServerSettings

app = create_app(ServerSettings(), models=ModelHolder(load_model()))
body = json.dumps({"texts": ["济宁高新区新签约项目12个，总投资38亿元。"]}).encode()
sent = []

async def call():
    asked = iter([{"type": "http.request", "body": body, "more_body": False}])
    async def receive():
        return next(asked, {"type": "http.disconnect"})
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
             "path": "/v1/predict", "raw_path": b"/v1/predict", "root_path": "", "query_string": b"",
             "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)

asyncio.run(call())
print(sent[0]["status"])
print(b"".join(message.get("body", b"") for message in sent).decode())
""")
    status, _, body = out.partition("\n")
    assert status == "200"
    assert json.loads(body)["paragraphs"][0]["tags"] == ["investment_attraction"]


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (["train", "--no-track", "--labels", "LABELS", "--out", "OUT"], "scikit-learn", "train"),
        (["evaluate", "--labels", "LABELS"], "scikit-learn", "train"),
        (["models", "list"], "MLflow", "mlflow"),
        (["predict", "examples/page.txt", "--output", "OUT.parquet"], "PyArrow", "tables"),
    ],
)
def test_what_is_missing_is_named_with_the_line_to_type(arguments, package, extra, tmp_path):
    names = {"LABELS": str(LABELS), "OUT": str(tmp_path / "model"), "OUT.parquet": str(tmp_path / "a.parquet")}
    out = plainly(
        "sys.stderr = sys.stdout\n" + command(*(names.get(argument, argument) for argument in arguments)), cwd=ROOT
    )
    assert f"needs {package}, which is not installed" in out
    assert f"pip install '.[{extra}]'" in out
    assert out.endswith("exit 2\n")
    assert not list(tmp_path.iterdir())


def test_python_names_it_as_well():
    out = plainly("""
import gxclassify as gx
try:
    gx.ThemeClassifier
except gx.GxclassifyError as error:
    print(error)
""")
    assert "Training or measuring a model needs scikit-learn" in out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 0, "MLflow is not installed: the run is not recorded"),
        (("--track",), 2, "--no-track"),
        (("--tracking-uri", "http://127.0.0.1:9"), 2, "--no-track"),
    ],
    ids=["nothing said", "--track", "--tracking-uri"],
)
def test_without_mlflow_a_training_is_not_recorded_and_stops_before_it_begins_where_it_should_be(
    options, code, said, tmp_path
):
    quick = ("--set", "classifier.folds=2", "--set", "features.word_pairs=false", "--set", "classifier.C=0.1")
    train = command("train", "--labels", LABELS, "--out", tmp_path / "model", *quick, *options)
    out = python(f"import sys\nsys.stderr = sys.stdout\nsys.modules['mlflow'] = None\n{train}", cwd=tmp_path)
    assert said in out
    assert out.endswith(f"exit {code}\n")
    assert [path.name for path in tmp_path.iterdir()] == (["model"] if code == 0 else [])


def test_what_is_there_needs_no_word():
    need("sklearn", "Training")


def test_advice_for_training_is_given_where_one_trains():
    out = plainly("""
import gxclassify as gx
try:
    gx.load_model("models:/gxclassify@champion")
except gx.ConfigError as error:
    print(error)
""")
    assert out.startswith("Keeping or reading runs and registered models needs MLflow, which is not installed")
    assert "--no-track" not in out
