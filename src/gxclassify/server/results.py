"""Results that somebody asked to be kept: each has an address, their number and size are bounded, anyone may delete."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from fastapi.params import Path as PathParameter
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from gxclassify.labels.store import database
from gxclassify.messages import Message
from gxclassify.server import schemas
from gxclassify.server.api import json_response
from gxclassify.server.problems import ProblemError
from gxclassify.server.settings import make_results
from gxclassify.server.work import UNNAMED

if TYPE_CHECKING:
    from sqlite3 import Connection

    from gxclassify.server.state import AppState

MOST_RESULTS = 200
"""How many results a server keeps; the next is refused until one is deleted."""

MOST_BYTES = 256 * 2**20
"""How much they may take on the disk, compressed."""

_Id = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


@dataclass(frozen=True, slots=True)
class Result:
    """What the list says of a kept result."""

    id: str
    name: str
    time: str
    model: str
    paragraphs: int


class FullError(Exception):
    """No more results can be kept."""


class ResultStore:
    """Kept results in a SQLite file.

    Parameters
    ----------
    path : Path
    made : bool
        Whether somebody has seen that the file is such a store: it is not looked at, nor made where it is gone.

    Raises
    ------
    StoreError
        The file is no such store, or cannot be read or written; any method may say so as well.
    """

    def __init__(self, path: Path, *, made: bool = False) -> None:
        self._path = path
        if not made:
            make_results(path)

    @contextlib.contextmanager
    def _connection(self, mode: str = "rw") -> Iterator[Connection]:
        with database(self._path, mode) as db, db:
            yield db

    def keep(self, name: str, model: str, paragraphs: int, view: bytes) -> Result:
        """Keep a result and return its entry; raises `FullError` when there is no room."""
        data = zlib.compress(view, 6)
        entry = Result(
            secrets.token_urlsafe(12), name, datetime.now(UTC).isoformat(timespec="seconds"), model, paragraphs
        )
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            count, size = db.execute("SELECT count(*), coalesce(sum(length(view)), 0) FROM result").fetchone()
            if count >= MOST_RESULTS or size + len(data) > MOST_BYTES:
                raise FullError
            db.execute("INSERT INTO result VALUES (?, ?, ?, ?, ?, ?)", (*asdict(entry).values(), data))
        return entry

    def entries(self) -> list[Result]:
        """Return the entries, newest first."""
        query = "SELECT id, name, time, model, paragraphs FROM result ORDER BY time DESC, rowid DESC"
        with self._connection() as db:
            return [Result(*row) for row in db.execute(query)]

    def view(self, result: str) -> tuple[str, bytes] | None:
        """Return a result's name and its view, or None when it is not there."""
        with self._connection() as db:
            row = db.execute("SELECT name, view FROM result WHERE id = ?", (result,)).fetchone()
        return None if row is None else (str(row[0]), zlib.decompress(row[1]))

    def delete(self, result: str) -> bool:
        """Delete a result; False when it is not there."""
        with self._connection() as db:
            return db.execute("DELETE FROM result WHERE id = ?", (result,)).rowcount > 0


def router(state: AppState) -> APIRouter:
    """Return the routes of kept results; without a file for them only the one that says so.

    Raises
    ------
    ConfigError
        The file does not do.
    """
    from gxclassify.server.pages import document_view

    routes = APIRouter(prefix="/page/results", include_in_schema=False)
    store = None if state.settings.results is None else ResultStore(state.settings.results, made=state.checked)

    @routes.get("")
    def entries() -> Response:
        listed = [] if store is None else [asdict(entry) for entry in store.entries()]
        return json_response({"kept": store is not None, "results": listed, "most": MOST_RESULTS})

    if store is None:
        return routes

    @routes.post("")
    async def keep(
        request: Request,
        name: Annotated[str, Query(max_length=255)] = UNNAMED,
        thresholds: str = "{}",
        model: Annotated[str, Query(max_length=255)] = "",
    ) -> Response:
        """Read and tag a file and keep the result: what is kept was made here, but for thresholds moved on the page.

        With the name of the model whose result somebody saw, that of another model is not kept in its place (409).
        """
        view, paragraphs, tagger = await document_view(
            state, await request.body(), name, _thresholds(thresholds), model=model
        )
        try:
            entry = await asyncio.to_thread(store.keep, name, tagger, paragraphs, view)
        except FullError as error:
            detail = Message(
                "The server keeps {most_results} results of {most_bytes:,} bytes together; delete some first.",
                most_results=MOST_RESULTS,
                most_bytes=MOST_BYTES,
            )
            raise ProblemError(507, "results-full", detail) from error
        return json_response(asdict(entry), 201)

    @routes.get("/{result}")
    def one(result: _Id) -> Response:
        found = store.view(result)
        if found is None:
            raise _gone()
        name, view = found
        return Response(
            b'{"name":' + bytes(json_response(name).body) + b',"view":' + view + b"}", media_type="application/json"
        )

    @routes.delete("/{result}")
    def delete(result: _Id) -> Response:
        if not store.delete(result):
            raise _gone()
        return json_response({"deleted": True})

    return routes


def _thresholds(text: str) -> dict[str, float]:
    try:
        return TypeAdapter(dict[str, schemas.Probability]).validate_json(text)
    except ValidationError as error:
        detail = Message("The parameter thresholds must be an object of numbers in 0 … 1.")
        raise ProblemError(422, "thresholds", detail) from error


def _gone() -> ProblemError:
    return ProblemError(404, "no-result", Message("There is no such result; it was deleted, or never kept."))
