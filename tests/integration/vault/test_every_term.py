"""A whole life of persons in hervat, and what is left of them when every term is over: nothing, of nobody."""

import sqlite3
from pathlib import Path

import pytest

from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, OTHER = made_up_bsn(71), made_up_bsn(72)
NAMES = ("Verzonnenaar", "Bedachtsma")
A, B = ("--by", "A. Eerste", "--reason", "selectielijst"), ("--by", "B. Tweede", "--reason", "akkoord")
KINDS = (
    "download",
    "signal",
    "person",
    "personalia",
    "disclosure",
    "notice",
    "receipt",
    "delivery",
    "report",
    "worklist",
)
TERMS = "retention: {" + ", ".join(f"{kind}: 30d" for kind in KINDS) + ", incident: 3y}"
SHIPPED = Path(__file__).parents[3] / "config" / "rounds" / "restart-2022.yaml"


def configure(town: Town, closed: str, terms: str) -> None:
    town.configure()
    (town.directory / "round.yaml").write_text(SHIPPED.read_text() + closed + "\n")
    config = town.directory / "hervat.yaml"
    config.write_text(f"rounds: [round.yaml]\n{terms}\n" + config.read_text())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """Two persons: one corrected, cleaned, told and delivered before; one released, who left the system since."""
    place = tmp_path_factory.mktemp("life") / "town"
    town = Town(place)
    for number, bsn in ((1, WRONG), (2, OTHER)):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    town.offer("20220112", *[
        row("SS101", "10-01-2022", bsn, group=FAMILY, name=name, first="Naam", born="02-03-1990")
        for bsn, name in zip((WRONG, OTHER), NAMES, strict=True)
    ])  # fmt: skip
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    town.night("2022-03-01", status=None)
    town.offer("20220601", row("SS101", "10-01-2022", OTHER, group=FAMILY, name=NAMES[1], first="Naam"))
    town.night("2022-06-01", status=None)
    town.json("cbs", "prepare", "--quarter", "2022Q2", "--as-of", "2022-07-01", status=None)
    town.json("cbs", "confirm", "--quarter", "2022Q2", "--receipt", "R-1", "--by", "A. Eerste", status=0)
    with sqlite3.connect(place / "var" / "register.db") as register:
        register.execute("update notice set received_on = sent_on, done_on = sent_on")
        register.execute("update delivery set confirmed_on = '2022-07-02'")  # the commands act for today
    for table in ("les", "traject", "inburgeraar", "plicht", "verstrekking", "persoon"):
        town.sql(f"delete from {table}")
    return place, town


def retire(town: Town, *more: str) -> dict:
    (done,) = town.json("retention", "destroy", *more)["municipalities"]
    return done


def due(town: Town) -> dict[str, int]:
    (found,) = town.json("retention", "due")["municipalities"]
    return {line["kind"]: line["count"] for line in found["due"] if line["count"]}


def test_probe(town: Town) -> None:
    configure(town, "closed_on: 2022-09-01", TERMS)
    for _ in range(4):
        print(due(town))
        for who in (A, B):
            done = retire(town, *who)
            print(done["destroyed"], done["files"], [(l["kind"], l["agreed"]) for l in done["due"] if l["count"]])
    for table in (
        "person",
        "personalia",
        "signal",
        "identifier",
        "disclosure",
        "notice",
        "told",
        "delivery_block",
        "delivery",
        "acceptance",
        "retired",
    ):
        print(table, len(town.register_rows(table)))
    assert 0
