"""What people say of paragraphs in the browser: kept in one SQLite file that several servers may share.

Every answer is one transaction that is on the disk before it is confirmed (write-ahead log, synchronous FULL). Nothing
is deleted: an answer that is taken back keeps its row, with the time of that.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gxclassify.errors import LabelError, StoreError
from gxclassify.labels.answers import Answer, agreement, by_paragraph, differing, merged
from gxclassify.labels.queue_file import digest, own_id
from gxclassify.labels.records import DATABASE, LabelRecord, parse_record
from gxclassify.messages import Message
from gxclassify.themes import Taxonomy

FORMAT = 2
"""Raise it with every change of the tables, and convert older files in `LabelStore.__init__`."""

CLAIM_SECONDS = 600.0
NAME = r"^[^\x00-\x1f\x7f+]+$"
"""What a person's name looks like: a record joins several by ``+``."""

MOST_NAME = 64
"""How many characters a name has at most."""

SECOND_OPINION_EVERY = 5
"""One paragraph in so many is asked of two people, which is what agreement is measured on."""

_TABLES = """
CREATE TABLE IF NOT EXISTS paragraph (
    id TEXT PRIMARY KEY, place INTEGER NOT NULL, text TEXT NOT NULL, article TEXT NOT NULL, source TEXT NOT NULL,
    wanted INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS paragraph_place ON paragraph (place);
CREATE TABLE IF NOT EXISTS answer (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, paragraph TEXT NOT NULL REFERENCES paragraph (id),
    annotator TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('label', 'skip')), labels TEXT NOT NULL,
    maybe TEXT NOT NULL, evidence TEXT NOT NULL, guess_seen INTEGER NOT NULL, time TEXT NOT NULL, undone TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS answer_live ON answer (paragraph, annotator) WHERE undone IS NULL;
CREATE TABLE IF NOT EXISTS claim (
    paragraph TEXT NOT NULL, annotator TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (paragraph, annotator)
) STRICT;
CREATE TABLE IF NOT EXISTS decision (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, paragraph TEXT NOT NULL REFERENCES paragraph (id),
    annotator TEXT NOT NULL, labels TEXT NOT NULL, maybe TEXT NOT NULL, evidence TEXT NOT NULL, time TEXT NOT NULL,
    undone TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS decision_live ON decision (paragraph) WHERE undone IS NULL;
CREATE TABLE IF NOT EXISTS training (
    number INTEGER PRIMARY KEY, state TEXT NOT NULL, started TEXT NOT NULL, heartbeat REAL NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, plan TEXT NOT NULL, result TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
"""

# A paragraph is open for a person who has not answered it, while fewer people than wanted label it or have it before
# them; who looks at their own answer takes it from nobody. What the person has before them longest comes first:
# neither reloading the page nor looking at another one, to correct it, changes what it is.
_NEXT = """
SELECT p.id, p.text, p.article, p.source FROM paragraph p
WHERE NOT EXISTS (SELECT 1 FROM answer a WHERE a.paragraph = p.id AND a.annotator = :me AND a.undone IS NULL)
AND (SELECT count(*) FROM answer a WHERE a.paragraph = p.id AND a.undone IS NULL AND a.kind = 'label')
  + (SELECT count(*) FROM claim c WHERE c.paragraph = p.id AND c.annotator <> :me AND c.until > :now AND NOT EXISTS
      (SELECT 1 FROM answer a WHERE a.paragraph = p.id AND a.annotator = c.annotator AND a.undone IS NULL)) < p.wanted
ORDER BY
  coalesce((SELECT c.until FROM claim c WHERE c.paragraph = p.id AND c.annotator = :me AND c.until > :now), 9e99),
  p.place
LIMIT 1
"""

# Of the paragraphs that a person may still be asked, those that others have before them.
_HELD = """
SELECT count(DISTINCT p.id) FROM claim c JOIN paragraph p ON p.id = c.paragraph
WHERE c.annotator <> :me AND c.until > :now AND NOT EXISTS
  (SELECT 1 FROM answer a WHERE a.paragraph = p.id AND a.annotator IN (:me, c.annotator) AND a.undone IS NULL)
AND (SELECT count(*) FROM answer a WHERE a.paragraph = p.id AND a.undone IS NULL AND a.kind = 'label') < p.wanted
"""


