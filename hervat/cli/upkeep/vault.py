"""`hervat vault` and `hervat verify`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    WRONG,
    By,
    Code,
    Config,
    Json,
    Key,
    Made,
    Reason,
    SignedBy,
    command,
    listing,
    log_to,
    print_json,
    progress,
    signing,
    stdout,
    table,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.night import Night
    from hervat.upkeep import Destroyed, DueForDestruction

vault_app = typer.Typer(no_args_is_help=True, help="The secured originals, and the keys that open them.")
app.add_typer(vault_app, name="vault")


@command(vault_app, "list", epilog="Example:  hervat vault list --json")
def vault_list(
    everything: Annotated[bool, typer.Option("--all", help="Also the archived notices.")] = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """List the secured originals: id, kind, size and name."""
    from hervat.tasks.installation import Installation
    from hervat.vault import Vault

    installation, objects = Installation(config, municipality), []
    for night in installation.nights(municipality, older_too=True):
        for thing in Vault(installation.settings.vault, night.keyring).objects(None if everything else "download"):
            objects.append(
                {
                    "municipality": night.code,
                    "id": thing.id,
                    "kind": thing.kind,
                    "size": thing.size,
                    "name": thing.meta.get("name"),
                }
            )
    if as_json:
        print_json({"objects": objects})
    else:
        columns = ["id", *(["kind"] if everything else []), "size", "name"]
        table("Vault", columns, [[stored[name] for name in columns] for stored in objects], fold=["name"])
    return 0


@command(
    vault_app,
    "restore",
    epilog="Example:  hervat vault restore 3f9a0c12 --to /secure/PIB.csv --by 'A. Jansen' --reason 'DUO asks'",
)
def vault_restore(
    object_id: Annotated[str, typer.Argument(metavar="ID", help="The original's id, or its first 8 characters.")],
    to: Annotated[Path, typer.Option("--to", help="A new file; an existing one is never overwritten.")],
    by: By,
    reason: Reason,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Restore an original into a private file. It holds personal data: mind where."""
    from hervat.intake import restore

    night = _holding(config, municipality, object_id)
    thing = restore(night, object_id, to, by, reason)
    answer = {"municipality": night.code, "id": thing.id, "size": thing.size, "to": str(to)}
    print_json(answer) if as_json else stdout().print(f"wrote {thing.id}, {thing.size} bytes, to {to}", markup=False)
    return 0


def _holding(config: Path, municipality: str | None, object_id: str) -> "Night":
    """Return a night of the municipality whose vault has the object."""
    from hervat.tasks.installation import Installation
    from hervat.vault import Vault

    installation, refusal = Installation(config, municipality), UsageError(f"no vault holds {object_id}")
    for night in installation.nights(municipality, origin="vault", older_too=True):
        try:
            Vault(installation.settings.vault, night.keyring).find(object_id)
        except UsageError as error:
            refusal = error
        else:
            return night
    raise refusal


