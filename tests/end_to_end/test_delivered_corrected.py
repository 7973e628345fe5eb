"""Somebody whom CBS got is corrected afterwards: the gate, the tasks and his dossier say so, until the correction's receipt."""

import subprocess
import sys

import pytest

from hervat.cli.setup.serving import house
from hervat.prefect_server import PrefectServer
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

WRONG, RIGHT = made_up_bsn(31), made_up_bsn(32)
GATE = [{"code": "delivered_corrected", "count": 1}]
DAY = "2022-04-02"


@pytest.fixture
def town(tmp_path):
    """A town whose delivery of 2022Q1 was confirmed with two persons in it; then one of them gets an SS190."""
    town = Town(tmp_path / "town")
    for number, bsn in enumerate((WRONG, RIGHT), 1):
        town.register_person(number, bsn)
    town.offer("20220328", *[row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (WRONG, RIGHT)])
    town.night("2022-04-01")
    assert prepare(town, status=0)["records"] == 2
    confirm(town, "CBS-1")
    town.offer("20220402", row("SS190", "02-04-2022", WRONG))
    return town


def prepare(town, *more, quarter="2022Q1", status=0):
    return town.json("cbs", "prepare", "--quarter", quarter, "--as-of", DAY, *more, status=status)["municipalities"][0]


def confirm(town, receipt):
    town.json("cbs", "confirm", "--quarter", "2022Q1", "--receipt", receipt, "--by", "A. Jansen", status=0)


def page(town):
    return " ".join((town.directory / "var" / "output" / "report" / "0000" / "laatste.html").read_text().split())


def dossier(town, bsn):
    (found,) = town.json("notices", "evidence", "--person", "--by", "A. Jansen", stdin=f"{bsn}\n", status=0)["dossiers"]
    return found["delivered"]


def test_until_the_receipt_of_the_correction_everything_says_so(town):
    told = town.night(DAY, status=1)
    assert told["gate"] == {"open": False, "reasons": GATE}
    (digest,) = [one["sha256"][:12] for one in town.json("cbs", "list", status=0)["deliveries"]]
    command = f"hervat cbs prepare --quarter 2022Q1 --correction-of {digest} --reason"
    assert told["attention"] == [f"1 corrected person is in the delivery of 2022Q1 that CBS has ({digest})"]
    assert f"{command} TEXT" in " ".join(town.hervat("status", "--as-of", DAY).stdout.split())
    assert f"<code>{command} REDEN</code>" in page(town) and "<code>cbs-delivery</code>" in page(town)
    (held,) = dossier(town, WRONG)
    assert (held["quarter"], held["remembers"], held["left_out_on"]) == ("2022Q1", True, None)
    assert prepare(town, quarter="2022Q2", status=1)["gate"] == {"open": False, "reasons": GATE}

    done = prepare(town, "--correction-of", digest, "--reason", "een SS190 na de levering")
    assert (done["written"], done["records"], done["gate"]) == (True, 1, {"open": True, "reasons": []})
    told = town.night(DAY, status=1)
    assert told["gate"]["reasons"] == GATE, "CBS still has the first"
    assert "hervat cbs confirm --quarter 2022Q1 --receipt" in page(town) and command not in page(town)

    confirm(town, "CBS-2")
    assert town.night(DAY, status=0)["gate"] == {"open": True, "reasons": []}
    (held,) = dossier(town, WRONG)
    assert held["left_out_on"] is not None
    assert [one["quarter"] for one in dossier(town, RIGHT)] == ["2022Q1", "2022Q1"]


def test_two_persons_may_accept_it(town):
    town.night(DAY, status=1)
    accept = ("cbs", "accept", "--quarter", "2022Q2", "--as-of", DAY, "--code", "delivered_corrected")
    for name in ("A. Jansen", "B. de Vries"):
        town.json(*accept, "--by", name, "--reason", "CBS is gebeld", status=0)
    assert prepare(town, quarter="2022Q2", status=0)["written"] is True


FORM = """
import sys
from hervat.flows.cbs import cbs_delivery
for given in ({"correction_of": sys.argv[1]}, {"correction_of": sys.argv[1], "reason": "een SS190 na de levering"}):
    state = cbs_delivery(quarter="2022Q1", as_of=sys.argv[2], return_state=True, **given)
    print(state.type.value, state.name)
"""


def test_the_form_in_prefect_makes_the_correction(town, tmp_path):
    town.night(DAY, status=1)
    digest = town.json("cbs", "list", status=0)["deliveries"][0]["sha256"][:12]
    with PrefectServer(tmp_path / "prefect") as server:
        done = subprocess.run(
            [sys.executable, "-c", FORM, digest, DAY],
            env=server.environment | {"HERVAT_CONFIG": str(town.directory)}, cwd=house(), capture_output=True, text=True,
            timeout=200, check=False,
        )  # fmt: skip
    assert done.stdout.splitlines() == ["FAILED Failed", "COMPLETED Completed"], done.stderr[-3000:]
    newest, first = town.json("cbs", "list", status=0)["deliveries"]
    assert (newest["corrects"], newest["records"], newest["remembers"]) == (first["sha256"], 1, True)


def test_the_dossier_names_cbs_in_words(town):
    asked = ("notices", "evidence", "--person", "--by", "A. Jansen")
    town.night(DAY, status=1)
    told = " ".join(town.hervat(*asked, stdin=f"{WRONG}\n").stdout.split())
    assert "CBS: levering van 2022Q1, ontvangst vastgelegd op" in told
    assert "daarna gecorrigeerd, en dat weet het CBS nog niet" in told and "niemand 6." not in told
    assert "daarna gecorrigeerd" not in town.hervat(*asked, stdin=f"{RIGHT}\n").stdout
    prepare(town, "--correction-of", "CBS-1", "--reason", "een SS190 na de levering")
    confirm(town, "CBS-2")
    assert "staat niet meer in de correctie, ontvangst vastgelegd op" in town.hervat(*asked, stdin=f"{WRONG}\n").stdout
