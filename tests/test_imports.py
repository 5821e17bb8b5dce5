"""The direction of imports: who may know whom, and by which door third parties come in."""

from __future__ import annotations

import ast
import functools
import graphlib
import re
import sys
import tomllib

import pytest

from support import ROOT, python

SOURCE = ROOT / "src" / "gxclassify"

# From the bottom up; one row is one step. A folder may import its own modules, those of its row and of the rows above.
LAYERS = (
    ("errors", "messages", "room", "_version"),
    ("extras",),
    ("console", "files"),
    ("config", "themes", "zones"),
    ("features", "reading"),
    ("model",),
    ("training", "output"),
    ("loading",),
    ("labels",),
    ("evaluation",),
    ("tracking",),
    ("experiments", "scoring"),
    ("surveys",),
    ("server",),
    ("cli",),
    ("__main__",),
)

# Imports that go up, each inside a function, with the reason.
UPWARD = {
    ("loading", "tracking.registry"): "load_model takes registry addresses",
    ("reading.document", "output.notebook"): "a document shows itself in a notebook",
    ("model.model", "output.notebook"): "a model and what it tags show themselves in a notebook",
}

# Third party -> the modules (with all below them) through which alone it comes in.
DOORS = {
    "jieba": ("features.segmenter",),
    "sklearn": ("training", "evaluation"),
    "threadpoolctl": ("training",),
    "scipy": ("training",),
    "mlflow": ("tracking",),
    "requests": ("tracking",),
    "sqlalchemy": ("tracking",),
    "click": ("cli",),
    "fastapi": ("server",),
    "starlette": ("server",),
    "uvicorn": ("server",),
    "h11": ("server",),
    "prometheus_client": ("server",),
    "pyspark": ("scoring.spark",),
    "pypdfium2": ("reading",),
    "py_landlock": ("reading.walls",),
    "lxml": ("reading",),
    "opencc": ("reading.characters",),
    "charset_normalizer": ("reading",),
    "ahocorasick_rs": ("zones.gazetteer",),
    "backports": ("reading.compressed",),
    "tomli_w": ("config",),
    "cleanlab": ("labels.audit",),
    "rich": ("cli",),
}


def module_name(path):
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}


@functools.cache
def imports(path):
    """Return (absolute module name, whether inside a function) of all imports, those for types alone included."""
    return list(walk(path))


def walk(path):
    pending = [(node, False) for node in ast.parse(path.read_text(encoding="utf-8")).body]
    while pending:
        node, inside = pending.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                own = full.removeprefix("gxclassify.")
                yield (full if full.startswith("gxclassify.") and own in MODULES else node.module), inside
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        pending += [(child, inside) for child in ast.iter_child_nodes(node)]


def own_imports(name):
    """Return (module of this package, whether inside a function) for all that a module imports of it."""
    found = ((other, inside) for other, inside in imports(MODULES[name]) if other.partition(".")[0] == "gxclassify")
    return {(other.removeprefix("gxclassify").removeprefix("."), inside) for other, inside in found}


def below(name, prefixes):
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def layer(name):
    """Return the number of a module's row; the package itself, the public face, stands on top of the library."""
    top = name.partition(".")[0] or "surveys"
    return next((number for number, row in enumerate(LAYERS) if top in row), None)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_its_layer(name):
    assert layer(name) is not None, f"{name}: give it a place in LAYERS"


# But for the package itself, whose public names are loaded on first use.
@pytest.mark.parametrize("name", [name for name in MODULES if name])
def test_nothing_imports_upward(name):
    upward = {
        other
        for other, inside in own_imports(name)
        if layer(other) > layer(name)
        and not (inside and (name, other) in UPWARD)
        and not (other == "" and layer(name) > layer("loading"))  # the face, which by itself loads nothing
    }
    assert upward == set()


def test_there_are_no_circles():
    """Among modules, with the imports for types alone; but for those that UPWARD allows."""
    arrows = {
        name: {other for other, _ in own_imports(name) if (name, other) not in UPWARD and other != name}
        for name in MODULES
    }
    arrows[""] = set()  # the public names are loaded on first use
    assert list(graphlib.TopologicalSorter(arrows).static_order())


def test_no_entry_of_these_tables_matches_nothing():
    tops = {name.partition(".")[0] for name in MODULES}
    assert {entry for row in LAYERS for entry in row} <= tops
    used = {(name, other) for name in MODULES for other, inside in own_imports(name) if inside}
    assert {pair for pair in UPWARD if pair[0]} <= used
    for third_party, doors in DOORS.items():
        users = users_of(third_party)
        assert [door for door in doors if not any(below(name, (door,)) for name in users)] == [], third_party


def users_of(third_party):
    return {name for name, path in MODULES.items() for other, _ in imports(path) if other.split(".")[0] == third_party}


@pytest.mark.parametrize("third_party", DOORS)
def test_third_parties_come_in_by_their_door(third_party):
    assert {name for name in users_of(third_party) if not below(name, DOORS[third_party])} == set()


def test_what_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines]
    declared = {re.match(r"[\w.-]+", line)[0] for line in project["dependencies"] + extras}
    named_otherwise = {"sklearn": "scikit-learn", "backports": "backports.zstd"}
    own = {"gxclassify", "compression", *sys.stdlib_module_names}  # compression: in the standard library from 3.14 on
    found = {imported.partition(".")[0] for path in MODULES.values() for imported, _ in imports(path)} - own
    assert {named_otherwise.get(name, name.replace("_", "-")) for name in found} <= declared


def loaded_after(code, names):
    out = python(f"{code}\nimport sys\nprint('\\n' + ' '.join(sorted({set(names)!r} & set(sys.modules))))")
    return out.splitlines()[-1].split()


def test_importing_the_package_imports_no_numpy():
    heavy = {"numpy", "sklearn", "scipy", "mlflow", "pandas", "jieba", "rjieba", "click"}
    assert loaded_after("import gxclassify", heavy) == []


def test_predicting_imports_neither_scikit_learn_nor_scipy_nor_mlflow_nor_pandas(tiny_bundle, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("经开区引进亿元以上项目18个！\n\n污水处理厂完成提标改造。\n", encoding="utf-8")
    arguments = ["predict", "--model", str(tiny_bundle), "--format", "jsonl", str(page)]
    code = f"""
from gxclassify.cli import main
try:
    main({arguments!r})
except SystemExit as stopped:
    assert stopped.code == 0
"""
    heavy = {"sklearn", "scipy", "mlflow", "pandas", "joblib", "jieba", "fastapi", "pyarrow", "matplotlib"}
    assert loaded_after(code, heavy) == []
