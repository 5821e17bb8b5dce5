"""What one training has to tell MLflow, on disk until MLflow has it."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from gxclassify.errors import TrackingError
from gxclassify.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Journal", "RunRecord", "now"]


def now() -> int:
    """Return the time as MLflow counts it, in milliseconds."""
    return int(time.time() * 1000)


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """One run: everything of it that is a word or a number.

    Attributes
    ----------
    key : str
        Marks the run in MLflow, so that sending it twice makes one run.
    address : str
        The MLflow server or store that the run is for; empty for the local store, which may be moved.
    status : str
        RUNNING, FINISHED, FAILED or KILLED.
    start, end : int
        Milliseconds since 1970; `end` is 0 while the run runs.
    points : list of [name, value, step, time]
        Figures that were known on the way.
    datasets : list of dict
        ``name``, ``digest``, ``source``, ``profile`` and ``context`` of every label file.
    """

    key: str
    name: str
    address: str = ""
    status: str = "RUNNING"
    start: int = field(default_factory=now)
    end: int = 0
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    points: list[tuple[str, float, int, int]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    datasets: list[dict[str, str]] = field(default_factory=list)
    trials: list[RunRecord] = field(default_factory=list)

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> Self:
        """Return the record that `dataclasses.asdict` made a table of."""
        trials = [cls.from_json(trial) for trial in table["trials"]]
        points = [(str(p[0]), float(p[1]), int(p[2]), int(p[3])) for p in table["points"]]
        return cls(**{**table, "trials": trials, "points": points})


class Journal:
    """A folder that keeps a run until MLflow has it: ``run.json``, ``artifacts/`` and ``bundle/``.

    Parameters
    ----------
    folder : Path
    record : RunRecord
    """

    def __init__(self, folder: Path, record: RunRecord) -> None:
        self.folder = folder
        self.record = record

    @classmethod
    def begin(cls, parent: Path, name: str, address: str) -> Self:
        """Make a new one in the folder `parent`, for a run that goes to `address`."""
        key = uuid.uuid4().hex
        journal = cls(parent / key, RunRecord(key=key, name=name, address=address))
        try:
            journal.artifacts.mkdir(parents=True)
            journal.save()
        except OSError as error:
            msg = f"{parent}: the run cannot be noted there ({error.strerror}); train with --no-track, or free space."
            raise TrackingError(msg) from error
        return journal

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the one in `folder`; a `TrackingError` when it is damaged."""
        path = folder / "run.json"
        try:
            return cls(folder, RunRecord.from_json(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            msg = f"{path}: not a run that gxclassify kept ({error}); delete the folder, or restore the file."
            raise TrackingError(msg) from error

    @property
    def artifacts(self) -> Path:
        """The folder of the files that belong to the run."""
        return self.folder / "artifacts"

    @property
    def bundle(self) -> Path:
        """The folder of the trained model; absent until there is one."""
        return self.folder / "bundle"

    def keep_bundle(self, folder: Path) -> None:
        """Copy a model bundle into the journal: the one in `folder` may be replaced before MLflow has it."""
        shutil.copytree(folder, self.bundle, dirs_exist_ok=True)

    def save(self) -> None:
        """Write ``run.json`` as one step."""
        write_whole(self.folder / "run.json", json.dumps(asdict(self.record), ensure_ascii=False))

    def discard(self) -> None:
        """Delete the folder: MLflow has it all, or there is nothing worth keeping."""
        shutil.rmtree(self.folder, ignore_errors=True)
