"""``serve``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from gxclassify.cli.common import ExistingFile, FiniteRange, StoreFile, gazetteer_option, notice

_MEGABYTE = 2**20


@click.command()
@click.option(
    "--model",
    metavar="MODEL",
    help="A model folder or a registry address such as models:/gxclassify@champion; watched.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; others need a token or accounts."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that share the model."
)
@click.option(
    "--token-file",
    type=ExistingFile(),
    help="A file with the token that clients must send; or set GXCLASSIFY_TOKEN.",
)
@click.option(
    "--admin-token-file",
    type=ExistingFile(),
    help="A file with the token that reloading needs; or set GXCLASSIFY_ADMIN_TOKEN.",
)
@click.option(
    "--trusted-host", "trusted_hosts", multiple=True, metavar="NAME", help="A host name to answer to. May be repeated."
)
@click.option(
    "--origin", "origins", multiple=True, metavar="URL", help="An origin whose pages may call the API. May be repeated."
)
@click.option("--root-path", default="", metavar="PATH", help="The path under which a proxy shows the server.")
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy whose forwarding headers count. May be repeated.",
)
@click.option(
    "--watch",
    type=FiniteRange(0),
    default=1.0,
    show_default=True,
    help="Seconds between looks for a new model; 0: never.",
)
@click.option("--label-store", type=StoreFile(), help="Label at /label, into this SQLite file.")
@click.option(
    "--label-queue",
    type=ExistingFile(),
    help="The paragraphs to label: JSON Lines, or a plain text a line.",
)
@click.option(
    "--accounts",
    type=ExistingFile(),
    help="Who may use it, each under their own name: a file of 'gxclassify accounts'.",
)
@click.option(
    "--results",
    type=StoreFile(),
    help="Let people keep results of the page, in this SQLite file, each with an address. Default: nothing is kept.",
)
@click.option(
    "--max-json",
    type=FiniteRange(0, min_open=True),
    default=4,
    show_default=True,
    help="Megabytes of a JSON body.",
)
@click.option(
    "--max-document",
    type=FiniteRange(0, min_open=True),
    default=32,
    show_default=True,
    help="Megabytes of a file.",
)
@click.option("--max-text", type=click.IntRange(1), default=50_000, show_default=True, help="Characters of one text.")
@click.option(
    "--max-texts",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="Texts of one request or paragraphs of a document.",
)
@click.option(
    "--max-requests", type=click.IntRange(1), default=256, show_default=True, help="Requests at once, by worker."
)
@click.option(
    "--timeout",
    type=FiniteRange(0, min_open=True),
    default=60,
    show_default=True,
    help="Seconds of work for a request.",
)
@gazetteer_option
@click.option("--log-text", is_flag=True, help="Show the beginning of every text in the log; off, it never shows any.")
def serve(**options: Any) -> None:
    """Serve the HTTP API and the pages.

    The API is described at /openapi.json. Nobody else can connect unless --host says so, and then a token or
    accounts are needed.
    """
    from gxclassify.server.process import serve as run
    from gxclassify.server.settings import Limits, ServerSettings

    limits = Limits(
        json_bytes=int(options.pop("max_json") * _MEGABYTE),
        document_bytes=int(options.pop("max_document") * _MEGABYTE),
        text_characters=options.pop("max_text"),
        texts=options.pop("max_texts"),
        in_flight=options.pop("max_requests"),
        request_seconds=options.pop("timeout"),
    )
    token_file, admin_file = options.pop("token_file"), options.pop("admin_token_file")
    settings = ServerSettings(
        host=_bare(options.pop("host")),
        token=_token(token_file, "GXCLASSIFY_TOKEN"),
        admin_token=_token(admin_file, "GXCLASSIFY_ADMIN_TOKEN"),
        watch_seconds=options.pop("watch"),
        root_path=f"/{options.pop('root_path').strip('/')}".rstrip("/"),
        limits=limits,
        **options,
    )
    for path in (token_file, admin_file):
        _say_rights(path, secret=True)
    for path in (settings.accounts, settings.label_store, settings.results):
        _say_rights(path, secret=False)
    run(settings)


def _bare(host: str) -> str:
    """Return an address without the brackets in which those of IPv6 stand in URLs."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _say_rights(path: Path | None, *, secret: bool) -> None:
    from gxclassify.files import rights

    if path is not None and (said := rights(path, secret=secret)):
        notice(said)


def _token(path: Path | None, variable: str) -> str | None:
    from gxclassify.errors import ConfigError
    from gxclassify.messages import Message
    from gxclassify.server.process import check_token

    try:
        token = (os.environ.get(variable) or None) if path is None else path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "{path}: the token cannot be read ({error}); give a file with one line of text.", path=path, error=error
        ) from error
    check_token(token, Message("token in {place}", place=path or variable))
    return token
