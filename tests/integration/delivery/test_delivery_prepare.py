import json
import stat
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from hervat import journal
from hervat.delivery import RecordsError, accept, check, confirm, delivered, look, orphans, prepare, reasons
from hervat.delivery.package.files import FilesError
from hervat.delivery.records.schema import SchemaError
from hervat.delivery.records.source import SourceError
from hervat.errors import ConfigurationError, HervatError, UsageError
from hervat.register.models import Delivery
from tests.support.delivery_world import CODE, DAY, QUARTER, DeliveryWorld, made_up_bsns

RIGHT, OTHER, WRONG, THIRD = made_up_bsns(4)
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hervat:swi:provisional"
 elementFormDefault="qualified"><xs:element name="swi"><xs:complexType><xs:sequence>
 <xs:element name="gemeentecode"/><xs:element name="berichtgever"/><xs:element name="verslagperiode"/>
 <xs:element name="peildatum"/>
 <xs:element name="inburgeraar" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
 <xs:element name="bsn" type="xs:string"/><xs:element name="leerroute" type="xs:string"/></xs:sequence>
 </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.fixture
def world(tmp_path: Path) -> DeliveryWorld:
    """Two rightful persons, who stand in the feeding system."""
    made = DeliveryWorld(tmp_path / "home")
    for bsn in (OTHER, RIGHT):
        made.person(bsn, "right")
        made.stand(bsn, leerroute="B", datum_pip="2022-03-02")
    return made


def bsns(world: DeliveryWorld) -> list[str]:
    tree = etree.parse(str(world.directory / "swi.xml"))
    return [one.text or "" for one in tree.iter("{urn:hervat:swi:provisional}bsn")]


def codes(world: DeliveryWorld) -> list[str]:
    return [one.code for one in prepare(world.night(), QUARTER).reasons]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_open_gate_gives_a_delivery(world: DeliveryWorld) -> None:
    done = prepare(world.night(), QUARTER)
    assert (done.written, done.records, done.directory, done.reasons) == (True, 2, world.directory, ())
    assert bsns(world) == sorted([RIGHT, OTHER])
    manifest = json.loads((world.directory / "manifest.json").read_text())
    assert (manifest["records"], manifest["voorlopig"], manifest["peildatum"]) == (2, False, "2022-03-31")
    assert manifest["layout"]["provisional"] is True
    assert manifest["gate"] == {"open": True, "reasons": []}
    assert "databestanden.cbs.nl" in (world.directory / "LEESMIJ.txt").read_text()
    assert ("hervat", "cbs written", QUARTER) in [line[:3] for line in world.journalled()]


def test_only_its_owner_can_read_it(world: DeliveryWorld) -> None:
    prepare(world.night(), QUARTER)
    assert {stat.S_IMODE(path.stat().st_mode) for path in world.directory.iterdir()} == {0o600}
    assert stat.S_IMODE(world.directory.stat().st_mode) == 0o700


def test_the_same_data_gives_the_same_bytes_again(world: DeliveryWorld) -> None:
    prepare(world.night(), QUARTER)
    before = contents(world.directory)
    assert set(before) == {"swi.xml", "manifest.json", "LEESMIJ.txt", "controle.html"}
    world.gone()
    for bsn in (RIGHT, OTHER):  # stored in another order
        world.stand(bsn, leerroute="B", datum_pip="2022-03-02")
    assert prepare(world.night(), QUARTER).written
    assert contents(world.directory) == before
    with world.register.session() as session:
        assert session.query(Delivery).count() == 1


def test_a_file_that_was_changed_is_made_anew(world: DeliveryWorld) -> None:
    prepare(world.night(), QUARTER)
    before = (world.directory / "swi.xml").read_bytes()
    (world.directory / "swi.xml").write_bytes(b"changed")
    prepare(world.night(), QUARTER)
    assert (world.directory / "swi.xml").read_bytes() == before


