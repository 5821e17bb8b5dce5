"""Who may label under which name: a file of names with the hashes of their tokens.

The tokens are made here and long enough (192 bits) that a plain SHA-256 keeps them: nobody can try them all, which is
what slow hashes are for.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from gxclassify.config import read_toml, write_toml
from gxclassify.errors import ConfigError
from gxclassify.files import one_at_a_time
from gxclassify.labels.store import MOST_NAME, NAME
from gxclassify.messages import Message

logger = logging.getLogger("gxclassify.server")

_COMMENT = """\
Who may use the server, by name. Written by `gxclassify accounts add` and `remove`; only hashes of the tokens stand
here. An admin may take models into use and reload them.
"""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may use the server."""

    name: str
    sha256: str
    admin: bool = False


def read_accounts(path: Path) -> list[Account]:
    """Read a file of accounts; one that does not exist yet has none.

    Raises
    ------
    ConfigError
        It cannot be read, or an entry is no account.
    """
    if not path.exists():
        return []
    table = read_toml(path, Message("the file of accounts")).get("account", {})
    if not isinstance(table, dict):
        raise ConfigError(
            "{path}: accounts are tables [account.NAME]; write them with 'gxclassify accounts add'.", path=path
        )
    return [_account(path, name, entry) for name, entry in table.items()]


def _account(path: Path, name: str, entry: object) -> Account:
    own = entry if isinstance(entry, dict) else {}
    digest, admin = own.get("sha256"), own.get("admin", False)
    if not (isinstance(digest, str) and _HASH.fullmatch(digest) and isinstance(admin, bool) and set(own) <= _FIELDS):
        raise ConfigError(
            "{path}: the account {name!r} needs sha256, 64 hexadecimal digits, and perhaps admin = true.",
            path=path,
            name=name,
        )
    return Account(_checked(name), digest, admin)


_FIELDS = {"sha256", "admin"}


def _checked(name: str) -> str:
    if not name.strip() or name != name.strip() or len(name) > MOST_NAME or not re.match(NAME, name):
        raise ConfigError(
            "{name!r} is no name: one has 1 to {most_name} characters, no blank at its ends, no plus sign and no line "
            "break.",
            name=name,
            most_name=MOST_NAME,
        )
    return name


def add_account(path: Path, name: str, *, admin: bool = False) -> str:
    """Add a person, or give them a new token in the place of the old one; return the token, which is kept nowhere.

    Who is an administrator stays one.

    Raises
    ------
    ConfigError
        The name or the file does not do.
    """
    token = secrets.token_urlsafe(24)
    with one_at_a_time(path):
        accounts = read_accounts(path)
        others = [account for account in accounts if account.name != name]
        admin = admin or any(account.admin for account in accounts if account.name == name)
        _write(path, [*others, Account(_checked(name), _hash(token.encode()), admin)])
    return token


def remove_account(path: Path, name: str) -> None:
    """Take a person out; their token is worth nothing from then on, and what they labelled stays.

    Raises
    ------
    ConfigError
        There is no such account.
    """
    with one_at_a_time(path):
        accounts = _present(path)
        rest = [account for account in accounts if account.name != name]
        if len(rest) == len(accounts):
            known = [account.name for account in accounts] or "none"
            raise ConfigError(
                "{path}: there is no account {name!r}; there are: {known}.", path=path, name=name, known=known
            )
        _write(path, rest)


def _present(path: Path) -> list[Account]:
    if not path.exists():
        raise ConfigError("{path}: there is no such file of accounts; check the path.", path=path)
    return read_accounts(path)


def _write(path: Path, accounts: list[Account]) -> None:
    table = {a.name: {key: value for key, value in asdict(a).items() if key in _FIELDS and value} for a in accounts}
    write_toml(path, {"account": table}, _COMMENT)


def _hash(token: bytes) -> str:
    return hashlib.sha256(token).hexdigest()


class Accounts:
    """The accounts in a file, as it is now: whoever is taken out of it has no access from the next request on.

    So has nobody once the last is taken out. A file that is gone or damaged changes nothing: those before hold.

    Parameters
    ----------
    path : Path
    checked : bool
        Whether somebody has seen that the file does. What is the matter with it since is said in the log, and nobody
        has access by it until it is mended: a worker in a dead one's place must not end the server for that.

    Raises
    ------
    ConfigError
        There is no such file, it holds nobody, or cannot be read; not where it is `checked`.
    """

    def __init__(self, path: Path, *, checked: bool = False) -> None:
        self._path = path
        self._seen = self._mark()
        self._by_hash: dict[str, Account] = {}
        if checked:
            self._look()
            return
        self._by_hash = self._load()
        if not self._by_hash:
            raise ConfigError(
                "{path}: there is no account; make one with 'gxclassify accounts add FILE NAME'.", path=path
            )

    def find(self, token: bytes) -> Account | None:
        """Return whose token it is."""
        mark = self._mark()
        if mark != self._seen:
            self._seen = mark
            self._look()
        return self._by_hash.get(_hash(token))

    def _look(self) -> None:
        try:
            self._by_hash = self._load()
        except ConfigError as error:
            hold = "those before hold" if self._by_hash else "nobody has access by them"
            logger.error("accounts cannot be read, %s: %s", hold, error.message)  # noqa: TRY400 - the sentence says it
        else:
            if not self._by_hash:
                logger.warning("accounts: %s holds nobody; nobody has access by it", self._path)

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _load(self) -> dict[str, Account]:
        return {account.sha256: account for account in _present(self._path)}
