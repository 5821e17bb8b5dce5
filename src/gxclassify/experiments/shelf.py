"""Models that a server takes into use without a registry: offered, taken, every one kept, and taken back.

Beside a label store ``labels.db`` lies the folder ``labels-models``::

    challenger/                    the model of the last training, until it is taken or another one comes
    20261128T173100Z-0a1b2c3d4e5f/ a model that was taken into use, by time and digest; the first is the one before
    in-use.json                    which of them serves in the place of which address, and which served before

Each of these folders is a bundle with a ``kept.json`` that says what it was trained on and how it compared.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gxclassify.console import argument
from gxclassify.errors import ConfigError, GateError, ModelError
from gxclassify.files import copy_folder, leave_to, new_folder, sweep, write_whole
from gxclassify.loading import is_registry_address, model_folder
from gxclassify.messages import Message, system_text
from gxclassify.model.bundle import read_description

CHALLENGER = "challenger"
_KEPT, _IN_USE = "kept.json", "in-use.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A model on the shelf.

    Attributes
    ----------
    name : str
        Its folder's name.
    digest : str
        The bundle's SHA-256, which is its identity.
    made : str
        When it was trained, or came to the shelf; ISO 8601 in UTC.
    address : str or None
        The server's ``--model`` in whose place it may serve; None is the model that ships.
    taken, by, reason : str
        When it was last taken into use, who said so, and why if it was forced.
    answers : tuple of str
        The ids of the answers that it was trained on.
    start : dict
        What it was trained from: ``model``, ``digest``, and ``paragraphs``, on how many that one was trained.
    held_against : str
        The digest of the model that it was compared with.
    comparison : dict or None
        `gxclassify.evaluation.compare.Comparison.to_json`: A the model in use, B this one.
    """

    name: str
    digest: str
    made: str
    address: str | None = None
    taken: str = ""
    by: str = ""
    reason: str = ""
    answers: tuple[str, ...] = ()
    start: dict[str, Any] = field(default_factory=dict)
    held_against: str = ""
    comparison: dict[str, Any] | None = None

    @property
    def model(self) -> str:
        """The model's name."""
        return f"gxclassify-{self.digest[:12]}"

    def trained_on(self) -> str:
        """Say what it was trained on."""
        before = self.start.get("paragraphs")
        if not self.answers:
            return Message("{before:,} paragraphs", before=before)
        return Message(
            "{answer_count:,} paragraphs, from the {before:,} of {model}",
            answer_count=len(self.answers),
            before=before,
            model=self.start.get("model"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as a dict, with the number of answers in the place of their ids."""
        table = asdict(self) | {"model": self.model, "answers": len(self.answers)}
        return {key: value for key, value in table.items() if key != "address"}


class Shelf:
    """The models beside a label store.

    Parameters
    ----------
    store : Path
        The label store.
    address : str or None
        The server's ``--model``: what serves until another model is taken. None is the model that ships.
    """

    def __init__(self, store: Path, address: str | None = None) -> None:
        self._store = store
        self.folder = store.resolve().with_name(f"{store.stem}-models")
        self.address = address if address is None or is_registry_address(address) else str(Path(address).resolve())

    @classmethod
    def of(cls, store: Path) -> Shelf:
        """Return the shelf of a store with the address of the server that last used it, for the command line."""
        shelf = cls(store)
        used = shelf._read_in_use() or next((asdict(kept) for kept in [shelf.challenger()] if kept is not None), {})
        return cls(store, used.get("address"))

    # ---- what serves

    def serving(self) -> Path | None:
        """Return the folder of the model that serves in the place of the address; None: the address itself serves."""
        used = self._read_in_use()
        if used is None or used["address"] != self.address or not used["model"]:
            return None
        return self.folder / str(used["model"])

    def in_use(self) -> Kept | None:
        """Return the model that was taken into use; None: the address itself serves."""
        folder = self.serving()
        return None if folder is None else self._read(folder)

    def name_in_use(self) -> str | None:
        """Return which of the kept models is in use, be it that it lies at the address itself."""
        serving = self.serving()
        if serving is not None:
            return serving.name
        kept = self.kept()
        digest = _digest(model_folder(self.address)) if kept else ""  # a registry is not asked in vain
        return next((one.name for one in kept if one.digest == digest), None)

    def digest(self) -> str:
        """Return the SHA-256 of the model in use."""
        return _digest(self.serving() or model_folder(self.address))

    def kept(self) -> list[Kept]:
        """Return every model that was taken into use over this address, and the one before; the last taken first."""
        found = [self._read(path.parent) for path in self.folder.glob(f"2*/{_KEPT}")]
        untaken = {kept.name for kept in self._half_taken()}
        own = (kept for kept in found if kept.address == self.address and kept.name not in untaken)
        return sorted(own, key=lambda kept: kept.taken or kept.made, reverse=True)

    def challenger(self) -> Kept | None:
        """Return the model of the last training, if nobody has taken it yet."""
        folder = self.folder / CHALLENGER
        if (folder / _KEPT).is_file():
            return self._read(folder)
        return next(iter(self._half_taken()), None)

    # ---- what changes

    @contextlib.contextmanager
    def workplace(self) -> Iterator[Path]:
        """Give a new folder on the shelf to make a model in; what is not moved from there by the end is deleted."""
        self._sweep()
        try:
            self.folder.mkdir(exist_ok=True)
            folder, claim = new_folder(self.folder / "training")
            for made in (self.folder, folder):
                leave_to(made, made.parent.stat())
        except OSError as error:
            raise ModelError(
                "{folder}: no model can be kept there ({reason}); make the folder writable.",
                folder=self.folder,
                reason=system_text(error),
            ) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            claim.close()

    def offer(self, folder: Path, record: Kept) -> Kept:
        """Make the model in `folder` the challenger, in the place of one that nobody took."""
        write_whole(folder / _KEPT, _json(record))
        folder.chmod(0o755)
        leave_to(folder, folder.parent.stat())
        target = self.folder / CHALLENGER
        for old in [target, *(self.folder / kept.name for kept in self._half_taken())]:
            shutil.rmtree(old, ignore_errors=True)
        folder.replace(target)
        return record

    def promote(self, by: str, *, force: str = "") -> Kept:
        """Take the challenger into use; the model before it is kept.

        Parameters
        ----------
        by : str
            Who says so.
        force : str
            Why it is taken whatever the comparison says; kept with it.

        Raises
        ------
        GateError
            It is worse than the model in use beyond chance, or was compared with another one, and `force` is empty.
        ConfigError
            There is no new model, or the address is one of the registry, where models are promoted.
        """
        self._sweep()
        new = self.challenger()
        if new is None:
            raise ConfigError(
                "There is no new model to take into use; train one on the labelling page first.{way}", way=self._way()
            )
        self._check_address(self.folder / new.name)
        self._gate(new, force)
        used = self._read_in_use()
        before = self._before()
        taken = replace(new, name=_name(new.digest), taken=_now(), by=by, reason=force, address=self.address)
        # Killed between these, it is still the challenger (see `_half_taken`), or in use with its time missing.
        (self.folder / new.name).rename(self.folder / taken.name)
        history = used["history"] if used is not None and used["address"] == self.address else []
        self._use(taken.name, [*history, before])
        write_whole(self.folder / taken.name / _KEPT, _json(taken))
        return taken

    def back(self, to: str = "", *, by: str = "", reason: str = "") -> Kept:
        """Take a model back into use: the one before, or the one whose name, digest, or model's name begins with `to`.

        Where that one is in use already, nothing changes.

        Raises
        ------
        ConfigError
            There is none to go back to, or none or several of that name.
        """
        used, kept = self._read_in_use(), self.kept()
        history = list(used["history"]) if used is not None and used["address"] == self.address else []
        current = self.name_in_use()
        while history and history[-1] == current:  # of a version that kept a way back to the same
            history.pop()
        if not to and not history:
            raise ConfigError(
                "There is no model to go back to: none was taken into use before the one that serves.{way}",
                way=self._way(),
            )
        wanted = to or history[-1]
        found = [one for one in kept if any(own.startswith(wanted) for own in (one.name, one.digest, one.model))]
        if len(found) != 1:
            known = [one.name for one in kept] or "none"
            raise ConfigError(
                "{found_count} kept models are called {wanted}; name one of: {known}.",
                found_count=len(found),
                wanted=wanted,
                known=known,
            )
        if found[0].name == current:
            return found[0]
        target = replace(found[0], taken=_now(), by=by, reason=reason)
        history = [*history, self._before()] if to else history[:-1]
        write_whole(self.folder / target.name / _KEPT, _json(target))
        # What lies at the address itself goes on being looked up there, and follows its updates.
        self._use("" if target.digest == _digest(model_folder(self.address)) else target.name, history)
        return target

    def remembered(self) -> Callable[[], None]:
        """Return what puts the model back that is in use now, for when a server refuses the one taken after it."""
        before = self._read_in_use()

        def put_back() -> None:
            if before is None:
                (self.folder / _IN_USE).unlink(missing_ok=True)
            else:
                write_whole(self.folder / _IN_USE, _text(before))

        return put_back

    # ---- how it is written down

    def _sweep(self) -> None:
        for kept in self.folder.glob(f"*/{_KEPT}"):
            sweep(kept)

    def _half_taken(self) -> list[Kept]:
        """Return models whose taking into use was killed between their new name and their use; the last one first."""
        used = self._read_in_use()
        current = None if used is None else used["model"]
        found = [self._read(path.parent) for path in sorted(self.folder.glob(f"2*/{_KEPT}"), reverse=True)]
        return [kept for kept in found if not kept.taken and kept.name != current]

    def _gate(self, new: Kept, force: str) -> None:
        if force:
            return
        digest = self.digest()
        if new.held_against != digest:
            raise GateError(
                "The new model was compared with {held_against}, and {digest} is in use now; train again "
                "to compare with that one.",
                held_against=new.held_against[:12],
                digest=digest[:12],
            )
        compared = new.comparison or {}
        worse = compared.get("worse", [])
        if new.comparison is None or worse:
            from gxclassify.evaluation.compare import figure_names

            why = (
                Message(
                    "worse than the model in use beyond chance in {worse}",
                    worse=figure_names(worse, compared.get("only_a", ())),
                )
                if worse
                else Message("not compared")
            )
            raise GateError("The new model stays out: it is {why}. Label more paragraphs and train again.", why=why)

    def _check_address(self, folder: Path) -> None:
        if is_registry_address(self.address):
            raise ConfigError(
                "Which model {address} is, the registry says: 'gxclassify models register {folder}', "
                "then 'gxclassify models promote'.",
                address=self.address,
                folder=argument(folder),
            )

    def _way(self) -> str:
        """Say how another model that is kept comes into use; nothing where there is none."""
        kept = self.kept()
        if not kept or [one.name for one in kept] == [self.name_in_use()]:
            return ""
        return Message(
            " One that was in use comes back with 'gxclassify models rollback --store {store} --to NAME'; "
            "'gxclassify models list --store {store}' names them.",
            store=argument(self._store),
        )

    def _before(self) -> str:
        """Return the name of the model in use; one that serves from the address is copied to the shelf first, once."""
        known = self.name_in_use()
        if known is not None:
            return known
        source = model_folder(self.address)
        description = read_description(source)
        now = _now()
        digest = description["checksum"]
        start = {"paragraphs": description["documents"]}
        record = Kept(name=_name(digest), digest=digest, made=now, taken=now, address=self.address, start=start)
        with self.workplace() as fresh:
            copy_folder(source, fresh, dirs_exist_ok=True)
            fresh.chmod(0o755)
            write_whole(fresh / _KEPT, _json(record))
            return fresh.replace(self.folder / record.name).name

    def _use(self, name: str, history: list[str]) -> None:
        table = {"address": self.address, "model": name, "history": history}
        write_whole(self.folder / _IN_USE, _text(table))

    def _read_in_use(self) -> dict[str, Any] | None:
        path = self.folder / _IN_USE
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            return {"address": table["address"], "model": str(table["model"]), "history": list(table["history"])}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                "{path}: cannot be read ({error}); delete it, and the model that the server was started with serves.",
                path=path,
                error=error,
            ) from error

    def _read(self, folder: Path) -> Kept:
        path = folder / _KEPT
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            return Kept(**table | {"name": folder.name, "answers": tuple(table["answers"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                "{path}: damaged or missing ({error}); restore it, or delete its folder.", path=path, error=error
            ) from error


def _digest(folder: Path) -> str:
    return str(read_description(folder)["checksum"])


def _json(record: Kept) -> str:
    return _text(asdict(record))


def _text(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def _name(digest: str) -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{digest[:12]}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
