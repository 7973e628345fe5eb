"""docs/design.md is the contract: its lists and its configuration are those of the code, and what cites it can be found."""

import json
import re
from pathlib import Path

import pytest
import typer

from hervat.delivery.gate.reasons import ABSOLUTE, ACCEPTABLE
from hervat.notices.obligations import KINDS
from hervat.rules.settler import CONTRADICTIONS, STATES
from hervat.settings import read_settings
from tests.support.certificates import authority, issued
from tests.support.town import Town

ROOT = Path(__file__).parents[2]
BUILT = (ROOT / "docs" / "design.md").read_text()
CITED = re.compile(
    r"\(design,? ([A-Z][a-z][^)\d:]*?)( [\d-]+)?\)|rules? (\d)(?: and (\d))? of the design|design, rule (\d)"
)


def part(heading: str) -> str:
    """Return what stands under a heading."""
    return BUILT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def fenced(language: str) -> str:
    return BUILT.split(f"```{language}\n")[1].split("```")[0]


def codes(text: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", text)


def test_a_person_is_one_of_the_states_in_this_order() -> None:
    table = part("What a person is, on a day (first match)")
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")]
    assert tuple(rows[2:]) == STATES
    assert tuple(re.findall(r"^- `([a-z_]+)`:", table, re.MULTILINE)) == CONTRADICTIONS


def test_the_gate_is_shut_by_these_reasons_and_no_other() -> None:
    absolute, rest = part("The gate (closed list of reasons)").split("Acceptable by two:")
    assert tuple(codes(absolute)) == ABSOLUTE
    assert tuple(dict.fromkeys(codes(rest.split("`status` and")[0]))) == ACCEPTABLE


def test_the_kinds_of_notices() -> None:
    words = codes(part("Notices"))
    assert set(KINDS) <= set(words) and words[0] == "hold"


def test_the_commands_are_those_of_the_command_line() -> None:
    from hervat.cli.commands import app

    there = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    listed = set(part("Commands: a public interface").split("`hervat ")[1].split("`")[0].split(" | "))
    assert listed == there - {"alert", "deploy"}


def test_the_configuration_in_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fenced("yaml").replace("supplier: {name: ...,", "supplier: {name: Leverancier,")
    text = text.replace("channel: {sftp: {...}}", "channel: {folder: out}").replace(
        "select ... where", "select bsn from p where"
    )
    monkeypatch.setenv("INBURGERING_URL", "sqlite:///local.db")
    (tmp_path / "keys").mkdir()
    (tmp_path / "hervat.yaml").write_text(text)
    for name in ("id_ed25519", "known_hosts"):
        (tmp_path / "keys" / name).touch()
    ca = authority(tmp_path, "ca")
    issued(tmp_path / "keys", "taalschool", ca, tmp_path / "ca.pem")
    read = read_settings(tmp_path)
    (gemeente,) = read.municipalities
    assert [one.name for one in gemeente.systems] == ["inburgering", "leerlingvolg", "schaduwlijsten"]


def test_the_account_of_a_night_has_the_fields_that_it_shows(tmp_path: Path) -> None:
    shown, made = json.loads(fenced("json")), Town(tmp_path / "town").json("run", "--as-of", "2022-03-25")
    one, other = shown["municipalities"][0], made["municipalities"][0]
    assert set(one) <= set(other) and set(shown) <= set(made)
    for name in ("files", "rows", "persons", "notices", "gate"):
        assert set(one[name]) <= set(other[name]), name


def test_what_comments_cite_stands_in_it() -> None:
    cited = [found for path in sorted(ROOT.glob("hervat/**/*.py")) for found in CITED.finditer(path.read_text())]
    assert len(cited) > 5
    headings = re.findall(r"^## (.+)$", BUILT, re.MULTILINE)
    for heading, numbers, *rules in (one.groups() for one in cited):
        assert not heading or any(one.startswith(heading.strip()) for one in headings), heading
        for number in re.findall(r"\d", numbers or ""):
            assert re.search(rf"^{number}\. ", part("Cleaning"), re.MULTILINE), number
        for rule in filter(None, rules):
            assert re.search(rf"^{rule}\. ", part("Rules that are never broken"), re.MULTILINE), rule
