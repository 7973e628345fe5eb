"""Erasure requests to suppliers. All persons are made up; their BSNs are generated."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from hervat.notices import check, request_erasures, unconfirmed_suppliers, unwise
from hervat.register.models import SignalRow
from tests.support.notice_world import CODE, NoticeWorld, certificate, made_up_bsn

MARCH_1, MARCH_2, MARCH_16, MARCH_25 = (date(2022, 3, day) for day in (1, 2, 16, 25))


def supplied(name, *, encrypted=True, **more):
    supplier = {"name": "leverancier", "channel": {"folder": f"out/{name}"}}
    return {"name": name, "supplier": {**supplier, **({"certificate": f"{name}.pem"} if encrypted else {})}, **more}


@pytest.fixture
def world(tmp_path):
    certificate(tmp_path, "leerlingvolg")
    return NoticeWorld(tmp_path, {"more_systems": [supplied("leerlingvolg"), supplied("archief", encrypted=False)]})


def asked(world, day, shadow=False):
    """Play the requests of a night; return what each system's supplier is asked, and the night."""
    night = world.night(day, shadow)
    counts = request_erasures(night)
    return {line["system"]: line["requested"] for line in counts["suppliers"]}, night


def unconfirmed(world):
    with world.register.session() as session:
        return unconfirmed_suppliers(session, CODE)


def test_each_supplier_is_asked_once_for_each_corrected_person_and_for_nobody_else(world):
    one, two, other = made_up_bsn(1), made_up_bsn(2), made_up_bsn(3)
    world.corrected(one, two)
    world.wrong(other)
    assert asked(world, MARCH_1)[0] == {"leerlingvolg": 1, "archief": 1}
    assert asked(world, MARCH_2)[0] == {"leerlingvolg": 0, "archief": 0}
    (request,) = world.read("leerlingvolg")
    assert (request["kind"], request["system"], request["count"]) == ("erasure", "leerlingvolg", 1)
    assert request["persons"] == [{"bsn": one}, {"bsn": two}]
    later = made_up_bsn(4)
    world.corrected(later)
    assert asked(world, MARCH_16)[0] == {"leerlingvolg": 1, "archief": 1}
    assert world.read("leerlingvolg")[1]["persons"] == [{"bsn": later}]


def test_without_a_certificate_no_bsn_goes_by_any_channel_and_a_person_hands_the_list_over(world):
    bsns = [made_up_bsn(1), made_up_bsn(2)]
    for bsn in bsns:
        world.corrected(bsn)
    for day in (MARCH_1, MARCH_2):
        _, night = asked(world, day)
        assert night.attention == [
            "supplier of archief: it has no certificate, so request 0000-20220301-0002 names nobody; hand over the list"
            " of its 2 person(s)"
        ]
    ((name, data),) = world.files("archief").items()
    assert json.loads(data)["count"] == 2
    assert "persons" not in json.loads(data)
    assert not any(bsn in data.decode() + name for bsn in bsns)
    world.answer("archief", "0000-20220301-0002", "received")
    assert asked(world, MARCH_16)[1].attention == []


def test_a_request_stands_until_it_is_confirmed_as_done(world):
    world.corrected(made_up_bsn(1), made_up_bsn(2))
    world.corrected(made_up_bsn(3))
    asked(world, MARCH_1)
    assert unconfirmed(world) == {"archief": 2, "leerlingvolg": 2}
    world.answer("leerlingvolg", "0000-20220301-0001", "received")
    world.answer("archief", "0000-20220301-0002", "done")
    asked(world, MARCH_2)
    assert unconfirmed(world) == {"leerlingvolg": 2}
    world.answer("leerlingvolg", "0000-20220301-0001", "done")
    asked(world, MARCH_2)
    assert unconfirmed(world) == {}


def test_a_reinstated_person_is_left_out_and_who_is_corrected_anew_is_asked_for_anew(world):
    bsn = made_up_bsn(1)
    person = world.corrected(bsn)
    world.settled(person, "corrected", MARCH_1)
    assert asked(world, MARCH_1)[0]["leerlingvolg"] == 1
    world.signal(person, "SS101", date(2022, 3, 20), MARCH_25)
    world.settled(person, "released", MARCH_25)
    assert asked(world, MARCH_25)[0]["leerlingvolg"] == 0
    with world.register.session() as session:
        session.delete(session.scalars(select(SignalRow).where(SignalRow.date == date(2022, 3, 20))).one())
    world.settled(person, "corrected", date(2022, 4, 1))
    assert asked(world, date(2022, 4, 1))[0]["leerlingvolg"] == 1
    assert asked(world, date(2022, 4, 1))[0]["leerlingvolg"] == 0
    world.answer("leerlingvolg", "0000-20220401-0001", "done", "2022-04-02")
    asked(world, date(2022, 4, 2))
    assert "leerlingvolg" not in unconfirmed(world)


def test_shadow_asks_nobody(world):
    world.corrected(made_up_bsn(1))
    assert asked(world, MARCH_1, shadow=True)[0] == {"leerlingvolg": 1, "archief": 1}
    assert world.notices() == []
    assert not (world.folder / "out").exists()


def test_one_suppliers_trouble_is_his_own(world):
    world.corrected(made_up_bsn(1))
    (world.folder / "leerlingvolg.pem").write_text("nothing")
    counts, night = asked(world, MARCH_1)
    assert counts == {"archief": 1}
    assert len(night.errors) == 1
    assert night.errors[0].startswith("supplier of leerlingvolg: no erasure was requested: ")
    assert [line.split(":")[0] for line in check(world.municipality)] == ["supplier of leerlingvolg"]
    assert [line.split(":")[0] for line in unwise(world.municipality)] == [
        "party welzijn",
        "party taalschool",  # its answers need no signature
        "supplier of archief",
    ]


def test_retain_asks_for_nothing(tmp_path):
    kept = supplied("archief", encrypted=False, policy="retain", ground="Archiefwet", until="2030-01-01")
    world = NoticeWorld(tmp_path, {"more_systems": [kept]})
    world.corrected(made_up_bsn(1))
    assert asked(world, MARCH_1)[0] == {}
    assert world.notices() == []


def test_parties_and_suppliers_are_sent_and_counted_apart(world):
    from hervat.notices import capture, notify, standing

    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "welzijn", "W1")
    asked(world, MARCH_1)
    night = world.night(MARCH_1)
    capture(night)
    assert notify(night)["notices"]["unconfirmed"] == 1
    with world.register.session() as session:
        assert standing(session, CODE, MARCH_1, world.municipality)["correction"] == 1
