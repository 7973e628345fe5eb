"""`hervat account`: what a gemeente must be able to show of its processing, made from the configuration."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hervat.cli.app import app
from hervat.cli.shared import HERE, Code, Config, Json, command, log_to, print_json, print_plain
from hervat.errors import UsageError

if TYPE_CHECKING:
    from hervat.accountability import Document

account_app = typer.Typer(no_args_is_help=True, help="Accountability: what is processed, for what and for whom.")
app.add_typer(account_app, name="account")

_HELP = "A new file for the page: .md, or .html; left out: printed."
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE.md|.html", help=_HELP)]


@account_app.callback()
def _account() -> None:
    """Accountability: what is processed, for what and for whom."""


@command(account_app, "register", epilog="Example:  hervat account register --out verwerkingen.md")
def register(config: Config = HERE, municipality: Code = None, out: Out = None, as_json: Json = False) -> int:
    """Write the entry of the register of processing activities (AVG 30), in Dutch. No personal data."""
    from hervat.accountability import processing_document, processing_entry
    from hervat.settings import read_settings

    settings = read_settings(config, municipality)
    entries = [processing_entry(settings, each) for each in settings.municipalities]
    documents = [processing_document(entry) for entry in entries]
    return _given(documents, out, as_json, {"entries": [asdict(entry) for entry in entries]})


@command(account_app, "dpia", epilog="Example:  hervat account dpia --out dpia.html")
def dpia(config: Config = HERE, municipality: Code = None, out: Out = None, as_json: Json = False) -> int:
    """Write the input for the DPIA (AVG 35), in Dutch. It tries what `hervat doctor` tries. No personal data."""
    from hervat.accountability import dpia_document, dpia_input
    from hervat.doctor import examine
    from hervat.settings import read_settings

    settings = read_settings(config, municipality)
    found = examine(settings, log_to(as_json))
    inputs = [dpia_input(settings, each, found.unwise, found.failing) for each in settings.municipalities]
    return _given([dpia_document(each) for each in inputs], out, as_json, {"dpia": [asdict(each) for each in inputs]})


@command(account_app, "rights", epilog="Example:  hervat account rights --out rechten.md")
def rights(config: Config = HERE, municipality: Code = None, out: Out = None, as_json: Json = False) -> int:
    """Write what each role may, what it can in fact on this machine, and the mend, in Dutch.

    It reads owners, groups and modes, and the names of approvers; no content, and it changes nothing.
    """
    from hervat.accountability import rights_document, rights_matrix
    from hervat.settings import read_settings

    settings = read_settings(config, municipality)
    found = [rights_matrix(settings, each) for each in settings.municipalities]
    return _given([rights_document(each) for each in found], out, as_json, {"rights": [asdict(each) for each in found]})


@command(account_app, "statement", epilog="Example:  hervat account statement --out privacyverklaring.md")
def statement(config: Config = HERE, municipality: Code = None, out: Out = None, as_json: Json = False) -> int:
    """Write text for the gemeente's privacy statement (AVG 13, 14), in Dutch; [ ] is for the gemeente to fill in."""
    from hervat.accountability import as_markdown, statement_document
    from hervat.settings import read_settings

    settings = read_settings(config, municipality)
    documents = {each.code: statement_document(settings, each) for each in settings.municipalities}
    texts = [{"code": code, "text": as_markdown([document])} for code, document in documents.items()]
    return _given(list(documents.values()), out, as_json, {"statements": texts})


def _given(documents: Sequence["Document"], out: Path | None, as_json: bool, content: dict[str, Any]) -> int:
    """Write or print the pages, or print them as JSON; all gemeenten stand in one file."""
    from hervat.accountability import as_html, as_markdown

    page = as_html(documents) if out and out.suffix == ".html" else as_markdown(documents)
    if out:
        _written(out, page)
    if as_json:
        print_json({**content, "file": str(out) if out else None})
    else:
        print_plain(str(out) if out else page)
    return 0


def _written(file: Path, page: str) -> None:
    if file.suffix not in (".md", ".html"):
        raise UsageError(f"{file.name} is no page; give a new file that ends in .md or .html")
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(page)
    except OSError as error:
        raise UsageError(
            f"{file} could not be written: {error.strerror}; give a new file in a folder that exists"
        ) from None
