"""`hervat quarantine`: list it, show a row to its owner, accept or reject."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import (
    HERE,
    Anywhere,
    By,
    Code,
    Config,
    Json,
    Key,
    Made,
    Reason,
    SignedBy,
    Wide,
    command,
    first,
    print_json,
    print_plain,
    short_day,
    signing,
    stdout,
    table,
    tell,
)
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.intake import QuarantinedItem
    from hervat.night import Night

quarantine_app = typer.Typer(no_args_is_help=True, help="Files and rows that failed validation.")
app.add_typer(quarantine_app, name="quarantine")

File = Annotated[str | None, typer.Argument(metavar="FILE", help="The download's number, or its file name.")]
Named = Annotated[str | None, typer.Option("--file", "--download", help="The same, as an option.")]
Row = Annotated[int, typer.Option("--row", help="The row's number, as `hervat quarantine list` shows it.")]
_SHORT = ("no.", "file", "row", "reason", "decide by", "owner", "remark")
_COLUMNS = ("download", "file", "row", "reason", "shuts the gate", "since", "decide by", "owner", "may be accepted")


@command(quarantine_app, "list", epilog="Example:  hervat quarantine list --reason bsn_wrong --json")
def quarantine_list(
    file: File = None,
    named: Named = None,
    row: Annotated[int | None, typer.Option("--row", help="Only this row.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Only what is held for this reason.")] = None,
    wide: Wide = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """List the quarantine, never the content. Download, file, row, reason, age and owner."""
    from hervat.intake import quarantined
    from hervat.tasks.installation import Installation

    installation, items = Installation(config, municipality), []
    for night in installation.nights(municipality):
        with night.register.session() as session:
            items += [_item_json(night, item) for item in quarantined(session, night.code)]
    chosen = [item for item in items if _matches(item, file or named, row, reason)]
    if as_json:
        print_json({"quarantine": chosen})
    else:
        columns, line = (_COLUMNS, _line) if wide else (_SHORT, _short)
        table("Quarantine", columns, [line(one) for one in chosen], fold=("file", "owner", "remark"), wide=wide)
        for text in _mends(chosen):
            tell(text)
    return 1 if chosen else 0


def _item_json(night: "Night", item: "QuarantinedItem") -> dict[str, Any]:
    from hervat.intake import decision_term

    owner, by = decision_term(night, item)
    more = {
        "days": max(0, (night.as_of - item.since).days),
        "owner": owner,
        "decide_by": by,
        "overdue": night.as_of > by,
    }
    said = {"acceptable": item.acceptable, "cell": item.cell, "mend": item.mend}
    return {"municipality": night.code, **item.__dict__, **more, **said, "detail": item.detail.partition("\n")[0]}


def _matches(item: dict[str, Any], file: str | None, row: int | None, reason: str | None) -> bool:
    right_file = file is None or file in (str(item["download_id"]), item["file"])
    return right_file and row in (None, item["row"]) and reason in (None, item["reason"])


def _mends(items: list[dict[str, Any]]) -> list[str]:
    """Return the fixes: a line a refused file, and one a reason for rows."""
    return list(dict.fromkeys(f"{item['reason']}: {item['mend']}" for item in items))


def _line(item: dict[str, Any]) -> list[Any]:
    by = f"{item['decide_by']}{' (past)' if item['overdue'] else ''}"
    shut, may = ("yes" if item[name] else "" for name in ("correction", "acceptable"))
    where = item["row"] or "whole file"
    return [item["download_id"], item["file"], where, item["reason"], shut, item["since"], by, item["owner"], may]


def _short(item: dict[str, Any]) -> list[Any]:
    remarks = {"late": item["overdue"], "shuts the gate": item["correction"], "may be accepted": item["acceptable"]}
    remark = ", ".join(text for text, holds in remarks.items() if holds)
    by = short_day(item["decide_by"], [item["since"]])
    return [item["download_id"], item["file"], item["row"] or "all", item["reason"], by, item["owner"], remark]


@command(quarantine_app, "show", epilog="Example:  hervat quarantine show 12 --row 7 --by 'A. Jansen'")
def quarantine_show(
    by: By,
    row: Row,
    file: File = None,
    named: Named = None,
    reason: Annotated[str, typer.Option("--reason", "--why", help="Why; it goes into the journal.")] = "",
    anywhere: Anywhere = False,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Show a quarantined row to its owner. It holds personal data; who looked is journalled."""
    if not (anywhere or sys.stdout.isatty()):
        raise UsageError(
            "this shows personal data, and standard output is not a terminal; --anywhere shows it all the same"
        )
    from hervat.downloads import fix_of
    from hervat.intake import show_row

    night, number = _chosen(config, municipality, file or named)
    quarantined = show_row(night, number, row, by, reason)
    about = {"reason": quarantined.reason, "mend": fix_of(quarantined.reason).english, "cell": quarantined.meant}
    counts = {"count": quarantined.count, "expected": quarantined.expected}
    if as_json:
        print_json({"download": number, "row": row, **about, **counts, "cells": quarantined.cells})
        return 0
    print_plain(f"reason: {quarantined.reason}")
    print_plain(f"fix: {about['mend']}")
    print_plain(f"cell: {', '.join(quarantined.meant) or 'the row as a whole'}")
    print_plain(f"cells: {quarantined.count} in the row, {quarantined.expected} in the header")
    for name, text in quarantined.cells.items():
        print_plain(f"{name:22}{_harmless(text)}")
    return 0


