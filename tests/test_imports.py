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

# Folders divided into rooms: their steps in the same way. What all hand to each other, the rooms, then the door.
ROOMS = {
    "reading": (
        ("parsed", "document", "collector", "decode", "compressed", "package", "wire", "sandbox", "walls"),
        ("text",),
        ("pdf", "web"),
        ("records",),
        ("office",),
        ("archives", "reader", "inputs", "parsers"),
    ),
}

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
    "pypdfium2": ("reading.pdf",),
    "py_landlock": ("reading.walls",),
    "lxml": ("reading.package", "reading.web", "reading.office", "reading.records.feeds"),
    "opencc": ("reading.text.characters",),
    "charset_normalizer": ("reading.decode",),
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


def step(name):
    """Return the number of a module's row in a folder with rooms, 0 elsewhere; the folder's face stands on top."""
    folder, _, rest = name.partition(".")
    if folder not in ROOMS:
        return 0
    rows = (*ROOMS[folder], ("",))
    return next((number for number, row in enumerate(rows) if rest.partition(".")[0] in row), None)


def is_upward(name, other):
    same = name.partition(".")[0] == other.partition(".")[0]
    return layer(other) > layer(name) or (same and step(other) > step(name))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_its_layer(name):
    assert layer(name) is not None, f"{name}: give it a place in LAYERS"
    assert step(name) is not None, f"{name}: give it a place in ROOMS"


# But for the package itself, whose public names are loaded on first use.
@pytest.mark.parametrize("name", [name for name in MODULES if name])
def test_nothing_imports_upward(name):
    upward = {
        other
        for other, inside in own_imports(name)
        if is_upward(name, other)
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


@pytest.mark.parametrize("folder", ROOMS)
def test_rooms_do_not_import_each_other_in_a_circle(folder):
    arrows = {}
    for name in MODULES:
        if below(name, (folder,)):
            others = {room_of(other) for other, _ in own_imports(name) if below(other, (folder,))}
            arrows.setdefault(room_of(name), set()).update(others - {room_of(name)})
    assert list(graphlib.TopologicalSorter(arrows).static_order())


def room_of(name):
    return ".".join(name.split(".")[:2])


def test_no_entry_of_these_tables_matches_nothing():
    tops = {name.partition(".")[0] for name in MODULES}
    assert {entry for row in LAYERS for entry in row} <= tops
    assert {f"{folder}.{entry}" for folder, rows in ROOMS.items() for row in rows for entry in row} <= set(MODULES)
    used = {(name, other) for name in MODULES for other, inside in own_imports(name) if inside}
    assert {pair for pair in UPWARD if pair[0]} <= used
    for third_party, doors in DOORS.items():
        users = users_of(third_party)
        assert [door for door in doors if not any(below(name, (door,)) for name in users)] == [], third_party


def test_what_lies_in_a_logged_model_imports_no_inner_path():
    """It is run beside the package of another day, whose inner paths may have moved."""
    assert {other for other, _ in own_imports("tracking.pyfunc_model")} <= {"", "errors", "model"}


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


def test_tagging_without_zones_does_not_import_them():
    assert loaded_after("import gxclassify.cli.predicting, gxclassify.scoring.bulk", {"gxclassify.zones"}) == []


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
