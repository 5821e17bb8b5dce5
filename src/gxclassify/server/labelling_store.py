"""What people say of paragraphs in the browser: kept in one SQLite file that several servers may share.

Every answer is one transaction that is on the disk before it is confirmed (write-ahead log, synchronous FULL). Nothing
is deleted: an answer that is taken back keeps its row, with the time of that.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gxclassify.errors import LabelError
from gxclassify.labels.records import LabelRecord, parse_record
from gxclassify.server.labelling_agreement import merged
from gxclassify.server.labelling_answers import Answer, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["LabelStore", "export_records"]

FORMAT = 1
"""Raise it with every change of the tables, and convert older files in `LabelStore.__init__`."""

CLAIM_SECONDS = 600.0
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
CREATE TABLE IF NOT EXISTS training (
    number INTEGER PRIMARY KEY, state TEXT NOT NULL, started TEXT NOT NULL, heartbeat REAL NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, plan TEXT NOT NULL, result TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
"""

# A paragraph is open for a person who has not answered it, while fewer people than wanted label it or have it before
# them. What the person has before them already comes first: reloading the page changes nothing.
_NEXT = """
SELECT p.id, p.text, p.article, p.source FROM paragraph p
WHERE NOT EXISTS (SELECT 1 FROM answer a WHERE a.paragraph = p.id AND a.annotator = :me AND a.undone IS NULL)
AND (SELECT count(*) FROM answer a WHERE a.paragraph = p.id AND a.undone IS NULL AND a.kind = 'label')
  + (SELECT count(*) FROM claim c WHERE c.paragraph = p.id AND c.annotator <> :me AND c.until > :now) < p.wanted
ORDER BY NOT EXISTS (SELECT 1 FROM claim c WHERE c.paragraph = p.id AND c.annotator = :me AND c.until > :now), p.place
LIMIT 1
"""


