"""`hervat vault` and `hervat verify`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    WRONG,
    By,
    Code,
    Config,
    Json,
    Reason,
    guarded,
    listing,
    print_json,
    progress,
    say_to,
    stdout,
    table,
)
from hervat.errors import UsageError

vault_app = typer.Typer(no_args_is_help=True, help="The secured originals, and the keys by which they are read.")
app.add_typer(vault_app, name="vault")


@vault_app.command("list", epilog="Example:  hervat vault list --json")
@guarded
def vault_list(
    everything: Annotated[bool, typer.Option("--all", help="Sent notices, which are kept there too, as well.")] = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """List the secured originals: id, kind, size and name."""
    from hervat.vault import Vault
    from tasks.installation import Installation

    installation, found = Installation(config), []
    for one in installation.municipalities(municipality):
        night = installation.night(one, older_too=True)
        for thing in Vault(installation.settings.vault, night.keyring).objects(None if everything else "download"):
            found.append(
                {
                    "municipality": one.code,
                    "id": thing.id,
                    "kind": thing.kind,
                    "size": thing.size,
                    "name": thing.meta.get("name"),
                }
            )
    if as_json:
        print_json({"objects": found})
    else:
        columns = ["id", *(["kind"] if everything else []), "size", "name"]
        table("Vault", columns, [[one[name] for name in columns] for one in found], fold=["name"])
    return 0


@vault_app.command(
    "restore",
    epilog="Example:  hervat vault restore 3f9a0c12 --to /secure/PIB.csv --by 'A. Jansen' --reason 'DUO asks'",
)
@guarded
def vault_restore(
    object_id: Annotated[str, typer.Argument(metavar="ID", help="The original's id, or its first 8 characters.")],
    to: Annotated[Path, typer.Option("--to", help="A new file; an existing one is never written over.")],
    by: By,
    reason: Reason,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Write an original out of the vault into a file that only you may read. It holds personal data: mind where."""
    from hervat.intake import restore

    night = _holding(config, municipality, object_id)
    thing = restore(night, object_id, to, by, reason)
    answer = {"municipality": night.code, "id": thing.id, "size": thing.size, "to": str(to)}
    print_json(answer) if as_json else stdout().print(f"wrote {thing.id}, {thing.size} bytes, to {to}", markup=False)
    return 0


def _holding(config: Path, municipality: str | None, object_id: str) -> Any:
    """Return a night of the municipality whose vault holds the object."""
    from hervat.vault import Vault
    from tasks.installation import Installation

    installation, last = Installation(config), UsageError(f"no vault holds {object_id}")
    for one in installation.municipalities(municipality):
        night = installation.night(one, origin="vault", older_too=True)
        try:
            Vault(installation.settings.vault, night.keyring).find(object_id)
        except UsageError as error:
            last = error
        else:
            return night
    raise last


