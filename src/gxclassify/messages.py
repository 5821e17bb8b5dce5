"""Sentences for people: English by themselves, and in another language where somebody speaks one.

A `Message` is a text that keeps its template and what fills it, so that the command line, Python and the server can say
it in the language of whom they talk to, while logs and data stay English. The language of a process is that of
``GXCLASSIFY_LANG`` or of the locale; ``--lang`` of the command line and `speaking` change it for a while, and the
server answers each client in its own. What a language has for each template stands in ``languages/<code>.toml``; a
test holds it complete. It is only read when that language is asked for.
"""

from __future__ import annotations

import contextlib
import functools
import locale
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Self, TypeAlias

__all__ = [
    "LANGUAGES",
    "VARIABLE",
    "Message",
    "catalogue",
    "current_language",
    "headings",
    "language_of_environment",
    "listed",
    "message_json",
    "message_of",
    "named",
    "speaking",
    "spoken",
    "system_text",
]

LANGUAGES = ("en", "zh")
"""The languages by their codes; English is that of the source."""

VARIABLE = "GXCLASSIFY_LANG"
"""The environment variable that names the language to speak."""

_Part: TypeAlias = "str | list[str]"  # an item may be a Message

_FIELD = re.compile(r"\{\{|\}\}|\{(\w+)(?:!([rs]))?(?::([^{}]*))?\}")
_COMMA = {"en": ", ", "zh": "、"}
_PLACES = ("{where}: ", "{name}: ")
_COLON = {"zh": "："}
_HELP = "{help}"
_current: ContextVar[str] = ContextVar("language")


class Message(str):  # noqa: SLOT000 - a message is no small thing
    """A text made of a template and the values in it.

    Parameters
    ----------
    template : str
        English, with fields as in `str.format`: ``{path}``, ``{count:,}``, ``{value!r}``. A field such as
        ``{count:paragraph|paragraphs}`` is the first word for 1 and the other one for any other number. Without values
        it is the text itself.
    **values : object
        What stands in the fields. A message, an error with one, or a list is said in the language that is asked for,
        with its own comma between the items; anything else is the same text in all of them. Names and cells come from
        strangers: what would break the line, move a terminal's cursor or turn the direction of writing is escaped.

    >>> text = Message("{path}: no such file.", path="a.txt")
    >>> text
    'a.txt: no such file.'
    >>> Message("{n:,} {n:line|lines}", n=1), Message("known: {names}", names=["a", "b"])
    ('1 line', 'known: a, b')
    """

    template: str
    parts: dict[str, _Part]

    def __new__(cls, template: str, /, **values: object) -> Self:  # noqa: D102 - told by the class
        parts = {field[0]: _part(values, field) for field in _FIELD.finditer(template) if field[1]} if values else {}
        return cls._of(template, parts)

    @classmethod
    def _of(cls, template: str, parts: dict[str, _Part]) -> Self:
        message = super().__new__(cls, _filled(template, parts, "en"))
        message.template, message.parts = template, parts
        return message

    def in_language(self, language: str) -> str:
        """Return the text in a language of `LANGUAGES`; in English where that has no words for it."""
        if language == "en":
            return str(self)
        known = catalogue(language)
        own = known.get(self.template)
        if own is None:  # one without its place, or one that the catalogue lacks
            own = self.template
            for place in _PLACES:
                if placed := known.get(place + self.template):
                    own = placed.removeprefix(place.replace(": ", _COLON[language]))
        return _filled(own, self.parts, language)

    def without_place(self) -> Message:
        """Return the message without the ``{where}`` or ``{name}`` that it begins with, which stands beside it.

        A message that it begins with loses its own.

        >>> damaged = Message("{name}: damaged.", name="a.pdf")
        >>> damaged.without_place(), Message("{problem} Nothing is left.", problem=damaged).without_place()
        ('damaged.', 'damaged. Nothing is left.')
        """
        place = next((place for place in _PLACES if self.template.startswith(place)), "")
        first = None if place else _FIELD.match(self.template)
        if first and isinstance(part := self.parts.get(first[0]), Message):
            return Message._of(self.template, self.parts | {first[0]: part.without_place()})
        return Message._of(self.template.removeprefix(place), self.parts)

    def without_help(self) -> Message:
        """Return the message without its part ``{help}``, which names options of the command line and of Python.

        >>> Message("taken from {column!r}{help}", column="正文", help=" (--text-column)").without_help()
        "taken from '正文'"
        """
        return self.with_help("")

    def with_help(self, text: str) -> Message:
        """Return the message with `text` for each part ``{help}``, also of the messages in it."""

        def helped(name: str, value: Any) -> Any:
            if name == _HELP:
                return text
            return value.with_help(text) if isinstance(value, Message) else value

        return Message._of(self.template, {name: helped(name, value) for name, value in self.parts.items()})

    def instead(self, part: str, other: str) -> Message:
        """Return the message with `other` for each value that is `part`, also in the messages in it.

        >>> Message("{name}: damaged", name="a.pdf").instead("a.pdf", "the document")
        'the document: damaged'
        """

        def changed(value: Any) -> Any:
            if isinstance(value, list):
                return [changed(item) for item in value]
            if isinstance(value, Message):
                return value.instead(part, other)
            return other if value == part else value

        return Message._of(self.template, {name: changed(value) for name, value in self.parts.items()})

    def to_json(self) -> dict[str, Any]:
        """Return the message as JSON takes it, to be sent to another process; see `from_json`."""
        parts = {name: message_json(part) for name, part in self.parts.items()}
        return {"template": self.template, "parts": parts}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Self:
        """Return the message that `to_json` told of."""
        return cls._of(table["template"], {name: message_of(part) for name, part in table["parts"].items()})

    def __reduce__(self) -> tuple[Any, ...]:
        return Message._of, (self.template, self.parts)