@command(
    vault_app,
    "destroy",
    epilog="Examples:  hervat vault destroy   |   hervat vault destroy --by 'A. Jansen' --reason 'selectielijst'",
)
def vault_destroy(
    object_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these; left out: all that may be destroyed.")
    ] = None,
    by: SignedBy = "",
    reason: Annotated[
        str,
        typer.Option("--reason", "--why", help="Why, for journal and page; without it and a name all is only listed."),
    ] = "",
    key: Key = None,
    signature: Made = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Destroy what is due: its term is over, its round closed. Two persons must agree; the second destroys it.

    A tombstone stays in the vault, and a verklaring van vernietiging is written. Exit status 1: something waits for a
    (second) person.
    """
    from hervat.tasks.installation import Installation
    from hervat.upkeep import destroy

    installation, only, sign = Installation(config, municipality), tuple(object_ids or ()), signing(key, signature)
    nights = list(installation.nights(municipality, origin="vault"))
    outcomes = [(night.code, destroy(night, by, reason, only, sign)) for night in nights]
    if as_json:
        print_json({"municipalities": [_destroyed(code, done) for code, done in outcomes]})
    for code, done in outcomes if not as_json else []:
        rows = [[*_due(item, agreed_by).values()] for item, agreed_by in done.due]
        table(f"May end in {code}", ["id", "kind", "name", "since", "agreed by"], rows, fold=["name", "agreed by"])
        stdout().print(f"{code}: destroyed {done.count}", *done.statements, sep="\n", markup=False)
    return 1 if any(done.due for _, done in outcomes) else 0


def _destroyed(code: str, done: "Destroyed") -> dict[str, Any]:
    due = [_due(item, agreed_by) for item, agreed_by in done.due]
    return {"municipality": code, "destroyed": done.count, "statements": done.statements, "due": due}


def _due(item: "DueForDestruction", by: str | None) -> dict[str, Any]:
    stored = item.thing
    return {"id": stored.id, "kind": stored.kind, "name": item.name, "since": item.ends_on, "agreed_by": by}


@command(vault_app, "rotate", epilog="Example:  hervat vault rotate --by 'A. Jansen'")
def vault_rotate(by: By, config: Config = HERE, as_json: Json = False) -> int:
    """Renew the keys of all municipalities. The old ones then open nothing. Nothing else may be running.

    Pending plans and acceptances of the gate lapse, and files of `hervat vault keys` are refused. Make a backup
    afterwards: older backups need the old keys.
    """
    from hervat.attribution import named
    from hervat.tasks.installation import Installation

    installation = Installation(config, with_master=True)
    installation.renew_keys(named(by), log_to(as_json))
    codes = [municipality.code for municipality in installation.municipalities()]
    stale = [municipality.code for municipality in installation.municipalities() if municipality.keys]
    if as_json:
        print_json({"renewed": codes, "stale": stale})
    else:
        stdout().print(f"renewed the keys of {', '.join(codes)}; make a backup now: older backups need the old keys")
        if env := installation.settings.keys.env:
            stdout().print(f"{env}: move the key under next to master, and remove next", markup=False)
        for code in stale:
            told = f"{code} has keys of its own, which are refused now: write them anew with `hervat vault keys`"
            stdout().print(told, markup=False)
    return 0


@command(vault_app, "keys", epilog="Example:  hervat vault keys --municipality 0363 --out /secure/0363.json")
def vault_keys(
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="The municipality's code.")],
    out: Annotated[Path, typer.Option("--out", help="A new file; an existing one is never overwritten.")],
    config: Config = HERE,
    as_json: Json = False,
) -> int:
    """Write the keys of one municipality alone. A night for it needs no more, and can open nothing of another.

    The file is private (0600): bring it where that municipality's nights run, and name it there under keys. After
    `hervat vault rotate` it is refused: write it anew.
    """
    from hervat.tasks.installation import Installation
    from hervat.upkeep import write_keys

    installation = Installation(config, municipality, with_master=True)
    for night in installation.nights(municipality, origin="vault"):
        write_keys(night, out)
    answer = {"municipality": municipality, "to": str(out)}
    print_json(answer) if as_json else stdout().print(f"wrote the keys of {municipality} to {out}", markup=False)
    return 0


@command(vault_app, "reconcile", epilog="Example:  hervat vault reconcile --by 'A. Jansen'")
def vault_reconcile(by: By, config: Config = HERE, municipality: Code = None, as_json: Json = False) -> int:
    """Reconcile a restored older register. It takes over what the vault knows; old approvals lapse.

    Notices that were sent since count as sent, and persons who were forgotten since are forgotten again; pending plans
    and acceptances of the gate lapse. Exit status 1: a person must look at what can't be taken over.
    """
    from hervat.tasks.installation import Installation
    from hervat.upkeep import reconcile

    installation, outcomes = Installation(config, municipality), []
    for night in installation.nights(municipality, origin="vault", older_too=True):
        done = reconcile(night, by)
        outcomes.append({"municipality": night.code, **done.__dict__})
    if as_json:
        print_json({"reconciled": outcomes})
    for item in outcomes if not as_json else []:
        message = f"{item['municipality']}: {item['notices']} notice(s) taken over as sent, {item['lapsed']}"
        if item["forgotten"]:
            message += f", {item['forgotten']} person(s) forgotten again"
        stdout().print(message, *item["strange"], sep="\n", markup=False)
    return 1 if any(item["strange"] for item in outcomes) else 0


@command(app, epilog="Example:  hervat verify   |   hervat verify --anchor 1204:9f3c21d07be4")
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option("--anchor", metavar="SEQ:HASH", help="A line of the journal as a report, alert or SIEM kept it."),
    ] = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Check the vault, the journal and the signatures. Every original must be there, readable and unchanged.

    The journal's chain must be whole, and hold the lines that were anchored outside it: in the vault, in
    <output>/journal, and those that you give. Each signal in the register must have its person.
    """
    from hervat.anchors import given
    from hervat.tasks.installation import Installation
    from hervat.tasks.verify import verified

    wrong, anchors = list[str](), [given(text) for text in anchor or ()]
    installation = Installation(config, municipality)
    if anchors and len(installation.municipalities(municipality)) > 1:
        raise UsageError("--anchor is of one journal; choose it with --municipality")
    for night in installation.nights(municipality, origin="verify", older_too=True):
        with progress(f"originals of {night.code}", as_json) as hear:
            wrong += verified(night, hear, anchors)
    if as_json:
        print_json({"wrong": wrong})
    else:
        listing("Wrong", wrong, WRONG)
    return 3 if wrong else 0
