"""How the server is set up, and what one worker takes on."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.errors import StoreError
from gxclassify.labels.queue_file import read_queue
from gxclassify.labels.store import LabelStore, database, foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("gxclassify.server")

_USUAL_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one worker takes on; beyond it a request is refused with a problem document.

    Attributes
    ----------
    json_bytes, document_bytes : int
        The longest body of a JSON request and of a document, in bytes (413).
    text_characters, texts : int
        The longest text and the most texts of one request, or paragraphs of one document (422).
    in_flight : int
        The most requests that a worker works on at once (429); of connections it has four times as many.
    queued_characters : int
        The most text that waits to be scored (429).
    documents : int
        The most documents that are read at once; as many again may wait (429).
    header_seconds, body_seconds : float
        How long a client may take to send its headers (the connection is closed) and its body (408).
    request_seconds : float
        How long a request may take once its body is there (504).
    """

    json_bytes: int = 4 * 2**20
    document_bytes: int = 32 * 2**20
    text_characters: int = 50_000
    texts: int = 10_000
    in_flight: int = 256
    queued_characters: int = 4_000_000
    documents: int = 2
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    request_seconds: float = 60.0

    @property
    def connections(self) -> int:
        """The most connections of a worker: with more of them open a request is refused (503)."""
        return 4 * self.in_flight


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How the server is set up; the command line's options by another name.

    Attributes
    ----------
    model : str or None
        A bundle folder or a registry address; None is the model that ships with the package.
    host, port : str, int
        Where it listens.
    workers : int
        How many processes share the socket and the model.
    token, admin_token : str or None
        What a client, or the administrator, must present as ``Authorization: Bearer …``. Without an admin token the
        token admits to everything; without both nothing is asked, which is only allowed on this machine itself.
    trusted_hosts : tuple of str
        Host names that clients may address the server by, beside ``localhost``, its own name and addresses in figures;
        ``*.example.org`` takes in the names below.
    origins : tuple of str
        Web pages of other origins that may call the API (CORS), such as ``https://example.org``.
    root_path : str
        The path under which a proxy shows the server, such as ``/tagger``.
    proxies : tuple of str
        Addresses of proxies whose ``X-Forwarded-…`` headers count.
    watch_seconds : float
        How often the model folder is looked at for a new model; 0 is never. A registry address is asked at most
        once a minute.
    label_store : Path or None
        The SQLite file of ``/label``; None leaves labelling out.
    label_queue : Path or None
        A file of paragraphs to label.
    accounts : Path or None
        A file of people with the hashes of their tokens, each of whom labels under their own name.
    results : Path or None
        The SQLite file of results that people ask to be kept; None keeps none.
    gazetteers : tuple of Path
        Files of zones to know beside the packaged ones.
    log_text : bool
        Whether the log shows the beginning of what is tagged.
    """

    model: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    token: str | None = field(default=None, repr=False)
    admin_token: str | None = field(default=None, repr=False)
    trusted_hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    root_path: str = ""
    proxies: tuple[str, ...] = ()
    watch_seconds: float = 1.0
    label_store: Path | None = None
    label_queue: Path | None = None
    accounts: Path | None = None
    results: Path | None = None
    gazetteers: tuple[Path, ...] = ()
    log_text: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def auth_required(self) -> bool:
        """Whether a client must present a token."""
        return self.token is not None or self.accounts is not None

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """`origins` as browsers write them: in small letters, without a slash behind and without the usual port."""
        plain = [origin.rstrip("/").lower() for origin in self.origins]
        return tuple(one.removesuffix(_USUAL_PORTS.get(one.partition(":")[0], "")) for one in plain)

    @property
    def on_this_machine(self) -> bool:
        """Whether only programs of this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def store_queue(settings: ServerSettings) -> None:
    """Put the paragraphs of the queue file into the label store, those apart that are there already.

    Raises `LabelError` or `StoreError` where the file or the store does not do.
    """
    if settings.label_store is not None and settings.label_queue is not None:
        LabelStore(settings.label_store, ()).add(read_queue(settings.label_queue))


def tell_foreign(settings: ServerSettings, themes: Sequence[str]) -> None:
    """Log once, at the start, that the label store is that of a model with other themes."""
    if settings.label_store is not None and (count := foreign(LabelStore(settings.label_store, themes))):
        logger.warning(
            "labels: themes that this model lacks are named by the answers to %d paragraphs; --model names another",
            count,
        )


_RESULTS = """
CREATE TABLE IF NOT EXISTS result (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, time TEXT NOT NULL, model TEXT NOT NULL, paragraphs INTEGER NOT NULL,
    view BLOB NOT NULL
) STRICT
"""


def make_results(path: Path) -> None:
    """Make the SQLite file of kept results where it is not there; by a `StoreError` refuse one that holds other things.

    It stands here because `results` would import the metrics before the server has said where workers leave theirs.
    """
    with database(path, "rwc") as db, db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables - {"result"}:
            raise StoreError("{path}: this SQLite file holds something else; name another for results.", path=path)
        db.execute(_RESULTS)
