"""Files are written by `gxclassify.files` alone, and rows of CSV by `CsvRows` alone: this is the lint for it."""

from __future__ import annotations

import ast

import pytest

from support import ROOT

SOURCE = ROOT / "src" / "gxclassify"

WRITERS = {
    "files.py": "the writer",
    "scoring/bulk.py": "the part file and the journal of a run that can be resumed, each synced before it is relied on",
    "server/process.py": "a model on its way to the workers, in a folder of the supervisor's own",
    "surveys/pages.py": "pages of a survey, in the folder that is put in place when it is whole",
    "reading/parsers.py": "the pipe back to the parent",
    "reading/office/legacy.py": "a file for LibreOffice, in a temporary folder",
    "scoring/spark.py": "the bundle on an executor, in a temporary folder",
}
ROWS = {"output/forms.py": "the guard against formulas, and quoting that all readers agree on"}


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def opens_to_write(name, node):
    if name in {"write_text", "write_bytes", "NamedTemporaryFile", "mkstemp"}:
        return True
    if name not in {"open", "fdopen"}:
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    modes = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(set(mode) <= set("rwaxbt+") and set(mode) & set("wax+") for mode in modes)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_these_write(path):
    own = str(path.relative_to(SOURCE))
    if own not in WRITERS:
        lines = [node.lineno for name, node in calls(path) if opens_to_write(name, node)]
        assert not lines, f"{own}: line {lines[0]} writes a file; do it by gxclassify.files"
    if own not in ROWS:
        lines = [node.lineno for name, node in calls(path) if name in {"writer", "DictWriter", "to_csv"}]
        assert not lines, f"{own}: line {lines[0]} writes CSV; do it by gxclassify.output.forms.CsvRows"


def test_each_exception_is_still_one():
    for own in WRITERS:
        assert any(opens_to_write(name, node) for name, node in calls(SOURCE / own)), own