@contextlib.contextmanager
def database(path: Path, mode: str, **named: Any) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file by a mode of its URIs (``rw``, ``rwc``), and close it.

    Raises
    ------
    StoreError
        The file, its disk or the memory does not do. What SQLite says of a statement is a bug, and passes as it is.
    """
    if mode == "rwc" and not path.resolve().parent.is_dir():
        raise StoreError(
            "{path}: the store cannot be made, its folder is not there; make the folder, or name another place.",
            path=path,
        )
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=20, **named)
        ) as db:
            yield db
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF in _OF_STATEMENTS:
            raise
        raise StoreError(
            "{path}: the store cannot be used ({error}); see that the file is whole and can be written.",
            path=path,
            error=Message(str(error)),
        ) from error


SAYS = (
    Message("attempt to write a readonly database"),
    Message("database disk image is malformed"),
    Message("database is locked"),
    Message("database or disk is full"),
    Message("disk I/O error"),
    Message("file is not a database"),
    Message("unable to open database file"),
)
"""What SQLite says of a file that does not do."""

_OF_STATEMENTS = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
}


class LabelStore:
    """Paragraphs in order, who has which before them, and the answers.

    Parameters
    ----------
    path : Path
        The SQLite file; made when it is not there.
    themes : sequence of str, or a function that returns it
        The theme ids that answers may state; those of a server change with its model.
    made : bool
        Whether somebody has seen that the file is a label store: it is not looked at, nor made where it is gone.

    Raises
    ------
    LabelError
        The file is no label store, or was made by a newer version.
    StoreError
        The file cannot be read or written; any method may say so as well.
    """

    def __init__(self, path: Path, themes: Sequence[str] | Callable[[], Sequence[str]], *, made: bool = False) -> None:
        self.path = path
        self._themes = themes
        if made:
            return
        with self.connection("rwc") as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            self._check(version, tables)
            db.executescript(_TABLES)
            db.execute(f"PRAGMA user_version = {FORMAT}")

    @property
    def themes(self) -> tuple[str, ...]:
        """The theme ids that answers may state."""
        return tuple(self._themes() if callable(self._themes) else self._themes)

    def _check(self, version: int, tables: set[str]) -> None:
        if version > FORMAT:
            raise LabelError(
                "{path}: the label store has format {version}, this version reads {format}; update gxclassify.",
                path=self.path,
                version=version,
                format=FORMAT,
            )
        if tables and "paragraph" not in tables:
            raise LabelError("{path}: this SQLite file is no label store; name another.", path=self.path)

    @contextlib.contextmanager
    def connection(self, mode: str = "rw") -> Iterator[sqlite3.Connection]:
        """Open a connection for one piece of work; threads and processes share the file, never a connection.

        A file that was taken away under the server is not made anew (mode ``rw``): answers must not go astray.
        """
        with database(self.path, mode, isolation_level=None) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            yield db

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that nobody else can write beside; it is on the disk when the block ends."""
        with self.connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # on a full disk SQLite has done it already
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    # ---- the queue

    def add(self, records: Iterable[LabelRecord]) -> int:
        """Put paragraphs at the end of the queue, leaving out those that are there; return how many came in.

        There is what has the id, and what was put in without one and has the text.
        """
        with self.change() as db:
            place = int(db.execute("SELECT coalesce(max(place) + 1, 0) FROM paragraph").fetchone()[0])
            before = db.total_changes
            for n, record in enumerate(records, place):
                if db.execute("SELECT 1 FROM paragraph WHERE id = ?", (own_id(record.text),)).fetchone():
                    continue
                known = db.execute("SELECT text FROM paragraph WHERE id = ?", (record.id,)).fetchone()
                other = known is not None and known[0] != record.text  # an id of two texts: neither may be lost
                name = f"{record.id}@{digest(record.text)}" if other else record.id
                row = (name, n, record.text, record.article, record.source, _wanted(n))
                db.execute("INSERT OR IGNORE INTO paragraph VALUES (?, ?, ?, ?, ?, ?)", row)
            return db.total_changes - before

    def unanswered(self) -> list[LabelRecord]:
        """Return the paragraphs that nobody has labelled or skipped yet, in order."""
        query = """SELECT id, text, article, source FROM paragraph p WHERE NOT EXISTS
            (SELECT 1 FROM answer a WHERE a.paragraph = p.id AND a.undone IS NULL) ORDER BY place"""
        with self.connection() as db:
            rows = db.execute(query).fetchall()
        return [LabelRecord(id=i, text=text, article=article, source=source) for i, text, article, source in rows]

    def put_first(self, ids: Sequence[str]) -> None:
        """Move the paragraphs with these ids to the head of the queue, in this order."""
        with self.change() as db:
            first = int(db.execute("SELECT coalesce(min(place), 0) FROM paragraph").fetchone()[0]) - len(ids)
            db.executemany("UPDATE paragraph SET place = ? WHERE id = ?", [(first + n, i) for n, i in enumerate(ids)])

    def next(self, annotator: str) -> Task | None:
        """Return the next paragraph for `annotator` and hold it for them for ten minutes; None when all is done."""
        now = time.time()
        with self.change() as db:
            row = db.execute(_NEXT, {"me": annotator, "now": now}).fetchone()
            if row is None:
                return None
            db.execute("DELETE FROM claim WHERE annotator = ?", (annotator,))
            db.execute("INSERT INTO claim VALUES (?, ?, ?)", (row[0], annotator, now + CLAIM_SECONDS))
        return Task(id=row[0], text=row[1], article=row[2], source=row[3])

    def text_of(self, paragraph: str) -> str | None:
        """Return the text of a paragraph; None when the store has none of that id."""
        with self.connection() as db:
            row = db.execute("SELECT text FROM paragraph WHERE id = ?", (paragraph,)).fetchone()
        return None if row is None else str(row[0])

    # ---- answers

    def answer(self, answer: Answer, seen: Collection[str] | None = None) -> None:
        """Store an answer, in the place of an earlier one of the same person; it is on the disk when this returns.

        Parameters
        ----------
        answer : Answer
        seen : collection of str, optional
            The keys of the answers that this one may replace: those that the person had seen. Left out, it may any.

        Raises
        ------
        LabelError
            There is no such paragraph, or the answer is not a valid label record of it.
        ConflictError
            Another answer came under the same key, or the one that stands was not seen. Nothing was written.
        """
        self._check_answer(answer)
        now = _now()
        query = f"SELECT {_ANSWER} FROM answer WHERE "  # noqa: S608 - a constant
        with self.change() as db:
            before = _row(db, f"{query} key = ?", answer.key)
            stands = _row(
                db, f"{query} paragraph = ? AND annotator = ? AND undone IS NULL", answer.paragraph, answer.annotator
            )
            if _known(answer, before, stands, seen):
                return
            _take_back(db, answer.paragraph, answer.annotator, now)
            row = (
                answer.key,
                answer.paragraph,
                answer.annotator,
                answer.kind,
                *_stated(answer),
                answer.guess_seen,
                now,
            )
            db.execute(
                "INSERT INTO answer (key, paragraph, annotator, kind, labels, maybe, evidence, guess_seen, time) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            db.execute("DELETE FROM claim WHERE paragraph = ? AND annotator = ?", (answer.paragraph, answer.annotator))

    def _check_answer(self, answer: Answer) -> None:
        text = self.text_of(answer.paragraph)
        if text is None:
            raise LabelError("The paragraph is not in the queue.")
        record = {"id": answer.paragraph, "text": text, "labels": answer.labels, "maybe": answer.maybe}
        parse_record(
            json.dumps(record | {"evidence": answer.evidence}), Message("the answer"), Taxonomy.of_ids(self.themes)
        )

    def decide(self, answer: Answer, seen: Collection[str] | None = None) -> None:
        """Store what shall hold of a paragraph whatever people answered; it is on the disk when this returns.

        Answers stay as they are, and agreement is measured on them alone. A decision takes the place of an earlier one.

        Parameters
        ----------
        answer : Answer
        seen : collection of str, optional
            The keys of the decisions that this one may replace. Left out, it may any.

        Raises
        ------
        LabelError
            There is no such paragraph, or the decision is not a valid label record of it.
        ConflictError
            Another decision came under the same key, or the one that stands was not seen. Nothing was written.
        """
        self._check_answer(answer)
        answer = dataclasses.replace(answer, kind="decision", guess_seen=False)  # of a decision neither is stored
        now = _now()
        query = f"SELECT {_DECISION} FROM decision WHERE "  # noqa: S608 - a constant
        with self.change() as db:
            before = _row(db, f"{query} key = ?", answer.key)
            stands = _row(db, f"{query} paragraph = ? AND undone IS NULL", answer.paragraph)
            if _known(answer, before, stands, seen):
                return
            _withdraw(db, answer.paragraph, now)
            row = (answer.key, answer.paragraph, answer.annotator, *_stated(answer), now)
            db.execute(
                "INSERT INTO decision (key, paragraph, annotator, labels, maybe, evidence, time) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def withdraw(self, paragraph: str, seen: Collection[str] | None = None) -> bool:
        """Take back the decision on a paragraph, so that its answers count again; False when there is none.

        `seen` holds the keys of the decisions that may be taken back; another raises a `ConflictError`.
        """
        query = f"SELECT {_DECISION} FROM decision WHERE paragraph = ? AND undone IS NULL"  # noqa: S608 - a constant
        with self.change() as db:
            _check_seen(_row(db, query, paragraph), seen)
            return _withdraw(db, paragraph, _now())

    def decisions(self) -> dict[str, Answer]:
        """Return the decisions that stand, by paragraph."""
        query = f"SELECT {_DECISION} FROM decision WHERE undone IS NULL"  # noqa: S608 - a constant
        with self.connection() as db:
            return {decision.paragraph: decision for decision in map(_answer, db.execute(query))}

    def open(self, paragraph: str, annotator: str) -> Task | None:
        """Put a paragraph before `annotator`, with their answer to it; None when no paragraph has that id.

        What they have before them already stays theirs, and is the next again.
        """
        query = f"SELECT {_ANSWER} FROM answer WHERE paragraph = ? AND annotator = ? AND undone IS NULL"  # noqa: S608 - a constant
        with self.change() as db:
            own = _row(db, query, paragraph, annotator)
            task = _task(db, paragraph, own)
            if task is not None:
                until = time.time() + CLAIM_SECONDS
                db.execute("INSERT OR REPLACE INTO claim VALUES (?, ?, ?)", (paragraph, annotator, until))
        return task

    def last(self, annotator: str, before: str = "") -> Task | None:
        """Return the paragraph that `annotator` answered last, or last before the answer with the key `before`.

        The answer goes on to stand. None: there is no such answer.
        """
        query = f"""SELECT {_ANSWER} FROM answer WHERE annotator = ? AND undone IS NULL
            AND number < coalesce((SELECT number FROM answer WHERE key = ?), 9e18) ORDER BY number DESC LIMIT 1"""  # noqa: S608 - a constant
        with self.connection() as db:
            previous = _row(db, query, annotator, before)
            return None if previous is None else _task(db, previous.paragraph, previous)

    def undo(self, annotator: str, paragraph: str = "", seen: Collection[str] | None = None) -> Task | None:
        """Take back the answer of `annotator` to a paragraph, or their last that stands, and return its paragraph.

        None: there is no such answer. After their last one the paragraph is before them again. `seen` holds the keys
        of the answers that may be taken back; another raises a `ConflictError`.
        """
        query = f"""SELECT {_ANSWER} FROM answer WHERE annotator = ? AND undone IS NULL AND ? IN ('', paragraph)
            ORDER BY number DESC LIMIT 1"""  # noqa: S608 - a constant
        with self.change() as db:
            previous = _row(db, query, annotator, paragraph)
            if previous is None:
                return None
            _check_seen(previous, seen)
            _take_back(db, previous.paragraph, annotator, _now())
            if not paragraph:
                # Its claim is the only one of this person, so that a reload shows the same paragraph.
                db.execute("DELETE FROM claim WHERE annotator = ?", (annotator,))
                until = time.time() + CLAIM_SECONDS
                db.execute("INSERT INTO claim VALUES (?, ?, ?)", (previous.paragraph, annotator, until))
            return _task(db, previous.paragraph, previous)

    def answers(self) -> list[Answer]:
        """Return the answers that stand, in the order of the queue and then of time."""
        query = f"""SELECT {", ".join(f"a.{name}" for name in _ANSWER.split(", "))} FROM answer a
            JOIN paragraph p ON p.id = a.paragraph WHERE a.undone IS NULL ORDER BY p.place, a.number"""  # noqa: S608 - constants
        with self.connection() as db:
            return [_answer(row) for row in db.execute(query)]

    def asked(self) -> dict[str, int]:
        """Return how many people every paragraph is asked of, by its id."""
        with self.connection() as db:
            return dict(db.execute("SELECT id, wanted FROM paragraph"))

    def paragraphs(self) -> dict[str, LabelRecord]:
        """Return all paragraphs by id, in the order of the queue."""
        with self.connection() as db:
            rows = db.execute("SELECT id, text, article, source FROM paragraph ORDER BY place").fetchall()
        return {i: LabelRecord(id=i, text=text, article=a, source=source) for i, text, a, source in rows}


_ANSWER = "key, paragraph, annotator, kind, labels, maybe, evidence, guess_seen, time"
_DECISION = "key, paragraph, annotator, 'decision', labels, maybe, evidence, 0, time"


class ConflictError(LabelError):
    """An answer was not stored, as it would replace what its sender does not know.

    Attributes
    ----------
    stands : Answer or None
        What is stored in its place; None where its key was that of another answer.
    """

    def __init__(self, message: str, stands: Answer | None = None) -> None:
        super().__init__(message)
        self.stands = stands


def _known(answer: Answer, before: Answer | None, stands: Answer | None, seen: Collection[str] | None) -> bool:
    """Tell whether an answer is stored already, sent again because the confirmation was lost.

    `before` came under the same key, `stands` is what the answer would replace.
    """
    if before is not None and dataclasses.replace(answer, time="") != dataclasses.replace(before, time=""):
        raise ConflictError("The key is that of another answer; take a new one for each answer.")
    if stands is None or stands.key != answer.key:
        _check_seen(stands, seen)
    return before is not None


def _check_seen(stands: Answer | None, seen: Collection[str] | None) -> None:
    if seen is not None and stands is not None and stands.key not in seen:
        raise ConflictError("Something that you had not seen was stored of this paragraph; look at it first.", stands)


def _row(db: sqlite3.Connection, query: str, *values: str) -> Answer | None:
    row = db.execute(query, values).fetchone()
    return None if row is None else _answer(row)


def _task(db: sqlite3.Connection, paragraph: str, previous: Answer | None) -> Task | None:
    row = db.execute("SELECT id, text, article, source FROM paragraph WHERE id = ?", (paragraph,)).fetchone()
    if row is None:
        return None
    i, text, article, source = row
    return Task(id=i, text=text, article=article, source=source, previous=previous)


def _answer(row: tuple[Any, ...]) -> Answer:
    key, paragraph, annotator, kind, labels, maybe, evidence, guess_seen, when = row
    spans = {theme: tuple((start, end) for start, end in places) for theme, places in json.loads(evidence).items()}
    return Answer(
        key=key, paragraph=paragraph, annotator=annotator, kind=kind, labels=tuple(json.loads(labels)),
        maybe=tuple(json.loads(maybe)), evidence=spans, guess_seen=bool(guess_seen), time=when,
    )  # fmt: skip


def _take_back(db: sqlite3.Connection, paragraph: str, annotator: str, now: str) -> None:
    query = "UPDATE answer SET undone = ? WHERE paragraph = ? AND annotator = ? AND undone IS NULL"
    db.execute(query, (now, paragraph, annotator))


def _withdraw(db: sqlite3.Connection, paragraph: str, now: str) -> bool:
    query = "UPDATE decision SET undone = ? WHERE paragraph = ? AND undone IS NULL"
    return db.execute(query, (now, paragraph)).rowcount > 0


def _stated(answer: Answer) -> list[str]:
    return [json.dumps(value, ensure_ascii=False) for value in (answer.labels, answer.maybe, answer.evidence)]


def _wanted(place: int) -> int:
    return 2 if place % SECOND_OPINION_EVERY == SECOND_OPINION_EVERY - 1 else 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def export_records(store: LabelStore | Path) -> list[LabelRecord]:
    """Return the answers of a store as label records, one per labelled paragraph, in the order of the queue.

    Where people differ on a theme, it is left open (`maybe`): neither right nor wrong in training and scoring. Where
    somebody decided, the decision holds, and the record says whose it is (`adjudicated`).

    Raises
    ------
    LabelError
        There is no label store at the path.
    """
    store = open_store(store)
    paragraphs, decisions, answers = store.paragraphs(), store.decisions(), by_paragraph(store.answers())
    return [merged(record, answers[i], decisions.get(i)) for i, record in paragraphs.items() if i in answers]


def open_store(store: LabelStore | Path) -> LabelStore:
    """Return the label store at a path; a `LabelError` says that there is none."""
    if isinstance(store, LabelStore):
        return store
    if not store.is_file():
        raise LabelError("{store}: there is no such label store.", store=store)
    return LabelStore(store, ())


def is_store(path: Path) -> bool:
    """Tell whether a file is a SQLite database, as a label store is one."""
    try:
        with path.open("rb") as file:
            return file.read(len(DATABASE)) == DATABASE
    except OSError:
        return False


def readings(store: LabelStore | Path) -> list[LabelRecord]:
    """Return each person's answers as label records of their own, for `gxclassify.labels.agreement.agree_readings`.

    Raises
    ------
    LabelError
        There is no label store at the path.
    """
    store = open_store(store)
    paragraphs = store.paragraphs()
    return [merged(paragraphs[a.paragraph], [a]) for a in store.answers() if a.kind == "label"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A paragraph to label; `previous` is the person's answer to it, where it is here to be changed."""

    id: str
    text: str
    article: str
    source: str
    previous: Answer | None = None


def foreign(store: LabelStore) -> int:
    """Return how many paragraphs' answers name themes that the model in use lacks: they are those of another model."""
    themes = set(store.themes)
    query = """SELECT labels, maybe FROM answer WHERE undone IS NULL
        UNION SELECT labels, maybe FROM decision WHERE undone IS NULL"""
    with store.connection() as db:
        told = {theme for row in db.execute(query) for cell in row for theme in json.loads(cell)}
    if told <= themes:
        return 0  # as nearly always, and it is asked often
    return sum(not themes.issuperset((*record.labels, *record.maybe)) for record in export_records(store))


def progress(store: LabelStore, annotator: str) -> dict[str, Any]:
    """Return how far the queue is: paragraphs in all, labelled, skipped; answers by person; labels by theme.

    Who only skipped or decided stands among the people with 0.

    ``skipped`` counts what nobody has labelled, ``mine_skipped`` what `annotator` skipped, ``differ`` the paragraphs on
    which people differ and nobody has decided, ``held`` what others have before them and `annotator` may yet be asked,
    ``none`` the answers that tell no theme and leave none open.
    """
    answers, decided = store.answers(), store.decisions()
    labelled = [answer for answer in answers if answer.kind == "label"]
    done = {answer.paragraph for answer in labelled}
    labels = Counter(theme for answer in labelled for theme in answer.labels)
    maybe = Counter(theme for answer in labelled for theme in answer.maybe)
    people = Counter(answer.annotator for answer in labelled)
    people.update(dict.fromkeys((said.annotator for said in (*answers, *decided.values())), 0))
    with store.connection() as db:
        total = int(db.execute("SELECT count(*) FROM paragraph").fetchone()[0])
        held = int(db.execute(_HELD, {"me": annotator, "now": time.time()}).fetchone()[0])
    return {
        "paragraphs": total,
        "labelled": len(done),
        "skipped": len({answer.paragraph for answer in answers} - done),
        "mine": people[annotator],
        "mine_skipped": sum(answer.annotator == annotator and answer.kind == "skip" for answer in answers),
        "people": dict(people.most_common()),
        "labels": {theme: labels[theme] for theme in store.themes},
        "maybe": {theme: maybe[theme] for theme in store.themes},
        "differ": sum(
            i not in decided and bool(differing(said, store.themes)) for i, said in by_paragraph(answers).items()
        ),
        "held": held,
        "none": sum(answer.tells_none for answer in labelled),
        "agreement": agreement(answers, store.themes),
    }
