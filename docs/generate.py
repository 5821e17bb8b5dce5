"""Write the references that are generated from the program itself: ``docs/cli.md`` and ``docs/settings.md``.

Run it after a change of a command, an option or a setting (``make docs``); a test fails while a page is stale.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import typing
from pathlib import Path

import click

from gxclassify import config
from gxclassify.cli import program

DOCS = Path(__file__).parent
HOW = """\
A setting is written `stage.name`, in an experiment's TOML file (`--config FILE`) as in `--set stage.name=value`.
Defaults come first, then the file, then `--set`; the last one wins.
"""


def commands(group: click.Group, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], click.Command]]:
    """Return every command under `group` with its words, groups before what they hold."""
    found: list[tuple[tuple[str, ...], click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


def help_text(path: tuple[str, ...], command: click.Command) -> str:
    """Return what ``--help`` prints, at a width that does not depend on the terminal."""
    parent = None
    for word in path[:-1]:
        parent = click.Context(click.Group(word), info_name=word, parent=parent)
    settings = {**program.context_settings, "terminal_width": 100, **command.context_settings}
    settings.pop("max_content_width", None)
    context = click.Context(command, info_name=path[-1], parent=parent, **settings)
    return command.get_help(context)


def cli_page() -> str:
    """Return ``docs/cli.md``."""
    every = [(("gxclassify",), program), *commands(program, ("gxclassify",))]
    parts = ["# The command line\n\nGenerated from `--help` by `docs/generate.py`; do not edit by hand.\n"]
    for path, command in every:
        parts.append(f"## `{' '.join(path)}`\n\n```text\n{help_text(path, command)}\n```\n")
    return "\n".join(parts)


def setting_texts(stage: type) -> dict[str, str]:
    """Return the text under each setting of a stage, from the source of the class."""
    body = ast.parse(inspect.getsource(stage)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - what getsource of a class parses to
    texts: dict[str, str] = {}
    for node, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            texts[node.target.id] = inspect.cleandoc(str(after.value.value)) if is_text else ""
    return texts


def code(text: str) -> str:
    """Return reStructuredText's literals as Markdown's."""
    return re.sub(r"``(.+?)``|`(.+?)`", lambda match: f"`{match[1] or match[2]}`", text)


def settings_page() -> str:
    """Return ``docs/settings.md``."""
    parts = [
        "# Settings\n\nGenerated from `config.py` by `docs/generate.py`; do not edit by hand.\n",
        HOW,
    ]
    for stage in dataclasses.fields(config.Config):
        kind = typing.get_type_hints(config.Config)[stage.name]
        parts.append(f"## `{stage.name}`\n\n{code(inspect.getdoc(kind) or '')}\n")
        texts, hints = setting_texts(kind), typing.get_type_hints(kind, include_extras=True)
        rows = ["| Setting | Default | Value | |", "| --- | --- | --- | --- |"]
        for field in dataclasses.fields(kind):
            default = getattr(kind(), field.name)
            shown = str(default).lower() if isinstance(default, bool) else default
            value = config.described(hints[field.name])
            rows.append(f"| `{stage.name}.{field.name}` | `{shown}` | {value} | {code(texts[field.name])} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def pages() -> dict[Path, str]:
    """Return every generated page by its file."""
    return {DOCS / "cli.md": cli_page(), DOCS / "settings.md": settings_page()}


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
