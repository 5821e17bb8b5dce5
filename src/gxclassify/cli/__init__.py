"""The command-line face: parse, call one function, print, exit code. Only this package knows click.

The verbs stand in modules beside this one, which import nothing heavy until they run, so that ``--help`` is instant.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from gxclassify._version import __version__
from gxclassify.cli.common import interrupted, notice, terminable
from gxclassify.cli.language import OPTION, language_first, language_of, show, speaking_to_people, translated
from gxclassify.console import argument, nearest
from gxclassify.errors import GxclassifyError, lacks_memory
from gxclassify.messages import LANGUAGES, VARIABLE, Message, spoken, system_text
from gxclassify.room import mind_openblas

__all__ = ["main", "program"]

BROKEN_PIPE = 141
_NEAREST = "gxclassify.nearest"

# The verbs in the order of --help: name -> module of this package that holds the command of that name.
_VERBS = {
    "read": "predicting",
    "predict": "predicting",
    "zones": "predicting",
    "survey": "surveys",
    "train": "training",
    "prior": "training",
    "evaluate": "evaluating",
    "compare": "evaluating",
    "gate": "evaluating",
    "learning-curve": "evaluating",
    "card": "cards",
    "labels": "labels",
    "serve": "serving",
    "accounts": "accounts",
    "models": "models",
    "experiments": "experiments",
}


class _OutputGoneError(Exception):
    """The reader of standard output went away; click would turn the `BrokenPipeError` into exit code 1."""


class _Program(click.Group):
    """A group that imports a verb's module when the verb is asked for."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _OutputGoneError from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the verbs that are nearest to one that is none, which click looks for among commands it has imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            made: Any = type(error)
            if not hasattr(error, "command_name"):  # with an older click
                raise
            raise made(error.command_name, possibilities=_VERBS, ctx=ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _VERBS:
            return None
        module = importlib.import_module(f"{__name__}.{_VERBS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return translated(command)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="gxclassify")
@click.option(
    OPTION,
    type=click.Choice(LANGUAGES),
    envvar=VARIABLE,
    show_envvar=True,
    expose_value=False,
    help="Speak English or Chinese, at any place of the line. Default: as the locale says.",
)
def program() -> None:
    """Tag Chinese text about development zones by theme.

    Data goes to standard output, everything else to standard error; for predict, read and survey "-" is standard input.
    Exit codes: 0 done, 1 bug, 2 usage, or a file of settings, accounts or a gate that does not do, 3 input unreadable
    or invalid, 4 model missing, damaged or refused, 5 a quality gate failed, 130 interrupted, 141 the reader of the
    output went away, 143 ended by SIGTERM.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: the one place where errors become sentences and exit codes."""
    mind_openblas()
    arguments = language_first(sys.argv[1:] if arguments is None else arguments)
    with speaking_to_people(language_of(arguments)), terminable():
        sys.exit(_run(arguments))


def _run(arguments: Sequence[str]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):  # half a surrogate pair, or what an old encoding lacks
        codecs.register_error(_NEAREST, nearest)
        sys.stdout.reconfigure(errors=_NEAREST)
    try:
        result = translated(program).main(args=list(arguments), prog_name="gxclassify", standalone_mode=False)
        if sys.stdout is not None:  # closed by the caller, as >&- does
            sys.stdout.flush()
    except click.ClickException as error:
        show(_advised(error, arguments))
        return error.exit_code
    except GxclassifyError as error:
        notice("Error: {error}", error=error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as error:
        notice("Interrupted; nothing half-written is left.")
        return interrupted(error)
    except (BrokenPipeError, _OutputGoneError):
        _drop_output()
        return BROKEN_PIPE
    except (OSError, MemoryError, ImportError, RuntimeError, SystemError) as error:
        sentence = _of_the_machine(error)
        if not sentence:
            raise
        _drop_output()
        notice("Error: {error}", error=sentence)
        return GxclassifyError.exit_code
    return result if isinstance(result, int) else 0


def _advised(error: click.ClickException, arguments: Sequence[str]) -> click.ClickException:
    """Return the error; of an argument too many behind an option that may be repeated, one that says how it is."""
    if type(error) is not click.UsageError or error.ctx is None:
        return error
    parameters = error.ctx.command.params
    if any(isinstance(parameter, click.Argument) for parameter in parameters):
        return error
    flags = {flag for one in parameters if isinstance(one, click.Option) and one.multiple for flag in one.opts}
    for at, word in enumerate(arguments):
        flag, given, value = word.partition("=")
        values = [value, *arguments[at + 1 : at + 2]] if given else arguments[at + 1 : at + 3]
        if flag in flags and len(values) > 1 and not any(one.startswith("-") for one in values):
            option = " ".join(f"{flag} {argument(one)}" for one in values)
            told = Message("{error}. To give several, repeat the option: {option}", error=error.message, option=option)
            return click.UsageError(spoken(told), error.ctx)
    return error


def _of_the_machine(error: Exception) -> str:
    """Say what of the machine's did not suffice, which is no bug of ours; nothing where that is not what happened."""
    if lacks_memory(error):
        return Message("there is not enough memory; give more, or less input at a time.")
    if not isinstance(error, OSError) or isinstance(error, UnicodeError):
        return ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Message("the output cannot be written ({reason}); free space.", reason=system_text(error))
    if not isinstance(error.filename, str | bytes):
        return Message("{reason}.", reason=system_text(error))
    return Message("{where}: {reason}.", where=os.fsdecode(error.filename), reason=system_text(error))


def _drop_output() -> None:
    """Give what is still buffered a place to go: Python flushes standard output once more at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
