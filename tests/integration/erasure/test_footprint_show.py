"""`hervat footprint show`: each table's part, holders and counts, held against what was put into the tables."""

import pytest

from hervat.erasure import CleaningError, open_system
from hervat.erasure.describe import conditions_of, describe, path_of
from hervat.erasure.picture import picture_of_system
from hervat.erasure.planning.table_counts import count_rows
from tests.support.dossiers import FOOTPRINT, bsn


def test_parts_holders_and_counts(base):
    before = base.everything()
    with open_system(base.system()) as local:
        lines = {one["table"]: one for one in describe(local, count_rows(local))}
        assert path_of(local) == ["inburgeraar.id", "vreemdeling.id"]
        assert conditions_of(local) == ["inburgeraar.wet = Wi2021"]
    assert base.everything() == before
    assert {name: one["part"] for name, one in lines.items() if one["part"] != "held"} == {
        "natuurlijk_persoon": "person (never erased)",
        "vreemdeling": "on the path",
        "inburgeraar": "root",
        "plicht_gemeente": "link table",
        "traject_pip": "link table",
        "factuur": "kept (never entered)",
        "gemeente": "plain reference",
    }
    assert lines["vrijstelling"]["keys"] == [
        "held by vrijstelling.plicht_id",
        "held by vrijstelling.examenonderdeel_id where vrijstelling.plicht_id is empty",
    ]
    assert lines["inburgeringsplicht"]["keys"] == ["held by inburgeraar.plicht_id"]
    assert sorted(lines["traject_pip"]["keys"]) == ["goes with traject_pip.pip_id", "goes with traject_pip.traject_id"]
    assert lines["gemeente"]["keys"] == ["inburgeraar.gemeente_id", "plicht_gemeente.gemeente_id"]
    counts = {name: (one["rows"], one["reached"], one["stranded"]) for name, one in lines.items()}
    assert counts["inburgeraar"] == (6, 4, None)  # 1, 2, 3 and 6 stand under the Wi2021
    assert counts["inburgeringsplicht"] == (7, 4, 1)
    assert counts["inburgeringsaanbod"] == (7, 4, 2)  # 2 is shared by persons 2 and 4; 4 and 7 hang from nobody
    assert counts["traject_pip"] == (3, 3, None)
    assert counts["factuur"] == (2, None, None)
    assert counts["natuurlijk_persoon"] == (6, None, None)


def test_without_counts_nothing_is_read(base):
    with open_system(base.system()) as local:
        assert all("rows" not in one for one in describe(local))
        assert all(box.rows is None for box in picture_of_system(local).boxes)


def test_the_picture_holds_every_key_that_matters(base):
    with open_system(base.system()) as local:
        picture = picture_of_system(local)
        keys = {(str(one.holder), str(one.held)) for one in local.shape.holdings}
    drawn = {(one.source, one.target): one.kind for one in picture.arrows}
    assert {pair for pair, kind in drawn.items() if kind == "holds"} >= keys
    assert drawn["natuurlijk_persoon", "vreemdeling"] == drawn["vreemdeling", "inburgeraar"] == "finds"
    assert drawn["factuur", "traject"] == drawn["natuurlijk_persoon", "inburgeringsplicht"] == "loose"
    assert drawn["inburgeraar", "gemeente"] == drawn["traject", "traject"] == "loose"
    assert drawn["traject", "traject_pip"] == drawn["pip", "traject_pip"] == "holds"
    assert picture.inside == 14


def test_a_policy_or_condition_changes_what_is_reached(base):
    with open_system(base.system(FOOTPRINT | {"where": {"inburgeraar.wet": "Wi2013"}})) as local:
        assert count_rows(local)["inburgeraar"].reached == 1


def test_a_database_that_went_away_is_an_error_with_its_name(base):
    with open_system(base.system()) as local:
        base.run("drop table factuur")
        with pytest.raises(CleaningError, match="system proef: counting rows"):
            count_rows(local)


def test_two_roots_are_counted_and_drawn_each(base):
    base.run("delete from taalles")
    base.add("taalles", (1, bsn(1), 3), (2, bsn(2), 4), (3, None, 5))
    roots = {
        "root": ["inburgeraar", "taalles"],
        "path": ["inburgeraar.id", "vreemdeling.id", "taalles.klant_bsn"],
    }
    with open_system(base.system(FOOTPRINT | roots)) as local:
        lines = {one["table"]: one for one in describe(local, count_rows(local))}
        drawn = {(one.source, one.target): one.kind for one in picture_of_system(local).arrows}
        assert path_of(local) == ["taalles.klant_bsn", "inburgeraar.id", "vreemdeling.id"]
    assert (lines["taalles"]["part"], lines["taalles"]["rows"], lines["taalles"]["reached"]) == ("root", 3, 2)
    assert (lines["inburgeraar"]["part"], lines["inburgeraar"]["reached"]) == ("root", 4)
    assert drawn["natuurlijk_persoon", "taalles"] == drawn["vreemdeling", "inburgeraar"] == "finds"
