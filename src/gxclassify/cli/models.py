"""``models list``, ``show``, ``verify``, ``register``, ``promote`` and ``rollback``."""

from __future__ import annotations

from pathlib import Path

import click

from gxclassify.cli.common import as_json, format_option, notice, paths_option

_URI = click.option(
    "--tracking-uri",
    "uri",
    metavar="URI",
    help="An MLflow server. Default: MLFLOW_TRACKING_URI, else the SQLite store under experiments/.",
)
_NAME = click.option("--name", default="gxclassify", show_default=True, help="The registered model.")


@click.group()
def models() -> None:
    """Register models in MLflow, say which one is in use, and go back."""


@models.command(name="list")
@_NAME
@format_option("table", "json")
@_URI
def list_(name: str, form: str, uri: str | None) -> None:
    """List the versions, newest first."""
    from gxclassify.tracking.registry import list_versions

    versions = list_versions(name=name, uri=uri)
    if form == "json":
        click.echo(as_json([version.to_json() for version in versions]))
        return
    for version in versions:
        aliases = ", ".join(version.aliases) or "-"
        back = "  rolled back" if version.rolled_back else ""
        line = f"{version.number:>4}  {aliases:<20}  {version.digest[:12]}  {version.created}  run {version.run}{back}"
        click.echo(line)
    if not versions:
        notice(f"No version of {name} is registered; 'gxclassify models register RUN' makes one.")


@models.command()
@click.argument("address", default="champion")
@_NAME
@_URI
def show(address: str, name: str, uri: str | None) -> None:
    """Show one version as JSON: by number, alias or address. Default: the champion."""
    from gxclassify.tracking.registry import find_version

    click.echo(as_json(find_version(address, name=name, uri=uri).to_json()))


@models.command()
@click.argument("model", required=False)
def verify(model: str | None) -> None:
    """Read a model whole and check its hashes: a folder or a registry address. Default: the shipped model."""
    from gxclassify.loading import load_model

    tagger = load_model(model)
    click.echo(f"{tagger.name} is whole: {len(tagger.themes)} themes, digest {tagger.digest}.")


@models.command()
@click.argument("source", metavar="RUN|FOLDER")
@_NAME
@_URI
def register(source: str, name: str, uri: str | None) -> None:
    """Register the model of an MLflow run, or a bundle folder, and call it the challenger."""
    from gxclassify.tracking.registry import find_champion
    from gxclassify.tracking.registry import register as make_version

    version = make_version(source, name=name, uri=uri)
    click.echo(version.address)
    if find_champion(name=name, uri=uri):
        notice("It is the challenger; 'gxclassify models promote --labels FILE' compares it with the champion.")
    else:
        notice("It is the challenger; there is no champion yet: 'gxclassify models promote' makes it the first.")


@models.command()
@click.argument("address", default="challenger")
@paths_option("--labels", "paths", "Label files, or folders of them, to compare with the champion on.")
@click.option("--force", metavar="REASON", default="", help="Promote whatever the comparison says, and record why.")
@_NAME
@_URI
def promote(address: str, paths: tuple[Path, ...], force: str, name: str, uri: str | None) -> None:
    """Make a version the champion, unless it is worse than the champion beyond chance.

    ADDRESS is a number, an alias or an address. Default: the challenger.
    """
    from gxclassify.tracking.registry import promote as make_champion

    promotion = make_champion(address, paths, force=force, name=name, uri=uri)
    if promotion.comparison is not None and promotion.former is not None:
        notice(f"A is the champion so far, {promotion.former.address}; B is {promotion.version.address}.")
        for difference in promotion.comparison.overall.values():
            notice(difference.sentence())
        notice(promotion.comparison.summary())
    click.echo(f"{promotion.version.address} is the champion.")


@models.command()
@click.option("--reason", default="", help="Why; kept as a tag of the version that goes.")
@_NAME
@_URI
def rollback(reason: str, name: str, uri: str | None) -> None:
    """Give the title back to the champion before this one."""
    from gxclassify.tracking.registry import rollback as go_back

    now, was = go_back(reason=reason, name=name, uri=uri)
    click.echo(f"{now.address} is the champion again; it was {was.address}.")
