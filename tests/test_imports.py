"""The direction of imports: who may know whom, and by which door third parties come in."""

from __future__ import annotations

import ast
import functools
import re
import sys
import tomllib

import pytest

from support import ROOT, python

SOURCE = ROOT / "src" / "gxclassify"

# From the bottom up. A module may import its own layer and those below. The longest prefix decides.
LAYERS = (
    ("", "_version", "errors"),
    ("files",),
    ("config", "themes"),
    ("features", "labels.records", "labels.split", "labels.similarity", "reading"),
    ("calibration", "decision", "linear"),
    ("parts",),
    ("explanation", "bundle"),
    ("intake", "tagged"),
    ("model",),
    ("training", "output"),
    ("evaluation", "labels"),
    ("tracking", "registry", "pyfunc", "cards", "experiments", "workflow"),
    ("scoring",),
    ("server",),
    ("cli",),
    ("__main__",),
)

# Imports that go up, each inside a function, with the reason.
UPWARD = {
    ("labels.records", "training"): "a label set fits an estimator",
    ("model", "registry"): "load_model takes registry addresses",
    ("", "model"): "the public names, loaded on first use",
    ("", "reading"): "the public names, loaded on first use",
    ("", "training"): "the public names, loaded on first use",
}

# Third party -> the modules (with all below them) through which alone it comes in.
DOORS = {
    "jieba": ("features.segmenter",),
    "rjieba": ("features.segmenter",),
    "sklearn": ("training", "calibration", "evaluation"),
    "threadpoolctl": ("training",),
    "scipy": ("training", "features.tfidf", "evaluation"),
    "mlflow": ("tracking", "registry", "pyfunc"),
    "requests": ("tracking",),
    "click": ("cli",),
    "fastapi": ("server",),
    "starlette": ("server",),
    "uvicorn": ("server", "cli.serving"),
    "h11": ("server",),
    "prometheus_client": ("server",),
    "pyspark": ("scoring.spark",),
    "pypdfium2": ("reading",),
    "docx": ("reading",),
    "trafilatura": ("reading",),
    "charset_normalizer": ("reading",),
    "cleanlab": ("labels.audit",),
    "rich": ("cli",),
}


def module_name(path):
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}


def type_checking(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


@functools.cache
def imports(path):
    """Return (absolute module name, whether inside a function) of all imports that run."""
    return list(walk(path))


def walk(path):
    pending = [(node, False) for node in ast.parse(path.read_text(encoding="utf-8")).body]
    while pending:
        node, inside = pending.pop()
        if type_checking(node):
            pending += [(child, inside) for child in node.orelse]
            continue
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


def below(name, prefixes):
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def layer(name):
    best = max(
        ((len(prefix), number) for number, prefixes in enumerate(LAYERS) for prefix in prefixes
         if name == prefix or (prefix and name.startswith((f"{prefix}.", f"{prefix}_")))),
        default=None,
    )  # fmt: skip
    return None if best is None else best[1]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_its_layer(name):
    assert layer(name) is not None, f"{name}: give it a place in LAYERS"


@pytest.mark.parametrize("name", MODULES)
def test_nothing_imports_upward(name):
    upward = []
    for imported, inside in imports(MODULES[name]):
        if imported.partition(".")[0] != "gxclassify":
            continue
        other = imported.removeprefix("gxclassify").removeprefix(".")
        allowed = inside and (name, other) in UPWARD
        if other in MODULES and layer(other) is not None and layer(other) > layer(name) and not allowed:
            upward.append(other)
    assert upward == []


@pytest.mark.parametrize("third_party", DOORS)
def test_third_parties_come_in_by_their_door(third_party):
    doors = tuple(DOORS[third_party])
    users = {
        name
        for name, path in MODULES.items()
        for imported, _ in imports(path)
        if imported.partition(".")[0] == third_party
    }
    strangers = {name for name in users if not below(name.replace("tracking_", "tracking."), doors)}
    assert strangers == set()


def test_what_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    declared = {
        re.match(r"[\w.-]+", line)[0] for line in project["dependencies"] + optional["spark"] + optional["quality"]
    }
    named_otherwise = {"docx": "python-docx", "sklearn": "scikit-learn", "backports": "backports.zstd"}
    own = {"gxclassify", "compression", *sys.stdlib_module_names}  # compression: in the standard library from 3.14 on
    found = {imported.partition(".")[0] for path in MODULES.values() for imported, _ in imports(path)} - own
    assert {named_otherwise.get(name, name.replace("_", "-")) for name in found} <= declared


def loaded_after(code, names):
    out = python(f"{code}\nimport sys\nprint('\\n' + ' '.join(sorted({set(names)!r} & set(sys.modules))))")
    return out.splitlines()[-1].split()


def test_importing_the_package_imports_no_numpy():
    heavy = {"numpy", "sklearn", "scipy", "mlflow", "pandas", "jieba", "rjieba", "click", "pathlib2"}
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
