"""``models list``, ``show``, ``verify``, ``register``, ``promote`` and ``rollback``."""

from __future__ import annotations

from pathlib import Path

import click

from gxclassify.cli.common import ExistingFile, as_json, format_option, notice, paths_option, say
from gxclassify.messages import Message, spoken

_URI = click.option(
    "--tracking-uri",
    "uri",
    metavar="URI",
    help="An MLflow server. Default: MLFLOW_TRACKING_URI, else the SQLite store under experiments/.",
)
_STORE = click.option(
    "--store",
    type=ExistingFile(),
    metavar="FILE.db",
    help="The labelling page's store: the models kept beside it, in the place of the registry's.",
)
_MODEL = "gxclassify"
_NAME = click.option("--name", default=_MODEL, show_default=True, help="The registered model.")


@click.group()
def models() -> None:
    """Register models in MLflow, say which one is in use, and go back."""


@models.command(name="list")
@_NAME
@_STORE
@format_option("table", "json")
@_URI
def list_(name: str, store: Path | None, form: str, uri: str | None) -> None:
    """List the versions, newest first; with --store, the new model and those that were in use."""
    if store is not None:
        _list_kept(store, form)
        return
    from gxclassify.tracking.registry import list_versions, name_option

    versions = list_versions(name=name, uri=uri)
    if form == "json":
        click.echo(as_json([version.to_json() for version in versions]))
        return
    for version in versions:
        aliases = ", ".join(version.aliases) or "-"
        back = f"  {spoken(Message('rolled back'))}" if version.rolled_back else ""
        run = spoken(Message("run {run}", run=version.run))
        click.echo(f"{version.number:>4}  {aliases:<20}  {version.digest[:12]}  {version.created}  {run}{back}")
        if version.half_promoted:
            notice(
                "The promotion of {address} was interrupted; 'gxclassify models promote{own}' ends it.",
                address=version.address,
                own=name_option(name),
            )
    if not versions:
        notice(
            "No version of {name} is registered; 'gxclassify models register RUN{own}' makes one.",
            name=name,
            own=name_option(name),
        )


def _list_kept(store: Path, form: str) -> None:
    from gxclassify.experiments.shelf import Shelf

    shelf = Shelf.of(store)
    new, used, kept = shelf.challenger(), shelf.digest(), shelf.kept()
    if form == "json":
        listed = [one.to_json() | {"in_use": one.digest == used} for one in kept]
        click.echo(as_json({"new": None if new is None else new.to_json(), "kept": listed}))
        return
    for one in [*([new] if new is not None else []), *kept]:
        state = Message("in use") if one.digest == used else Message("new") if one == new else ""
        click.echo(f"{one.name:<31}  {one.model}  {spoken(state):<6}  {spoken(one.trained_on())}")
    if not kept and new is None:
        notice("No model was trained on this page yet: the one that the server was started with serves.")


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
@click.option("--digest", metavar="SHA256", help="Refuse a model that has another digest than this one.")
def verify(model: str | None, digest: str | None) -> None:
    """Read a model whole and check its hashes: a folder or a registry address. Default: the shipped model.

    The hashes inside a model tell damage. Whether it is the one that was meant, a digest from elsewhere tells.
    """
    from gxclassify.loading import load_model

    tagger = load_model(model, expected_digest=digest)
    say(
        "{tagger} is whole: {theme_count} themes, digest {digest}.",
        tagger=tagger.name,
        theme_count=len(tagger.themes),
        digest=tagger.digest,
    )


@models.command()
@click.argument("source", metavar="RUN|FOLDER")
@_NAME
@_URI
def register(source: str, name: str, uri: str | None) -> None:
    """Register the model of an MLflow run, or a bundle folder, and call it the challenger."""
    from gxclassify.tracking.registry import find_champion, name_option
    from gxclassify.tracking.registry import register as make_version

    version = make_version(source, name=name, uri=uri)
    click.echo(version.address)
    own = name_option(name)
    if find_champion(name=name, uri=uri):
        notice(
            "It is the challenger; 'gxclassify models promote{own} --labels FILE' compares it with the champion.",
            own=own,
        )
    else:
        notice(
            "It is the challenger; there is no champion yet: 'gxclassify models promote{own}' makes it the first.",
            own=own,
        )


@models.command()
@click.argument("address", default="challenger")
@paths_option("--labels", "paths", "Label files, or folders of them, to compare with the champion on.")
@click.option("--force", metavar="REASON", default="", help="Promote whatever the comparison says, and record why.")
@_NAME
@_STORE
@_URI
def promote(
    address: str, paths: tuple[Path, ...], force: str, name: str, store: Path | None, uri: str | None
) -> None:  # fmt: skip
    """Make a version the champion, unless it is worse than the champion beyond chance.

    ADDRESS is a number, an alias or an address. Default: the challenger. With --store the model that was trained last
    on the labelling page is taken into use, by the comparison that was made after its training.
    """
    if store is not None:
        _promote_kept(store, force)
        return
    from gxclassify.tracking.registry import promote as make_champion

    promotion = make_champion(address, paths, force=force, name=name, uri=uri)
    if promotion.comparison is not None and promotion.former is not None:
        notice(
            "A is the champion so far, {address}; B is {version_address}.",
            address=promotion.former.address,
            version_address=promotion.version.address,
        )
        for difference in promotion.comparison.overall.values():
            notice(difference.sentence())
        notice(promotion.comparison.summary())
    for text in promotion.remembered:
        notice(text)
    say("{address} is the champion.", address=promotion.version.address)


def _promote_kept(store: Path, force: str) -> None:
    from gxclassify.evaluation.compare import summary_of
    from gxclassify.experiments.shelf import Shelf

    taken = Shelf.of(store).promote(_user(), force=force)
    if taken.comparison is not None:
        notice(
            "A is the model before, B is {model}, trained on {trained_on}.",
            model=taken.model,
            trained_on=taken.trained_on(),
        )
        notice(summary_of(taken.comparison))
    say("{model} is in use.", model=taken.model)
    notice(_WATCHED)


_WATCHED = "A server that runs takes it up within a second; 'gxclassify serve --watch 0' does when it is asked."


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may know no name for its user
        return ""


@models.command()
@click.option("--reason", default="", help="Why; kept as a tag of the version that goes.")
@click.option("--to", default="", metavar="NAME", help="With --store: the kept model, by its name or digest.")
@_NAME
@_STORE
@_URI
def rollback(reason: str, to: str, name: str, store: Path | None, uri: str | None) -> None:
    """Give the title back to the champion before this one; with --store, to a model that is kept there."""
    if store is not None:
        from gxclassify.experiments.shelf import Shelf

        shelf = Shelf.of(store)
        before = shelf.name_in_use()
        taken = shelf.back(to, by=_user(), reason=reason)
        if taken.name == before:
            say("{model} is in use already; nothing changes.", model=taken.model)
            return
        say("{model} is in use again.", model=taken.model)
        notice(_WATCHED)
        return
    from gxclassify.tracking.registry import rollback as go_back

    now, was = go_back(reason=reason, name=name, uri=uri)
    say("{address} is the champion again; it was {was_address}.", address=now.address, was_address=was.address)
