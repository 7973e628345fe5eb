"""`hervat person forget`: by two, when nothing is open; afterwards no search finds anything. All persons are made up."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, OTHER, FOREIGN, STRANGER = (made_up_bsn(number) for number in range(171, 175))
V, NAME, BORN = "1234567890", "Achternaam-Verzonnen", "1980-03-02"
A, B = ("--by", "A. Eerste", "--reason", "verzoek 12"), ("--by", "B. Tweede", "--reason", "akkoord")
TERMS = "{download: 30d, notice: 30d}"


def configure(town, closed="closed_on: 2022-06-01", retention=TERMS):
    town.configure()
    shipped = Path(__file__).parents[2] / "config" / "rounds" / "restart-2022.yaml"
    (town.directory / "round.yaml").write_text(shipped.read_text() + closed + "\n")
    config = town.directory / "hervat.yaml"
    config.write_text(f"rounds: [round.yaml]\nretention: {retention}\n" + config.read_text())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A town in which everything about a corrected person is done, and his rows in the local system are gone."""
    place = tmp_path_factory.mktemp("forget") / "town"
    town = Town(place)
    for number, bsn in enumerate((WRONG, OTHER), 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    told = {"group": FAMILY, "name": NAME, "born": "02-03-1980", "v": V}
    town.offer(
        "20220112", row("SS101", "10-01-2022", WRONG, **told), row("SS101", "10-01-2022", OTHER, group=FAMILY),
        row("SS101", "10-01-2022", FOREIGN, group=FAMILY, gemeente="0363"),
    )  # fmt: skip
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    town.night("2022-03-01", status=None)
    for notice in town.json("notices", "list")["notices"]:
        by_hand = ("--status", "done", "--day", "2022-03-02", "--by", "A. Eerste", "--reason", "gebeld")
        town.json("notices", "confirm", notice["number"], *by_hand, status=0)
    town.offer("20220401", row("SS101", "10-01-2022", OTHER, group=FAMILY))
    town.night("2022-04-01", status=None)
    for notice in town.json("notices", "list")["notices"]:
        if notice["done_on"] is None:
            town.json("notices", "confirm", notice["number"], *by_hand, status=0)
    (incident,) = town.json("incidents", "list", status=None)["incidents"]
    judged = ("--risk", "none", "--reason", "rij van een ander", "--by", "A. Eerste")
    town.hervat("incidents", "judge", str(incident["number"]), *judged)
    town.hervat("incidents", "duo-told", str(incident["number"]), "--by", "A. Eerste", "--at", "2022-03-02 10:00")
    town.hervat("incidents", "close", str(incident["number"]), "--by", "A. Eerste", "--reason", "klaar")
    for table, column in (("les", "traject_id"), ("traject", "id"), ("inburgeraar", "id"), ("verstrekking", "id")):
        town.sql(f"delete from {table} where {column} = 1")
    configure(town)
    return place, town


@pytest.fixture
def town(built, tmp_path):
    place, first = built
    fresh = tmp_path / "town"
    shutil.copytree(place, fresh)
    text = (fresh / "hervat.yaml").read_text().replace(str(place), str(fresh))
    (fresh / "hervat.yaml").write_text(text)
    town = object.__new__(Town)
    town.__dict__.update(first.__dict__ | {"directory": fresh, "local": first.local.replace(str(place), str(fresh))})
    town.incoming = fresh / "incoming"
    return town


def forget(town, *by, bsn=WRONG, status):
    (person,) = town.json("person", "forget", *by, stdin=f"{bsn}\n", status=status)["persons"]
    return person


def test_look(town):
    print(json.dumps(forget(town, *A, status=None), indent=1))
    print(json.dumps(forget(town, *B, status=None), indent=1))
    raise AssertionError