def _harmless(text: str) -> str:
    """Return a cell with its unprintable characters spelled out, so that it can't control the terminal."""
    return "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text)


@command(
    quarantine_app,
    "accept",
    epilog="Example:  hervat quarantine accept 12 --row 7 --by 'A. Jansen' --reason 'nagevraagd bij DUO'",
)
def quarantine_accept(
    by: By,
    reason: Reason,
    row: Row,
    file: File = None,
    named: Named = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """Load a quarantined row all the same. Only if its reason can be overruled, and never a correction."""
    from hervat.tasks.decide import accept_row

    night, number = _chosen(config, municipality, file or named)
    loaded = accept_row(night, number, row, by, reason)
    answer = {"download": number, "row": row, "accepted": True, "loaded": loaded}
    said = "it brought in a signal" if loaded else "its signal was known"
    print_json(answer) if as_json else stdout().print(f"accepted download {number} row {row}: {said}")
    return 0


@command(
    quarantine_app,
    "reject",
    epilog="Example:  hervat quarantine reject 12 --row 7 --by 'A. Jansen' --reason 'DUO sent it again'",
)
def quarantine_reject(
    reason: Reason,
    by: SignedBy = "",
    key: Key = None,
    signature: Made = None,
    file: File = None,
    named: Named = None,
    row: Annotated[int | None, typer.Option("--row", help="One row; left out: the whole file.")] = None,
    config: Config = HERE,
    municipality: Code = None,
    as_json: Json = False,
) -> int:
    """End a refused file or a quarantined row: it will not be loaded. Exit status 1: it waits for a second person.

    With approvers, what may hold a correction takes the signatures of two.
    """
    from hervat.tasks.decide import reject_held

    night, number = _chosen(config, municipality, file or named)
    done = reject_held(night, number, row, by, reason, signing(key, signature))
    answer = {"download": number, "row": row, "rejected": done}
    which = f"download {number}" + (f" row {row}" if row else "")
    said = f"rejected {which}" if done else f"signed for {which}: it is rejected once another person signs too"
    print_json(answer) if as_json else stdout().print(said)
    return 0 if done else 1


def _chosen(config: Path, municipality: str | None, given: str | None) -> tuple["Night", int]:
    """Return the night and the number of the download that was named. Raises UsageError."""
    from hervat.intake import download_number
    from hervat.tasks.installation import Installation

    if given is None:
        raise UsageError("name the file, by number or name; `hervat quarantine list` shows them")
    return first(Installation(config, municipality), municipality, lambda night: download_number(night, given))
