"""The XSD of a layout takes what hervat writes and refuses what the layout forbids; it is asked in a stream."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from hervat.delivery.records.layout import RecordLayout, read_layout
from hervat.delivery.records.records import Part
from hervat.delivery.records.schema import SchemaError, schema_for, schema_text, validate
from hervat.delivery.records.xml import Writer
from hervat.errors import ConfigurationError

HEADER = {"gemeentecode": "0000", "berichtgever": "0000", "verslagperiode": "2022Q1", "peildatum": "2022-03-31"}
BSN = "999990019"
GOOD = {"bsn": BSN, "leerroute": "B", "intensiteit": "12", "datum_pip": "2022-03-01"}


@pytest.fixture(scope="module")
def layout() -> RecordLayout:
    return read_layout("swi-provisional.yaml", Path())


def file(folder: Path, layout: RecordLayout, *records: dict[str, str | None]) -> Path:
    names = [one.name for one in layout.kenmerken if any(one.name in record for record in records)]
    part = Part(1, {name: [record.get(name) for record in records] for name in names})
    with (folder / "swi.xml").open("wb") as handle:
        writer = Writer(handle, layout)
        with writer.whole():
            writer.gemeente(HEADER, [part])
    return folder / "swi.xml"


def test_what_is_written_is_right(layout: RecordLayout, tmp_path: Path) -> None:
    path = file(tmp_path, layout, GOOD, {"bsn": BSN})
    validate(path, schema_for(layout, None), layout.tag(layout.record))
    assert path.read_bytes().count(b"\n<inburgeraar>") == 2


@pytest.mark.parametrize(
    "wrong",
    [{"bsn": "12"}, {"leerroute": "@"}, {"intensiteit": "0"}, {"intensiteit": "x"}, {"datum_pip": "01-03-2022"}],
)
def test_what_the_layout_forbids_is_refused_by_its_line(
    layout: RecordLayout, tmp_path: Path, wrong: dict[str, str]
) -> None:
    records = [GOOD] * 1500 + [GOOD | wrong]
    path = file(tmp_path, layout, *records)
    with pytest.raises(SchemaError, match=r"line 1507: SCHEMAV") as caught:
        validate(path, schema_for(layout, None), layout.tag(layout.record))
    assert next(iter(wrong.values())) not in str(caught.value).replace("line 1507", "")


def test_several_gemeenten_in_one_file(layout: RecordLayout) -> None:
    handle = io.BytesIO()
    writer = Writer(handle, layout)
    with writer.whole():
        for code in ("0000", "0001"):
            with writer.block():
                writer.gemeente(HEADER | {"gemeentecode": code}, [Part(1, {"bsn": [BSN]})])
    tree = etree.fromstring(handle.getvalue())
    etree.XMLSchema(etree.fromstring(schema_text(layout))).assertValid(tree)
    assert [one.text for one in tree.iter("{*}gemeentecode")] == ["0000", "0001"]


def test_it_says_that_it_is_provisional(layout: RecordLayout) -> None:
    assert b"PROVISIONAL" in schema_text(layout)
    assert b"PROVISIONAL" not in schema_text(layout.model_copy(update={"provisional": False}))


_BSN = {"name": "bsn", "type": "bsn", "mandatory": True}
_GROUP = {"name": "doelgroep", "type": "code", "codes": ["A", "G"]}


@pytest.mark.parametrize(
    ("kenmerk", "said"),
    [
        ({"mandatory": True, "absent_when": ["not_yet"]}, "never absent"),
        ({"absent_when": []}, "names no ground"),
        ({"absent_when": ["niet"]}, "not_yet"),
        ({"absent_when": ["not_for_group"]}, "groups must list"),
        ({"absent_when": ["not_for_leerroute"]}, "leerroutes must list"),
        ({"groups": ["X"]}, "X is not a code of doelgroep"),
        ({"leerroutes": ["B"]}, "no kenmerk leerroute"),
    ],
)
def test_a_layout_that_contradicts_itself_is_refused(tmp_path: Path, kenmerk: dict[str, Any], said: str) -> None:
    whole = {"name": "e", "version": "1", "provisional": False, "root": "swi", "record": "p"}
    whole |= {"kenmerken": [_BSN, _GROUP, {"name": "datum", "type": "date", **kenmerk}]}
    (tmp_path / "e.yaml").write_text(yaml.safe_dump(whole))
    with pytest.raises(ConfigurationError, match=said):
        read_layout("e.yaml", tmp_path)


@pytest.mark.parametrize("changes", [{"block": "swi"}, {"record": "swi"}, {"record": "bsn"}])
def test_an_element_has_one_meaning(tmp_path: Path, changes: dict[str, str]) -> None:
    whole = {"name": "e", "version": "1", "provisional": False, "root": "swi", "record": "p", "kenmerken": [_BSN]}
    (tmp_path / "e.yaml").write_text(yaml.safe_dump(whole | changes))
    with pytest.raises(ConfigurationError, match="two meanings"):
        read_layout("e.yaml", tmp_path)