class LabelStore:
    """Paragraphs in order, who has which before them, and the answers.

    Parameters
    ----------
    path : Path
        The SQLite file; made when it is not there.
    themes : sequence of str
        The theme ids that answers may state.

    Raises
    ------
    LabelError
        The file is no label store, was made by a newer version, or cannot be written.
    """

    def __init__(self, path: Path, themes: Sequence[str]) -> None:
        self.path = path
        self.themes = tuple(themes)
        try:
            with self.connection("rwc") as db:
                version = int(db.execute("PRAGMA user_version").fetchone()[0])
                tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
                self._check(version, tables)
                db.executescript(_TABLES)
                db.execute(f"PRAGMA user_version = {FORMAT}")
        except sqlite3.Error as error:
            msg = f"{path}: the label store cannot be opened ({error}); name a file that can be written."
            raise LabelError(msg) from error

    def _check(self, version: int, tables: set[str]) -> None:
        if version > FORMAT:
            msg = f"{self.path}: the label store has format {version}, this version reads {FORMAT}; update gxclassify."
            raise LabelError(msg)
        if tables and "paragraph" not in tables:
            msg = f"{self.path}: this SQLite file is no label store; name another."
            raise LabelError(msg)

    @contextlib.contextmanager
    def connection(self, mode: str = "rw") -> Iterator[sqlite3.Connection]:
        """Open a connection for one piece of work; threads and processes share the file, never a connection.

        A file that was taken away under the server is not made anew (mode ``rw``): answers must not go astray.
        """
        db = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode={mode}", uri=True, timeout=20, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            yield db
        finally:
            db.close()

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that nobody else can write beside; it is on the disk when the block ends."""
        with self.connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    # ---- the queue

    def add(self, records: Iterable[LabelRecord]) -> int:
        """Put paragraphs at the end of the queue, leaving out those whose id is there; return how many came in."""
        with self.change() as db:
            place = int(db.execute("SELECT coalesce(max(place) + 1, 0) FROM paragraph").fetchone()[0])
            before = db.total_changes
            for n, record in enumerate(records, place):
                row = (record.id, n, record.text, record.article, record.source, _wanted(n))
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
            db.execute("INSERT OR REPLACE INTO claim VALUES (?, ?, ?)", (row[0], annotator, now + CLAIM_SECONDS))
        return Task(id=row[0], text=row[1], article=row[2], source=row[3])

    def text_of(self, paragraph: str) -> str | None:
        """Return the text of a paragraph; None when the store has none of that id."""
        with self.connection() as db:
            row = db.execute("SELECT text FROM paragraph WHERE id = ?", (paragraph,)).fetchone()
        return None if row is None else str(row[0])

    # ---- answers

    def answer(self, answer: Answer) -> None:
        """Store an answer, in the place of an earlier one of the same person; it is on the disk when this returns.

        Raises
        ------
        LabelError
            There is no such paragraph, or the answer is not a valid label record of it.
        """
        text = self.text_of(answer.paragraph)
        if text is None:
            msg = "The paragraph is not in the queue."
            raise LabelError(msg)
        record = {"id": answer.paragraph, "text": text, "labels": answer.labels, "maybe": answer.maybe}
        parse_record(json.dumps(record | {"evidence": answer.evidence}), "the answer", frozenset(self.themes))
        now = _now()
        with self.change() as db:
            if db.execute("SELECT 1 FROM answer WHERE key = ?", (answer.key,)).fetchone():
                return  # sent again because the confirmation was lost
            _take_back(db, answer.paragraph, answer.annotator, now)
            stated = [json.dumps(value, ensure_ascii=False) for value in (answer.labels, answer.maybe, answer.evidence)]
            row = (answer.key, answer.paragraph, answer.annotator, answer.kind, *stated, answer.guess_seen, now)
            db.execute(
                "INSERT INTO answer (key, paragraph, annotator, kind, labels, maybe, evidence, guess_seen, time) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            db.execute("DELETE FROM claim WHERE paragraph = ? AND annotator = ?", (answer.paragraph, answer.annotator))

    def undo(self, annotator: str) -> Task | None:
        """Take back the last answer of `annotator` that stands, and return its paragraph; None when there is none."""
        with self.change() as db:
            row = db.execute(
                f"SELECT {_ANSWER} FROM answer WHERE annotator = ? AND undone IS NULL ORDER BY number DESC LIMIT 1",  # noqa: S608 - a constant
                (annotator,),
            ).fetchone()
            if row is None:
                return None
            previous = _answer(row)
            _take_back(db, previous.paragraph, annotator, _now())
            # Its claim is the only one of this person, so that a reload shows the same paragraph.
            db.execute("DELETE FROM claim WHERE annotator = ?", (annotator,))
            until = time.time() + CLAIM_SECONDS
            db.execute("INSERT OR REPLACE INTO claim VALUES (?, ?, ?)", (previous.paragraph, annotator, until))
            query = "SELECT id, text, article, source FROM paragraph WHERE id = ?"
            paragraph = db.execute(query, (previous.paragraph,)).fetchone()
        i, text, article, source = paragraph
        return Task(id=i, text=text, article=article, source=source, previous=previous)

    def answers(self) -> list[Answer]:
        """Return the answers that stand, in the order of the queue and then of time."""
        query = f"""SELECT {", ".join(f"a.{name}" for name in _ANSWER.split(", "))} FROM answer a
            JOIN paragraph p ON p.id = a.paragraph WHERE a.undone IS NULL ORDER BY p.place, a.number"""  # noqa: S608 - constants
        with self.connection() as db:
            return [_answer(row) for row in db.execute(query)]

    def paragraphs(self) -> dict[str, LabelRecord]:
        """Return all paragraphs by id, in the order of the queue."""
        with self.connection() as db:
            rows = db.execute("SELECT id, text, article, source FROM paragraph ORDER BY place").fetchall()
        return {i: LabelRecord(id=i, text=text, article=a, source=source) for i, text, a, source in rows}


_ANSWER = "key, paragraph, annotator, kind, labels, maybe, evidence, guess_seen, time"


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


def _wanted(place: int) -> int:
    return 2 if place % SECOND_OPINION_EVERY == SECOND_OPINION_EVERY - 1 else 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def export_records(store: LabelStore | Path) -> list[LabelRecord]:
    """Return the answers of a store as label records, one per labelled paragraph, in the order of the queue.

    Where people differ on a theme, it is left open (`maybe`): neither right nor wrong in training and scoring.

    Raises
    ------
    LabelError
        There is no label store at the path.
    """
    if not isinstance(store, LabelStore):
        if not store.is_file():
            msg = f"{store}: there is no such label store."
            raise LabelError(msg)
        store = LabelStore(store, ())
    paragraphs = store.paragraphs()
    by_paragraph: dict[str, list[Answer]] = {}
    for answer in store.answers():
        if answer.kind == "label":
            by_paragraph.setdefault(answer.paragraph, []).append(answer)
    return [merged(paragraphs[i], answers) for i, answers in by_paragraph.items()]