def test_before_the_quarter_has_ended_it_is_voorlopig(world: DeliveryWorld) -> None:
    assert prepare(world.night(date(2022, 3, 30)), QUARTER).written
    assert json.loads((world.directory / "manifest.json").read_text())["voorlopig"] is True
    assert "VOORLOPIG" in (world.directory / "LEESMIJ.txt").read_text()


def test_the_records_are_those_of_the_quarters_last_day(world: DeliveryWorld) -> None:
    world.person(THIRD, "right")
    world.stand(THIRD, datum_pip="2022-04-01")
    prepare(world.night(), QUARTER)
    assert THIRD not in bsns(world)


def test_a_shut_gate_writes_nothing(world: DeliveryWorld) -> None:
    world.person(WRONG, "corrected")
    world.stand(WRONG)
    done = prepare(world.night(), QUARTER)
    assert not done.written
    assert [(one.code, one.count) for one in done.reasons] == [("corrected_in_records", 1), ("standing", 1)]
    assert done.gate["open"] is False
    assert not (world.folder / "output").exists()
    assert ("cbs blocked", QUARTER, "corrected_in_records 1, standing 1") in [line[1:] for line in world.journalled()]


def test_a_shut_gate_leaves_an_older_delivery_as_it_is(world: DeliveryWorld) -> None:
    prepare(world.night(), QUARTER)
    before = contents(world.directory)
    world.person(THIRD, "disputed")
    assert codes(world) == ["disputed"]
    assert contents(world.directory) == before


def test_a_person_who_is_gone_from_the_system_but_not_from_the_records_shuts_it(world: DeliveryWorld) -> None:
    world.cbs["records"]["query"] = f"select '{WRONG}' as bsn"  # type: ignore[index]
    world.configure()
    world.person(WRONG, "corrected")
    assert codes(world) == ["corrected_in_records"]


def test_under_restrict_a_marked_person_may_stand_but_not_in_the_records(world: DeliveryWorld) -> None:
    world.policy = {"policy": "restrict", "restrict": {"inburgeraar.status": "beperkt"}}
    world.configure()
    world.person(WRONG, "corrected")
    world.stand(WRONG, status="beperkt", datum_pip="2022-05-01")  # not in the query
    assert codes(world) == []
    world.stand(WRONG, system="elders", status="open")
    assert codes(world) == ["standing_elsewhere"]


def test_retained_persons_stand_nowhere(world: DeliveryWorld) -> None:
    world.policy = {"policy": "retain", "ground": "Archiefwet", "until": date(2030, 1, 1)}
    world.configure()
    world.person(WRONG, "corrected")
    world.stand(WRONG, datum_pip="2022-05-01")
    assert codes(world) == []


def test_lists_beside_the_systems_are_searched(world: DeliveryWorld) -> None:
    (world.folder / "lijsten").mkdir()
    (world.folder / "lijsten" / "a.csv").write_text(f"naam;bsn\nx;{WRONG}\n")
    world.more = [{"name": "schaduw", "files": {"directory": "lijsten"}}]
    world.configure()
    world.person(WRONG, "corrected")
    facts = look(world.night(), QUARTER)
    assert [(hit.file, hit.row) for hit in facts.hits] == [("a.csv", 2)]
    assert [(one.code, one.system) for one in reasons(facts)] == [("standing_elsewhere", "schaduw")]


def test_a_supplier_must_confirm_every_corrected_person(world: DeliveryWorld) -> None:
    world.more = [{"name": "leerlingvolg", "supplier": {"name": "L", "channel": {"folder": "out"}}}]
    world.configure()
    assert codes(world) == []
    world.person(WRONG, "corrected")
    assert codes(world) == ["supplier_unconfirmed"]


def test_a_system_that_can_not_be_read_keeps_the_gate_shut(world: DeliveryWorld) -> None:
    (world.folder / "elders.db").unlink()
    night = world.night()
    done = prepare(night, QUARTER)
    assert not done.written and done.gate["open"] is False
    assert len(done.errors) == 1 and "elders" in done.errors[0]
    assert night.errors == list(done.errors)
    assert not (world.folder / "elders.db").exists()