def _part(values: Mapping[str, object], field: re.Match[str]) -> _Part:
    """Return what stands in a field: formatted now, so that nothing that changes later is held."""
    value, conversion, spec = values[field[1]], field[2], field[3] or ""
    if "|" in spec:
        one, more = spec.split("|")
        return one if value == 1 else more
    if conversion == "r":
        return format(repr(value), spec)
    if isinstance(value, BaseException):  # one of ours holds a message
        value = value.args[0] if value.args and isinstance(value.args[0], Message) else " ".join(str(value).split())
    if isinstance(value, Message):
        return value
    if isinstance(value, list):
        return [item if isinstance(item, Message) else _visible(str(item)) for item in value]
    return _visible(format(value, spec))


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def _visible(text: str) -> str:
    return _UNSEEN.sub(lambda sign: repr(sign[0])[1:-1], text)


_MOST_NAMES = 20
_NAME_SHOWN = 40


def named(names: Iterable[str]) -> list[str]:
    """Return names out of a file for a message: quoted, long ones cut, and of very many the first and how many more.

    A file that was read wrongly may have anything for its names, up to all of its text.

    >>> Message("it has {names}", names=named(["text", "x" * 100_000]))
    "it has 'text', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'"
    """
    every = list(names)
    shown = [repr(name if len(name) <= _NAME_SHOWN else f"{name[:_NAME_SHOWN]}…") for name in every[:_MOST_NAMES]]
    return [*shown, Message("{n:,} more", n=len(every) - _MOST_NAMES)] if len(every) > _MOST_NAMES else shown


def message_json(text: str | list[str]) -> Any:
    """Return a text, a message or a list of them as JSON takes it; see `message_of`."""
    if isinstance(text, list):
        return [message_json(item) for item in text]
    return text.to_json() if isinstance(text, Message) else text


def message_of(table: Any) -> Any:
    """Return what `message_json` told of."""
    if isinstance(table, list):
        return [message_of(item) for item in table]
    return Message.from_json(table) if isinstance(table, dict) else table


def _filled(template: str, parts: Mapping[str, _Part], language: str) -> str:
    if not parts:
        return template

    def fill(field: re.Match[str]) -> str:
        before, name, after = field[1], field[3], field[6]
        if not name:
            return f"{before}{field[2][0]}{after}"  # a doubled brace
        part = parts[field[2]]
        items = part if isinstance(part, list) else [part]
        said = [_quoted(item, language) for item in items]
        text = listed(said, language)
        return text if text.startswith("“") and said[0] != items[0] else f"{before}{text}{after}"

    return _SPACED_FIELD.sub(fill, template)


_SPACED_FIELD = re.compile(rf"((?:(?<=[^\x00-\x7f]) )?)({_FIELD.pattern})((?: (?=[^\x00-\x7f]))?)")
"""A field with the space on each side that parts it from Chinese: a value in marks of quotation needs none."""
_QUOTED = re.compile(r"'([^']*)'")


def _quoted(text: str, language: str) -> str:
    """Return a part of a message as `spoken` does, a value in the marks of quotation of the language."""
    said = spoken(text, language)
    if language == "zh" and (quoted := _QUOTED.fullmatch(said)):
        return f"“{quoted[1]}”"
    return said


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return what stands for each English template in a language: fields and all."""
    import tomllib

    path = Path(__file__).with_name("languages") / f"{language}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {english: own for table in tables.values() for english, own in table.items()}


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make `language` the one in which `spoken` and the tables for people speak while the block runs."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def current_language() -> str:
    """Return the language in force: that of `speaking`, or else of the environment."""
    return _current.get("") or language_of_environment(os.environ)


def language_of_environment(environment: Mapping[str, str]) -> str:
    """Return the language that `VARIABLE` names, or else the locale.

    >>> language_of_environment({"LANG": "zh_CN.UTF-8"}), language_of_environment({})
    ('zh', 'en')
    """
    asked = environment.get(VARIABLE, "")
    if asked in LANGUAGES:
        return asked
    return "zh" if _locale(environment).lower().startswith(("zh", "chinese")) else "en"


def _locale(environment: Mapping[str, str]) -> str:
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    if named or sys.platform != "win32":
        return named
    return locale.getlocale()[0] or ""  # Windows has no such variables; Python asks it at start


def spoken(text: str, language: str = "") -> str:
    """Return `text` in that language, or in the one in force: a message as it says it, any other text as it is."""
    return text.in_language(language or current_language()) if isinstance(text, Message) else text


def listed(names: Iterable[str], language: str = "") -> str:
    """Return names one after another, with the comma of that language, or of the one in force.

    >>> listed(["policy", "goals"], "en"), listed(["政策", "目标"], "zh")
    ('policy, goals', '政策、目标')
    """
    return _COMMA[language or current_language()].join(names)


def headings(*names: str) -> list[Any]:
    """Return names in a table for people, which are said in their language where the table is shown to them."""
    return [Message(name) for name in names]


def json_word(value: object) -> str:
    """Return what a value is in the words of JSON; the name of its type where JSON has none.

    >>> str(json_word(None)), str(json_word(3)), str(json_word([]))
    ('null', 'a number', 'an array')
    """
    for kinds, word in _JSON_WORDS:
        if isinstance(value, kinds):
            return word
    return type(value).__name__


_JSON_WORDS = (
    (type(None), Message("null")),
    (bool, Message("true or false")),
    ((int, float), Message("a number")),
    (str, Message("a text")),
    ((list, tuple), Message("an array")),
    (dict, Message("an object")),
)


def system_text(error: OSError) -> Message:
    """Return what the operating system says of an error."""
    return Message(error.strerror or str(error))
