"""``accounts``: add, remove, list."""

from __future__ import annotations

from pathlib import Path

import click

from gxclassify.cli.common import ExistingFile, notice
from gxclassify.messages import Message, spoken

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def accounts() -> None:
    """Say who may use a server that others can reach, and label there under which name.

    FILE is what 'gxclassify serve --accounts' takes: names, with the hashes of their tokens. A server that runs takes
    changes up at once.
    """


@accounts.command()
@_FILE
@click.argument("name")
@click.option("--admin", is_flag=True, help="They may also take models into use and back.")
def add(file: Path, name: str, *, admin: bool) -> None:
    """Add a person and print their token, which is shown this once; for a name that is there, a new token."""
    from gxclassify.server.accounts import add_account, read_accounts

    before = next((account for account in read_accounts(file) if account.name == name), None)
    click.echo(add_account(file, name, admin=admin))
    notice("This is the token of {name}; give it to them alone. {file} holds only its hash.", name=name, file=file)
    if before:
        notice("{name} was there already: the token before this one no longer works.", name=name)
    if before and before.admin and not admin:
        notice("{name} stays an administrator; who is removed and added anew is none.", name=name)


@accounts.command()
@_FILE
@click.argument("name")
def remove(file: Path, name: str) -> None:
    """Take a person out; what they labelled stays."""
    from gxclassify.server.accounts import remove_account

    remove_account(file, name)
    notice("{name} has no access any more.", name=name)


@accounts.command(name="list")
@click.argument("file", type=ExistingFile())
def list_(file: Path) -> None:
    """List the names."""
    from gxclassify.server.accounts import read_accounts

    for account in read_accounts(file):
        click.echo(f"{account.name}  {spoken(Message('admin'))}" if account.admin else account.name)
