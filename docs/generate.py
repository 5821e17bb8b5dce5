"""Write the references that are generated from the program itself.

They are ``cli.md``, also in Chinese, ``settings.md`` and ``api.md``.

Run it after a change of a command, an option, a setting or a public name (``make docs``); a test fails while a page is
stale.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
import typing
from pathlib import Path

import click

import gxclassify
from gxclassify import config
from gxclassify.cli import program
from gxclassify.cli.language import speaking_to_people, translated

DOCS = Path(__file__).parent
HOW = """\
A setting is written `stage.name`, in an experiment's TOML file (`--config FILE`) as in `--set stage.name=value`.
Defaults come first, then the file, then `--set`; the last one wins.
"""

STABLE = """\
These names keep their meaning until the changelog says otherwise; everything else in the package may change with any
version. The first part is `import gxclassify as gx`, the second is imported by its dotted path.
"""
DOTTED = (
    "model.TaggedParagraph",
    "scoring.bulk.tag_files",
    "scoring.spark.tag",
    "labels.records.load_labels",
    "labels.suggest.suggest",
    "evaluation.report.evaluate",
    "evaluation.compare.compare",
)
"""The stable names that are not `gxclassify`'s own; a test sees to it that the pages name no others."""


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
    context = command.context_class(command, info_name=path[-1], parent=parent, **settings)
    return command.get_help(context)


CLI_HEADS = {
    "en": "# The command line\n\nGenerated from `--help` by `docs/generate.py`; do not edit by hand.\n",
    "zh": "# 命令行\n\n由 `docs/generate.py` 从 `--help` 生成，请勿手工修改。\n",
}


def cli_page(language: str) -> str:
    """Return ``docs/cli.md``, or the page that stands for it in another language."""
    with speaking_to_people(language):
        return _cli_page(translated(program), CLI_HEADS[language])


def _cli_page(program: click.Group, head: str) -> str:
    every = [(("gxclassify",), program), *commands(program, ("gxclassify",))]
    parts = [head]
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


def signature(name: str, value: object, *, bound: bool = False) -> str:
    """Return how `value` is called, on one line or with a line for each parameter; `bound`: without `self`."""
    called = inspect.signature(value)  # type: ignore[arg-type] # only what can be called comes here
    shown: list[str] = []
    for parameter in list(called.parameters.values())[1 if bound else 0 :]:
        if parameter.kind is parameter.KEYWORD_ONLY and not any(one.startswith("*") for one in shown):
            shown.append("*")
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        kind = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        shown.append(f"{star}{parameter.name}{kind}{default}")
    is_plain = isinstance(value, type) or called.return_annotation is called.empty
    arrow = "" if is_plain else f" -> {called.return_annotation}"
    line = f"{name}({', '.join(shown)}){arrow}"
    if len(line) > 100:  # noqa: PLR2004 - what a page shows without scrolling
        line = f"{name}(\n" + "".join(f"    {one},\n" for one in shown) + f"){arrow}"
    return f"```text\n{line}\n```\n"


def docstring(value: object) -> str:
    """Return a numpydoc docstring as Markdown."""
    text, *sections = re.split(r"^(\w[\w ]*)\n-{3,}\n", inspect.getdoc(value) or "", flags=re.MULTILINE)
    parts = [code(text.strip())]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        if title == "Examples":
            parts.append(f"```pycon\n{body.strip()}\n```")
            continue
        entries = re.split(r"^(?=\S)", body.strip(), flags=re.MULTILINE)[1:] if "\n    " in body else [body]
        items = []
        for entry in entries:
            head, _, rest = entry.strip().partition("\n")
            name, colon, kind = head.partition(" : ")
            shown = f"`{name}` ({code(kind)})" if colon else (f"`{name}`" if rest or title == "Raises" else code(head))
            items.append(f"- {shown}" + (f": {code(' '.join(rest.split()))}" if rest.strip() else ""))
        parts.append(f"*{title}*\n\n" + "\n".join(items))
    return "\n\n".join(part for part in parts if part) + "\n"


def entry(name: str, value: object) -> str:
    """Return what the API page says of a name: its call, its docstring, and of a class its own public members."""
    is_error = isinstance(value, type) and issubclass(value, Exception)
    parts = [f"### `{name}`\n", "" if is_error else signature(name.rpartition(".")[2], value), docstring(value)]
    for member, found in sorted(vars(value).items()) if isinstance(value, type) and not is_error else ():
        target = found.__func__ if isinstance(found, (classmethod, staticmethod)) else found
        if member.startswith("_") or not inspect.getdoc(target):
            continue
        if inspect.isfunction(target):
            call = signature(member, target, bound=not isinstance(found, staticmethod))
            parts += [f"#### `{name}.{member}`\n", call, docstring(target)]
        elif isinstance(found, property):
            parts += [f"#### `{name}.{member}`\n", docstring(found)]
    return "\n".join(part for part in parts if part)


def api_page() -> str:
    """Return ``docs/api.md``."""
    parts = ["# The Python API\n\nGenerated from the docstrings by `docs/generate.py`; do not edit by hand.\n", STABLE]
    parts.append("## `gxclassify`\n")
    parts += [entry(f"gx.{name}", getattr(gxclassify, name)) for name in gxclassify.__all__ if name != "__version__"]
    parts.append("## By dotted path\n")
    for path in DOTTED:
        module, _, name = path.rpartition(".")
        parts.append(entry(f"gxclassify.{path}", getattr(importlib.import_module(f"gxclassify.{module}"), name)))
    return "\n".join(parts)


def pages() -> dict[Path, str]:
    """Return every generated page by its file."""
    return {
        DOCS / "cli.md": cli_page("en"),
        DOCS / "zh" / "cli.md": cli_page("zh"),
        DOCS / "settings.md": settings_page(),
        DOCS / "api.md": api_page(),
    }


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
