"""The language of the command line: which one, click's own texts in it, and help that a terminal shows well."""

from __future__ import annotations

import contextlib
import copy
import gettext
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import click

from gxclassify.console import Span, columns, wrap
from gxclassify.messages import LANGUAGES, Message, catalogue, current_language, language_of_environment, speaking

OPTION = "--lang"

_KINDS = (Message("integer"), Message("integer range"), Message("float"), Message("float range"))
"""How click calls kinds of numbers: in its errors, and in capitals in its help. It does not ask for a translation."""
_METAVARS = (Message("[OPTIONS]"), Message("COMMAND [ARGS]..."))
"""What click puts behind a command's name in its usage. It does not ask for a translation of these, either."""

_Command = TypeVar("_Command", bound=click.Command)
_Metavar = TypeVar("_Metavar", str, str | None)


def language_first(arguments: Sequence[str]) -> list[str]:
    """Return `arguments` with ``--lang`` and its value before the verb, wherever they stand.

    People put it last; the parser knows it as an option of the program alone.

    >>> language_first(["predict", "a.txt", "--lang", "zh"]), language_first(["read", "--", "--lang"])
    (['--lang', 'zh', 'predict', 'a.txt'], ['read', '--', '--lang'])
    """
    first: list[str] = []
    others: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            others += [word, *words]
        elif word == OPTION:
            value = next(words, None)
            if value is None:
                return [OPTION]  # for the parser to ask for the value
            first += [OPTION, value]
        elif word.startswith(f"{OPTION}="):
            first.append(word)
        else:
            others.append(word)
    return [*first, *others]


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return the language to speak: that of ``--lang``, as `language_first` puts it, or else of the environment.

    It is looked for before anything is parsed, for what parsing says is to be in it too. A wrong value is left to the
    parser.

    >>> language_of(["--lang", "zh", "predict"], {}), language_of([], {"LANG": "zh_CN.UTF-8"}), language_of([], {})
    ('zh', 'zh', 'en')
    """
    asked = ""
    words = iter(arguments)
    for word in words:
        if word == OPTION:
            asked = next(words, "")
        elif word.startswith(f"{OPTION}="):
            asked = word.partition("=")[2]
        else:
            break
    return asked if asked in LANGUAGES else language_of_environment(environment)


@contextlib.contextmanager
def speaking_to_people(language: str) -> Iterator[None]:
    """Speak `language` while the block runs, click's own texts included.

    Click asks `gettext` for its texts, which wants a folder of compiled catalogues; here the two functions behind it
    are lent ours, and only while the command line runs in another language than English.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(speaking(language))
        if language != "en":
            before = gettext.dgettext, gettext.dngettext
            stack.callback(_lend, *before)
            _lend(_said, _said_of)
        yield


def _lend(one: object, several: object) -> None:
    setattr(gettext, "dgettext", one)  # noqa: B010 - a function of another module, given back by the caller
    setattr(gettext, "dngettext", several)  # noqa: B010


def _said(_: str, text: str) -> str:
    return catalogue(current_language()).get(text, text)


def _said_of(domain: str, one: str, several: str, n: int) -> str:
    if n == 1 and (own := _said(domain, one)) != one:
        return own
    own = _said(domain, several)
    return one if own == several and n == 1 else own


def show(error: click.ClickException) -> None:
    """Say on standard error what click has to complain of, as `error.show` does.

    Click puts its sentences together from parts with marks of its own, and names kinds of numbers in English.
    """
    if current_language() != "en":
        told = _in_chinese(error.format_message())
        error.format_message = lambda: told  # type: ignore[method-assign]
    error.show()


_MARKS = (
    (re.compile(r" ?\b(?:integer|float)(?: range)?(?=。|$)"), lambda said: "整数" if "integer" in said[0] else "数"),
    (re.compile(r"'([^']*)'"), "“\\1”"),
    (re.compile("(?<=”), (?=“)|,\n\t"), "、"),
    (re.compile("(?<=：)\n\t"), ""),
    (re.compile(r" +(?=[“（：])|(?<=[”：）。]) +"), ""),
    (re.compile(r"(?<=[^\x00-\x7f])\.(?: +(?=[^\x00-\x7f])|$)"), "。"),
)


def _in_chinese(text: str) -> str:
    r"""Return a sentence of click's with the marks of Chinese.

    >>> _in_chinese("缺少选项 '--from'."), _in_chinese("没有 '--x' 这个选项。 （是不是这几个之一：'--a', '--b'？）")
    ('缺少选项“--from”。', '没有“--x”这个选项。（是不是这几个之一：“--a”、“--b”？）')
    >>> _in_chinese("缺少选项 '--format'. 可选：\n\tjsonl,\n\tcsv。")
    '缺少选项“--format”。可选：jsonl、csv。'
    """
    for mark, own in _MARKS:
        text = mark.sub(own, text)
    return text


# ---- help


def translated(command: _Command) -> _Command:
    """Return a copy of `command` whose help is in the language in force; in English it is `command` itself."""
    if current_language() == "en":
        return command
    own = copy.copy(command)
    own.context_class = _Context
    own._help_option = None  # noqa: SLF001 - click keeps that option as it was first asked for, maybe in English
    own.help = paragraphs(command.help)
    own.short_help = (own.help or "").partition("\n\n")[0].rstrip("。") or None
    own.params = [copy.copy(parameter) for parameter in command.params]
    for parameter in own.params:
        if parameter.type.name in _KINDS:
            parameter.type = copy.copy(parameter.type)
            parameter.type.name = catalogue(current_language())[parameter.type.name]
        if isinstance(parameter, click.Option):
            parameter.help = paragraphs(parameter.help)
    own.options_metavar = _metavar(command.options_metavar)
    if isinstance(own, click.Group):
        own.subcommand_metavar = _metavar(own.subcommand_metavar)
        own.commands = {name: translated(inner) for name, inner in own.commands.items()}
    return own


def _metavar(given: _Metavar) -> _Metavar:
    return catalogue(current_language())[given] if given in _METAVARS else given


def paragraphs(text: str | None) -> str | None:
    """Return a help text in the language in force, which is looked up paragraph by paragraph."""
    if text is None:
        return None
    known = catalogue(current_language())
    return "\n\n".join(known.get(part, part) for part in help_paragraphs(text))


def help_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line: as they stand in the catalogues."""
    return [" ".join(part.split()) for part in text.split("\n\n")]


_EXTRAS = re.compile(r"; (?=[^\[\]]*\]$)")
"""Between what click says of an option in brackets: [默认：1; 1<=x<=64]."""


class _Formatter(click.HelpFormatter):
    """Breaks lines where Chinese may be broken, and counts two columns for a Chinese character."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for number, part in enumerate(text.split("\n\n")):
            self.write("\n" if number else "")
            for line in _lines(part, max(self.width - self.current_indent, 11)):
                self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max(columns(name) for name, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, text in rows:
            lines = _lines(_EXTRAS.sub("；", text), max(self.width - first - self.current_indent, 10))
            head = indent + name
            if columns(name) > first - col_spacing:
                self.write(f"{head}\n")
                head = indent
            else:
                head += " " * (first - columns(name))
                self.write(f"{head}{lines.pop(0) if lines else ''}".rstrip() + "\n")
            for line in lines:
                self.write(f"{indent}{' ' * first}{line}\n")


def _lines(text: str, width: int) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in wrap([Span(text)], width)] if text else []


class _Context(click.Context):
    formatter_class = _Formatter