def test_records_that_can_not_be_read_are_an_error_of_the_look(world: DeliveryWorld) -> None:
    world.cbs["records"]["query"] = "select bsn from nergens"  # type: ignore[index]
    world.configure()
    assert "cbs.records" in look(world.night(), QUARTER).errors[0]
    with pytest.raises(SourceError, match="inburgering"):
        prepare(world.night(), QUARTER)
    assert len(check(world.settings.municipalities[0], world.folder)) == 1


def test_without_cbs_every_system_is_elsewhere(world: DeliveryWorld) -> None:
    world.cbs = None
    world.configure()
    world.person(WRONG, "corrected")
    world.stand(WRONG)
    assert [one.code for one in reasons(look(world.night(), QUARTER))] == ["standing_elsewhere"]
    with pytest.raises(UsageError, match="cbs"):
        prepare(world.night(), QUARTER)


def test_orphans_are_reported_by_system(world: DeliveryWorld) -> None:
    world.stand(THIRD, system="elders")
    world.stand(None, system="elders")
    found = orphans(look(world.night(), QUARTER))
    assert {name: len(keys) for name, keys in found.items()} == {"inburgering": 0, "elders": 2}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"leerroute": "X"}, "leerroute: unknown_code"),
        ({"datum_pip": "2022-02-30"}, "datum_pip: no_date"),
        ({"uren": "veel"}, "uren_taal: no_integer"),
        ({"leerroute": "B\x01"}, "leerroute: forbidden_character"),
    ],
)
def test_a_wrong_value_is_named_by_record_and_kenmerk_and_never_shown(
    world: DeliveryWorld, columns: dict[str, str], reason: str
) -> None:
    world.person(THIRD, "right")
    world.stand(THIRD, **columns)
    with pytest.raises(RecordsError, match=f"record 3: {reason}") as caught:
        prepare(world.night(), QUARTER)
    assert THIRD not in str(caught.value) and next(iter(columns.values())) not in str(caught.value)
    assert not world.directory.exists()


def test_many_wrong_values_are_counted_and_the_first_twenty_shown(world: DeliveryWorld) -> None:
    for bsn in made_up_bsns(40)[10:]:
        world.person(bsn, "right")
        world.stand(bsn, leerroute="X")
    with pytest.raises(RecordsError) as caught:
        prepare(world.night(), QUARTER)
    assert "leerroute: unknown_code 30 times" in str(caught.value)
    assert str(caught.value).count("\nrecord ") == 20 and "and 10 more" in str(caught.value)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select bsn, 1 as schoenmaat from persoon", "schoenmaat"),
        ("select id as datum_pip from persoon", "bsn"),
        ("select bsn from persoon where id = :dag", ":dag"),
        ("select bsn, bsn as BSN from persoon", "bsn"),
    ],
)
def test_a_query_that_does_not_fit_is_named(world: DeliveryWorld, query: str, said: str) -> None:
    world.cbs["records"]["query"] = query  # type: ignore[index]
    world.configure()
    with pytest.raises(HervatError, match=said):
        prepare(world.night(), QUARTER)
    assert check(world.settings.municipalities[0], world.folder)


def test_the_query_can_not_change_the_system(world: DeliveryWorld) -> None:
    world.cbs["records"]["query"] = "delete from persoon returning bsn"  # type: ignore[index]
    world.configure()
    with pytest.raises(SourceError):
        prepare(world.night(), QUARTER)
    with world.local() as local:
        assert local.execute("select count(*) from persoon").fetchone() == (2,)


