"""What stops a delivery beside the gate, and what a person does about it: bounds, rules, corrections."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from hervat.delivery import Correction, Prepared, accept_as_it_stands, confirm, prepare
from hervat.delivery.confirm import deliveries
from hervat.delivery.package.earlier import kept_in
from hervat.errors import UsageError
from hervat.expectations import pip_rules
from hervat.register.models import Delivery
from tests.support.delivery_world import CODE, QUARTER, DeliveryWorld, made_up_bsns

PEOPLE = made_up_bsns(40)
NEXT, LATER = "2022Q2", date(2022, 7, 1)
QUERY = "select p.bsn, i.leerroute, i.datum_pip, i.status as niveau from inburgeraar i join persoon p on p.id = i.persoon_id"


@pytest.fixture
def world(tmp_path: Path, register_template: Path) -> DeliveryWorld:
    """Ten rightful persons in the feeding system, and bounds."""
    made = DeliveryWorld(tmp_path / "home", register_template, bounds={"least": 2})
    made.cbs["records"]["query"] = QUERY  # type: ignore[index]
    made.configure()
    for bsn in PEOPLE[:10]:
        made.person(bsn, "right")
        made.stand(bsn, leerroute="B", datum_pip="2022-03-02")
    return made


def written(world: DeliveryWorld, quarter: str = QUARTER, **given: Any) -> Prepared:
    return prepare(world.night(date(2022, 4, 1) if quarter == QUARTER else LATER), quarter, **given)


def more(world: DeliveryWorld, count: int, **columns: str) -> None:
    for bsn in PEOPLE[10 : 10 + count]:
        world.person(bsn, "right")
        world.stand(bsn, **columns)


def test_a_first_delivery_has_nothing_to_be_held_against(world: DeliveryWorld) -> None:
    assert written(world).written and written(world).stops == ()


def test_within_the_bounds_it_is_written(world: DeliveryWorld) -> None:
    written(world)
    more(world, 2, leerroute="B", datum_pip="2022-04-02")
    assert written(world, NEXT).written


def test_outside_the_bounds_it_stops_shows_the_difference_and_a_person_accepts(world: DeliveryWorld) -> None:
    written(world)
    more(world, 5, leerroute="Z")
    done = written(world, NEXT)
    assert not done.written and not done.directory.exists()
    assert [(one.code, one.accepted) for one in done.stops] == [("bounds", False)]
    assert done.stops[0].lines == (
        "records: 10 -> 15 (+50%, bound 25%)",
        "group -: 10 -> 15 (+50%, bound 25%)",
        "leerroute Z: 0 -> 5 (new, bound 25%)",
        "datum_pip is empty in 0% -> 33% of the records (bound 10%)",
    )
    accept_as_it_stands(world.night(LATER), NEXT, "bounds", "Ans", "er kwamen vijf personen bij")
    done = written(world, NEXT)
    assert done.written and done.stops[0].accepted_by == "Ans"
    assert ("Ans", "cbs accepted", "2022Q2 bounds") in [line[:3] for line in world.journalled()]
    assert any("er kwamen vijf personen bij" in line[3] for line in world.journalled())
    page = (done.directory / "controle.html").read_text()
    assert "er kwamen vijf personen bij" in page and "leerroute Z: eerst 0, nu 5" in page


def test_what_was_accepted_is_what_was_seen(world: DeliveryWorld) -> None:
    written(world)
    more(world, 5, leerroute="B", datum_pip="2022-04-02")
    accept_as_it_stands(world.night(LATER), NEXT, "bounds", "Ans", "bekend")
    for bsn in PEOPLE[20:26]:
        world.person(bsn, "right")
        world.stand(bsn, leerroute="B", datum_pip="2022-04-02")
    assert not written(world, NEXT).written


def test_without_bounds_or_outside_there_is_nothing_to_accept(world: DeliveryWorld) -> None:
    written(world)
    with pytest.raises(UsageError, match="does not stop"):
        accept_as_it_stands(world.night(LATER), NEXT, "bounds", "Ans", "bekend")
    del world.cbs["bounds"]  # type: ignore[index]
    world.configure()
    more(world, 20)
    assert written(world, NEXT).written


@pytest.mark.parametrize(("columns", "reason"), [({"leerroute": "O"}, "a2_with_o"), ({"leerroute": "B"}, None)])
def test_duos_rules_stop_it_by_number_and_a_person_may_accept(
    world: DeliveryWorld, columns: dict[str, str], reason: str | None
) -> None:
    more(world, 1, status="A2", **columns)
    done = written(world, make_judge=pip_rules)
    assert done.written is (reason is None)
    assert [one.lines for one in done.stops] == ([(f"niveau_{reason}: 1 records (record 11)",)] if reason else [])
    if reason:
        accept_as_it_stands(world.night(), QUARTER, "rules", "Ans", "zo bij DUO bekend", pip_rules)
        assert written(world, make_judge=pip_rules).written
    manifest = json.loads((world.directory / "manifest.json").read_text())
    found = {one["reason"]: one["unexpected_count"] for one in manifest["expectations"]}
    assert found == {"niveau_a2_with_o": int(reason is not None), "niveau_b1_with_z": 0}
    assert PEOPLE[10] not in json.dumps(manifest)


def test_a_person_twice_stops_it(world: DeliveryWorld) -> None:
    world.stand(PEOPLE[0], leerroute="Z")
    done = written(world)
    assert [one.lines for one in done.stops] == [("person_twice: 1 persons",)]


def test_a_quarter_that_was_delivered_is_corrected_with_a_reason(world: DeliveryWorld) -> None:
    written(world)
    earlier = (world.directory / "swi.xml").read_bytes()
    confirm(world.night(), QUARTER, "CBS-1", "Ans")
    assert written(world).written  # the same data: nothing is done
    more(world, 1, leerroute="B")  # registered late
    with world.local() as local:
        local.execute("update inburgeraar set leerroute = 'Z' where id = 1")
        local.execute("delete from inburgeraar where id = 2")
    assert [one.code for one in written(world).stops] == ["delivered"]
    assert (world.directory / "swi.xml").read_bytes() == earlier
    with pytest.raises(UsageError, match="receipt or SHA-256"):
        written(world, correction=Correction("CBS-2", "x"))
    done = written(world, correction=Correction("CBS-1", "leerroute verkeerd"))
    assert done.changes == {"added": 1, "removed": 1, "changed": 1, "kenmerken": {"leerroute": 1}}
    with world.register.session() as session:
        first, last = session.query(Delivery).order_by(Delivery.id)
        assert (last.corrects, last.reason, last.receipt) == (first.digest, "leerroute verkeerd", None)
        assert (kept_in(world.directory, first.digest) / "swi.xml").read_bytes() == earlier
    assert "CORRECTIE" in (world.directory / "LEESMIJ.txt").read_text()
    confirm(world.night(), QUARTER, "CBS-3", "Bob")
    with pytest.raises(UsageError, match="nothing changed"):
        written(world, correction=Correction("CBS-3", "x"))


def test_the_proof_is_kept_with_the_delivery(world: DeliveryWorld) -> None:
    world.person(PEOPLE[30], "corrected")
    written(world)
    with world.register.session() as session:
        kept = deliveries(session, CODE)[0]["proof"]
    assert kept["register"]["persons"]["corrected"] == 1
    assert [(one["name"], one["under_wi2021"], one["corrected_standing"]) for one in kept["systems"]] == [
        ("inburgering", 10, 0),
        ("elders", 0, 0),
    ]
    assert kept["records"]["of_persons_not_free"] == 0
    assert kept["begun_at"] <= kept["systems"][0]["looked_at"] <= kept["written_at"]
    assert not any(bsn in json.dumps(kept) for bsn in PEOPLE)


@pytest.mark.parametrize("story", ["reinstated", "right"])
def test_who_is_reinstated_is_delivered(world: DeliveryWorld, story: str) -> None:
    world.person(PEOPLE[20], story)
    world.stand(PEOPLE[20], leerroute="B")
    assert written(world).records == 11


def test_a_system_without_history_is_said_to_give_what_stands_now(world: DeliveryWorld) -> None:
    done = written(world)
    assert done.state == "reading"
    assert json.loads((world.directory / "manifest.json").read_text())["state"] == "reading"
    assert "STAND VAN NU" in (world.directory / "LEESMIJ.txt").read_text()
    assert "Stand van nu" in (world.directory / "controle.html").read_text()


def test_an_empty_delivery_is_whole_once_a_person_accepts_it(world: DeliveryWorld) -> None:
    world.gone()
    done = written(world)
    assert not done.written and [stop.lines for stop in done.stops] == [
        (
            "records: 0, while 0 released persons have a root in inburgering (0 of them without a record, bound 0)",
            "without a record: 10 have no root under the Wi2021 there",
        )
    ]
    accept_as_it_stands(world.night(date(2022, 4, 1)), QUARTER, "bounds", "A. Jansen", "het systeem is leeg")
    done = written(world)
    assert done.written and done.records == 0
    tree = etree.parse(str(world.directory / "swi.xml"))
    assert [etree.QName(one).localname for one in tree.getroot()] == [
        *("gemeentecode", "berichtgever", "verslagperiode", "peildatum")
    ]
    assert "Leeg" in (world.directory / "controle.html").read_text()


def test_names_in_every_script_of_sixty_signs(world: DeliveryWorld) -> None:
    names = {"bsn": "bsn", "naam": "text"}
    kenmerken = [
        {"name": n, "type": t, **({"mandatory": True} if n == "bsn" else {"length": 60})} for n, t in names.items()
    ]
    layout = {"name": "v", "version": "1", "provisional": False, "root": "swi", "record": "p", "kenmerken": kenmerken}
    (world.folder / "v.yaml").write_text(json.dumps(layout))
    world.cbs |= {"layout": "v.yaml"}  # type: ignore[operator]
    world.cbs["records"]["query"] = (
        "select p.bsn, i.status as naam from inburgeraar i join persoon p on p.id = persoon_id"  # type: ignore[index]
    )
    world.configure()
    world.gone()
    told = ["Ł" * 60, "李" * 60, "ع" * 60, "=HYPERLINK()", "<b>&amp;</b>", "]]>", "\U0001f393" * 60]
    for bsn, name in zip(PEOPLE, told, strict=False):
        world.stand(bsn, status=name)
    assert written(world).records == len(told)
    tree = etree.parse(str(world.directory / "swi.xml"))
    assert sorted(one.text or "" for one in tree.iter("naam")) == sorted(told)