@vault_app.command(
    "destroy",
    epilog="Examples:  hervat vault destroy   |   hervat vault destroy --by 'A. Jansen' --reason 'selectielijst'",
)
@guarded
def vault_destroy(
    object_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these; left out: all that may end.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Your name; left out: nothing is agreed to, all is listed.")] = "",
    reason: Annotated[str, typer.Option("--reason", "--why", help="Why; it goes into the journal and the page.")] = "",
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """End what has passed its term and whose round is closed: once by each of two persons, the second destroys it.

    A tombstone stays in the vault, and a verklaring van vernietiging is written. Exit status 1: something waits for a
    (second) person.
    """
    from hervat.upkeep import destroy
    from tasks.installation import Installation

    installation, only = Installation(config), tuple(object_ids or ())
    nights = [installation.night(one, origin="vault") for one in installation.municipalities(municipality)]
    found = [(night.code, destroy(night, by, reason, only)) for night in nights]
    if as_json:
        print_json({"municipalities": [_destroyed(code, done) for code, done in found]})
    for code, done in found if not as_json else []:
        rows = [[*_due(one, by).values()] for one, by in done.due]
        table(f"May end in {code}", ["id", "kind", "name", "since", "agreed by"], rows, fold=["name", "agreed by"])
        stdout().print(f"{code}: destroyed {done.count}", *done.statements, sep="\n", markup=False)
    return 1 if any(done.due for _, done in found) else 0


def _destroyed(code: str, done: Any) -> dict[str, Any]:
    due = [_due(one, by) for one, by in done.due]
    return {"municipality": code, "destroyed": done.count, "statements": done.statements, "due": due}


def _due(one: Any, by: str | None) -> dict[str, Any]:
    return {"id": one.thing.id, "kind": one.thing.kind, "name": one.name, "since": one.ends_on, "agreed_by": by}


@vault_app.command("rotate", epilog="Example:  hervat vault rotate --by 'A. Jansen'")
@guarded
def vault_rotate(by: By, config: Config = HERE, as_json: Json = False) -> int:
    """Renew the keys of all municipalities: afterwards the old ones open nothing. Nothing else may be at work.

    Plans that wait and what was accepted of the gate lapse. Make a backup afterwards: older ones need the old keys.
    """
    from hervat.attribution import named
    from tasks.installation import Installation

    installation = Installation(config)
    installation.renew_keys(named(by), say_to(as_json))
    codes = [municipality.code for municipality in installation.municipalities()]
    if as_json:
        print_json({"renewed": codes})
    else:
        stdout().print(f"renewed the keys of {', '.join(codes)}; make a backup now: older ones need the old keys")
        if env := installation.settings.keys.env:
            stdout().print(f"{env}: put the key under next in the place of master, and take next away", markup=False)
    return 0


@vault_app.command("reconcile", epilog="Example:  hervat vault reconcile --by 'A. Jansen'")
@guarded
def vault_reconcile(by: By, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """After an older register was put back: take over what the vault knows, and let no old approval live again.

    Notices that were sent since are known as sent; plans that wait and acceptances of the gate lapse. Exit status 1: a
    person looks at what can't be taken over.
    """
    from hervat.upkeep import reconcile
    from tasks.installation import Installation

    installation, found = Installation(config), []
    for one in installation.municipalities(municipality):
        done = reconcile(installation.night(one, origin="vault", older_too=True), by)
        found.append({"municipality": one.code, **done.__dict__})
    if as_json:
        print_json({"reconciled": found})
    for item in found if not as_json else []:
        message = f"{item['municipality']}: {item['notices']} notice(s) taken over as sent, {item['lapsed']}"
        stdout().print(message, *item["strange"], sep="\n", markup=False)
    return 1 if any(item["strange"] for item in found) else 0


@app.command(epilog="Example:  hervat verify")
@guarded
def verify(config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Check the vault (every original readable, unchanged, none missing) and the journal's chain."""
    from hervat import journal
    from hervat.upkeep import older
    from hervat.vault import Vault
    from tasks.installation import Installation

    installation, wrong = Installation(config), []
    for one in installation.municipalities(municipality):
        night = installation.night(one, origin="verify", older_too=True)
        vault = Vault(installation.settings.vault, night.keyring)
        with progress(f"originals of {one.code}", as_json) as hear:
            found = vault.verify(hear)
        wrong += found + _missing(night, vault, found)
        with installation.register.session() as session:
            wrong += journal.verify(session, one.code)
            told = older(session, installation.settings.vault, one.code)
            wrong += [told] if told else []
    if as_json:
        print_json({"wrong": wrong})
    else:
        listing("Wrong", wrong, WRONG)
    return 3 if wrong else 0


def _missing(night: Any, vault: Any, found: list[str]) -> list[str]:
    """Return the downloads whose original is not in the vault; a damaged manifest can't tell, and was told already."""
    from hervat.intake import missing_originals
    from hervat.vault import VaultError

    try:
        return missing_originals(night, vault)
    except VaultError as error:
        return [] if str(error) in found else [str(error)]