def test_texts_can_not_break_out_of_the_xml(world: DeliveryWorld) -> None:
    evil = "</leerroute><bsn>999990019</bsn>]]>&<!--"
    layout = {
        "name": "vrij",
        "version": "1",
        "provisional": False,
        "root": "swi",
        "record": "persoon",
        "kenmerken": [{"name": "bsn", "type": "bsn", "mandatory": True}, {"name": "leerroute", "type": "text"}],
    }
    (world.folder / "vrij.yaml").write_text(json.dumps(layout))
    world.cbs = {"reporter": CODE, "layout": "vrij.yaml", "records": {"system": "inburgering", "query": (
        "select bsn, leerroute from inburgeraar join persoon on persoon.id = persoon_id;")}}  # fmt: skip
    world.configure()
    names = [evil, "Çelik", "Đặng", "علي", "Ωμέγα", "李雷", "Жанна", "a\r\nb", "👩🏽‍🎓"]
    world.gone()
    for bsn, text in zip(made_up_bsns(20)[10:], names, strict=False):
        world.person(bsn, "right")
        world.stand(bsn, leerroute=text)
    assert prepare(world.night(), QUARTER).records == len(names)
    tree = etree.parse(str(world.directory / "swi.xml"))
    assert sorted(one.text or "" for one in tree.iter("leerroute")) == sorted(names)
    assert len(list(tree.iter("bsn"))) == len(names)


def test_an_xsd_is_asked_before_the_delivery_is_put_in_place(world: DeliveryWorld) -> None:
    world.cbs["xsd"] = "swi.xsd"  # type: ignore[index]
    world.cbs["records"]["query"] = (  # type: ignore[index]
        "select bsn, leerroute from inburgeraar join persoon on persoon.id = persoon_id"
    )
    world.configure()
    (world.folder / "swi.xsd").write_text("no xsd")
    with pytest.raises(ConfigurationError, match=r"cbs\.xsd"):
        prepare(world.night(), QUARTER)
    (world.folder / "swi.xsd").write_text(XSD)
    assert prepare(world.night(), QUARTER).written
    before = contents(world.directory)
    world.person(THIRD, "right")
    world.stand(THIRD)  # without a leerroute, which this XSD wants
    with pytest.raises(SchemaError, match=r"1 places:\nline \d+: SCHEMAV") as caught:
        prepare(world.night(), QUARTER)
    assert THIRD not in str(caught.value)
    assert contents(world.directory) == before


def test_a_folder_that_can_not_be_written_is_named(world: DeliveryWorld) -> None:
    (world.folder / "output").write_text("a file")
    with pytest.raises(FilesError, match="cbs"):
        prepare(world.night(), QUARTER)
    with world.register.session() as session:
        assert session.query(Delivery).count() == 0


class TestConfirm:
    def test_a_receipt_makes_the_quarter_delivered(self, world: DeliveryWorld) -> None:
        prepare(world.night(), QUARTER)
        confirm(world.night(), QUARTER, "SWI-77", "J. Jansen")
        with world.register.session() as session:
            assert delivered(session, CODE) == {QUARTER}
            assert journal.verify(session, CODE) == []
            row = session.query(Delivery).one()
            assert (row.receipt, row.confirmed_by, row.confirmed_on) == ("SWI-77", "J. Jansen", DAY)

    def test_what_was_not_written_can_not_be_confirmed(self, world: DeliveryWorld) -> None:
        with pytest.raises(UsageError, match="no delivery"):
            confirm(world.night(), QUARTER, "x", "y")

    def test_nor_twice_nor_without_a_name(self, world: DeliveryWorld) -> None:
        prepare(world.night(), QUARTER)
        with pytest.raises(UsageError):
            confirm(world.night(), QUARTER, "x", " ")
        confirm(world.night(), QUARTER, "x", "y")
        with pytest.raises(UsageError, match="already"):
            confirm(world.night(), QUARTER, "x", "y")


def test_an_accepted_reason_lets_the_delivery_through_and_stands_in_its_manifest(world: DeliveryWorld) -> None:
    world.stand(THIRD, system="elders")
    assert codes(world) == ["orphans"]
    for name in ("Ans", "Bob"):
        accept(world.night(), QUARTER, "orphans", name, "adres van een andere gemeente")
    assert prepare(world.night(), QUARTER).written
    manifest = json.loads((world.directory / "manifest.json").read_text())
    assert manifest["gate"]["reasons"] == [
        {"code": "orphans", "count": 1, "system": "elders", "accepted": True, "accepted_by": ["Ans", "Bob"]}
    ]
