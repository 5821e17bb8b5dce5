"""The quality gate: floors that the shipped model must reach on data that must not change unnoticed.

``labels/gate.toml`` holds the SHA-256 of every label file and of the test set, and the floors. `check_gate` lists what
is wrong; `pin_gate` writes the file anew after a deliberate change, and never lowers a floor unless told to.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.config import read_toml, write_toml
from gxclassify.console import argument
from gxclassify.errors import ConfigError, GateError, LabelError
from gxclassify.evaluation.metrics import Metrics, measure, predictions
from gxclassify.labels.exchange import load_judging_labels
from gxclassify.labels.records import label_files
from gxclassify.messages import Message

if TYPE_CHECKING:
    from gxclassify.model.model import Model

_DECIMALS = 1000
_OVERALL = ("macro_f1", "micro_f1", "map", "subset_accuracy")
_COMMENT = """\
The quality gate: `gxclassify gate` fails when the shipped model is below a floor on the test set, or when a file
pinned here has changed. Written by `gxclassify gate --pin`; floors rise, and fall only with --allow-lower.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is pinned.

    Attributes
    ----------
    labels, test : dict of str to str
        SHA-256 by path, relative to the gate's file.
    folders : dict of str to list of str, optional
        Under ``labels`` and ``test`` the folders that were pinned whole; None in a file that does not say.
    floors : dict of str to float
        The least value of each figure, by its name in `Metrics.flat`.
    """

    labels: dict[str, str] = field(default_factory=dict)
    test: dict[str, str] = field(default_factory=dict)
    folders: dict[str, list[str]] | None = None
    floors: dict[str, float] = field(default_factory=dict)


def load_gate(path: Path) -> Gate:
    """Read a gate file.

    Raises
    ------
    ConfigError
        It is missing, not TOML, or lacks a table.
    """
    if not path.exists():
        raise ConfigError(
            "{path}: there is no gate file; write one with: gxclassify gate --pin --file {argument}",
            path=path,
            argument=argument(path),
        )
    table = read_toml(path, Message("the gate file"))
    parts = {name: table.get(name) for name in ("labels", "test", "floors")}
    for name, part in parts.items():
        kind = (int, float) if name == "floors" else str
        if not isinstance(part, dict) or not all(isinstance(value, kind) for value in part.values()):
            raise ConfigError(
                "{path}: the gate file needs a table [{name}] of {what}.",
                path=path,
                name=name,
                what=Message("numbers") if name == "floors" else Message("SHA-256 texts"),
            )
    folders = table.get("folders")
    if folders is not None and not (
        isinstance(folders, dict)
        and folders.keys() == {"labels", "test"}
        and all(isinstance(own, list) and all(isinstance(name, str) for name in own) for own in folders.values())
    ):
        raise ConfigError("{path}: [folders] needs lists of folders, labels and test.", path=path)
    return Gate(**parts, folders=folders)  # type: ignore[arg-type]  # checked above


def pinned_from(path: Path) -> tuple[list[Path], list[Path]]:
    """Return what the gate file at `path` was pinned from: its folders and single files, of labels and for the test.

    Where there is no such file, and where one of before does not say: ``train`` and ``test`` beside it, if they exist.
    """
    usual = {"labels": path.parent / "train", "test": path.parent / "test"}
    if not path.exists():
        return [usual["labels"]], [usual["test"]]
    gate = load_gate(path)
    found = []
    for side, pinned in (("labels", gate.labels), ("test", gate.test)):
        if gate.folders is None and usual[side].is_dir():
            found.append([usual[side]])
            continue
        folders = [path.parent / name for name in (gate.folders or {}).get(side, ())]
        files = [path.parent / name for name in pinned]
        found.append([*folders, *(file for file in files if not any(folder in file.parents for folder in folders))])
    return found[0], found[1]


def check_gate(path: Path, model: Model) -> tuple[list[str], Metrics | None]:
    """Return what is wrong, one sentence each, and the model's figures on the test set.

    The figures are None when the test set is missing or changed: they would mean something else.

    Raises
    ------
    ConfigError
        The gate file cannot be used.
    """
    gate = load_gate(path)
    folder = path.parent
    problems = _changes(folder, gate.labels, Message("label file")) + _changes(folder, gate.test, Message("test file"))
    problems += _strangers(folder, gate)
    if trained_on_others(gate, model):
        problems.append(
            Message(
                "The model {model} was trained on other label files than those pinned; train it again.",
                model=model.name,
            )
        )
    if _changes(folder, gate.test, "") or not gate.test:
        return problems, None
    metrics = _measured(model, [folder / name for name in gate.test])
    problems += _below(metrics, gate.floors)
    return problems, metrics


def trained_on_others(gate: Gate, model: Model) -> bool:
    """Tell whether the model was trained on other label files than those pinned, which no check lets pass."""
    return {entry["sha256"] for entry in model.provenance.get("labels") or []} != {*gate.labels.values()}


def _measured(model: Model, files: Sequence[Path]) -> Metrics:
    return measure(predictions(model, load_judging_labels(files, model).records))


def _changes(folder: Path, pinned: dict[str, str], kind: str) -> list[str]:
    problems: list[str] = []
    for name, expected in pinned.items():
        if not (folder / name).is_file():
            problems.append(Message("{path}: the pinned {kind} is missing.", path=folder / name, kind=kind))
        elif _digest(folder / name) != expected:
            problems.append(
                Message(
                    "{path}: the {kind} has changed since it was pinned; if that is meant, --pin.",
                    path=folder / name,
                    kind=kind,
                )
            )
    return problems


def _strangers(folder: Path, gate: Gate) -> list[str]:
    """Files in pinned folders that are not pinned would be trained on, or tested on, unnoticed."""
    pinned = gate.labels.keys() | gate.test.keys()
    if gate.folders is None:
        found = {file for place in {(folder / name).parent for name in pinned} for file in place.glob("*.jsonl")}
    else:
        places = [folder / name for own in gate.folders.values() for name in own]
        found = {file for place in places if place.is_dir() for file in place.rglob("*.jsonl")}
    strangers = {_relative(file, folder) for file in found} - pinned
    return [
        Message(
            "{path}: lies beside pinned files but is not pinned; pin it with the others, or move it elsewhere.",
            path=folder / name,
        )
        for name in sorted(strangers)
    ]


def _below(metrics: Metrics, floors: dict[str, float]) -> list[str]:
    figures = metrics.flat()
    problems: list[str] = []
    for name, floor in floors.items():
        if name not in figures:
            problems.append(
                Message("{name}: there is a floor for this figure, but the model has none of that name.", name=name)
            )
        elif figures[name] < floor:
            problems.append(
                Message(
                    "{name} is {figure:.4f}, below its floor {floor:.3f}.", name=name, figure=figures[name], floor=floor
                )
            )
    return problems


def floors_of(metrics: Metrics) -> dict[str, float]:
    """Return the floors that `metrics` allow: each figure rounded down to three decimals.

    >>> math.floor(0.81999 * 1000) / 1000
    0.819
    """
    names = [*_OVERALL, *(f"f1.{theme}" for theme in metrics.per_theme)]
    figures = metrics.flat()
    return {name: math.floor(figures[name] * _DECIMALS) / _DECIMALS for name in names}


def pin_gate(
    path: Path, model: Model, labels: Sequence[Path] = (), test: Sequence[Path] = (), *, allow_lower: bool = False
) -> tuple[Gate, Metrics]:
    """Write the gate file: the hashes as they are, the floors at what the model reaches, and return both.

    Parameters
    ----------
    path : Path
        The gate file.
    model : Model
        The shipped model.
    labels, test : sequence of Path
        Files, and folders of such: what is trained on, and what is only tested on. Default: `pinned_from` the file.
    allow_lower : bool
        Whether a floor may fall.

    Raises
    ------
    GateError
        A floor would fall or disappear, and `allow_lower` does not allow it; nothing is written.
    LabelError
        A label file is missing or wrong, or a file is on both sides.
    """
    if not (labels and test):
        before = pinned_from(path)
        labels, test = labels or before[0], test or before[1]
    files, test_files = label_files(labels), label_files(test)
    both = {file.resolve() for file in files} & {file.resolve() for file in test_files}
    if both:
        raise LabelError(
            "{both}: a file of the test set cannot be trained on as well; leave it out of one side.", both=min(both)
        )
    metrics = _measured(model, test_files)
    floors = floors_of(metrics)
    if path.exists() and not allow_lower:
        lowered = [
            Message("{name} from {old:.3f} to {new:.3f}", name=name, old=old, new=floors[name])
            if name in floors
            else Message("{name} (no such figure any more)", name=name)
            for name, old in load_gate(path).floors.items()
            if floors.get(name, -math.inf) < old
        ]
        if lowered:
            raise GateError(
                "{path}: pinning would lower {lowered}; mend the model, or say --allow-lower.",
                path=path,
                lowered=lowered,
            )
    gate = Gate(
        labels=_hashes(files, path.parent),
        test=_hashes(test_files, path.parent),
        floors=floors,
        folders={
            side: [_relative(place, path.parent) for place in places if place.is_dir()]
            for side, places in (("labels", labels), ("test", test))
        },
    )
    write_toml(path, asdict(gate), _COMMENT)
    return gate, metrics


def _hashes(files: Sequence[Path], folder: Path) -> dict[str, str]:
    return {_relative(file, folder): _digest(file) for file in files}


def _relative(file: Path, folder: Path) -> str:
    return Path(os.path.relpath(file, folder)).as_posix()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
