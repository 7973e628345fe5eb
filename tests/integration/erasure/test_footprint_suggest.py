"""`hervat footprint suggest`: what it proposes for schemas that nobody here has seen, and what it leaves to a person."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, String, Table, create_engine

from hervat.demo import vendor
from hervat.erasure import make_plan, open_system
from hervat.erasure.footprint.read import read_shape
from hervat.erasure.schema.reflect import read_schema
from hervat.erasure.suggest import as_yaml, suggest, suggest_for
from hervat.errors import ConfigurationError
from hervat.settings import Footprint, System
from tests.support.dossiers import FOOTPRINT, bsn
from tests.support.schemas import MIXED, MODEL, NO_KEYS, made, schema_of


def system(footprint, url="sqlite://"):
    return System.model_validate({"name": "proef", "database": url, "footprint": footprint})


def refusals(footprint, schema):
    try:
        read_shape("proef", Footprint.model_validate(footprint), schema)
    except ConfigurationError as error:
        return error.problems
    return []


def held_against(draft, schema):
    """The YAML says what the draft says, and read_shape accepts it or refuses exactly what is undecided."""
    footprint = yaml.safe_load(as_yaml(draft))["footprint"] or {}
    assert footprint == draft.footprint
    refused = {one.text for one in draft.undecided if one.refused}
    if {"person", "root"} <= set(footprint):
        assert {f"{one.wrong}; {one.mend}" for one in refusals(footprint, schema)} == refused
    else:
        assert {f"footprint.{key}" for key in {"person", "root"} - set(footprint)} <= {
            one.key for one in draft.undecided if one.refused
        }
    return footprint


def suggested(tmp_path, script, *rows):
    url = made(tmp_path, script, *rows)
    draft = suggest_for("proef", url)
    return held_against(draft, schema_of(url)), draft


def told(draft):
    return [str(one) for one in draft.undecided]


def test_the_demo_s_systems(tmp_path):
    urls = [f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"]
    vendor.build(*urls)
    drafts = [suggest_for("proef", url) for url in urls]
    assert drafts[0].footprint == {
        "person": {"table": "natuurlijk_persoon", "bsn": "burgerservicenummer"},
        "root": "inburgeraar",
        "path": ["inburgeraar.persoon_id"],
        "where": {"inburgeraar.wet": "Wi2021"},
        "owns": ["inburgeraar.groepsintake_id", "inburgeraar.plicht_id"],
        "keep": ["factuur"],
    }
    assert drafts[1].footprint == {
        "person": {"table": "klant", "bsn": "bsn"},
        "root": "cursist",
        "path": ["cursist.klantnr"],
        "where": {"cursist.regeling": "WI21"},
    }
    assert len(drafts[0].undecided) == 1 and "verstrekking.bsn leads to the person" in told(drafts[0])[0]
    assert drafts[1].undecided == []
    for url, draft in zip(urls, drafts, strict=True):
        with open_system(system(draft.footprint, url)) as local:
            assert make_plan(local, {}).roots_total > 50


def test_dossiers_on_both_databases(base):
    draft = suggest_for("proef", base.url)
    footprint = draft.footprint
    for key in ("person", "root", "path", "where", "keep"):
        assert footprint[key] == FOOTPRINT[key]
    assert set(footprint["owns"]) == set(FOOTPRINT["owns"])
    assert footprint["belongs"] == FOOTPRINT["belongs"]
    persons = {"a": frozenset([bsn(1)]), "b": frozenset([bsn(2)])}
    with open_system(base.system(footprint)) as proposed, open_system(base.system()) as written:
        assert make_plan(proposed, persons).rows == make_plan(written, persons).rows


def test_a_schema_without_foreign_keys(tmp_path):
    footprint, draft = suggested(
        tmp_path, NO_KEYS,
        *(f"insert into tbl_klant values ({n}, '{bsn(n)}', 'naam')" for n in range(1, 9)),
        *(f"insert into tbl_plicht values ({n}, '2022-01-03')" for n in range(1, 9)),
        *(f"insert into tbl_inburgeraar values ({n}, {n}, 'WI2021', {n})" for n in range(1, 9)),
        *(f"insert into tbl_les values ({n}, {n}, 1, 2)" for n in range(1, 9)),
    )  # fmt: skip
    assert footprint["person"] == {"table": "tbl_klant", "bsn": "bsn"}
    assert (footprint["root"], footprint["path"]) == ("tbl_inburgeraar", ["tbl_inburgeraar.klantnr"])
    assert footprint["where"] == {"tbl_inburgeraar.regeling": "WI2021"}
    assert footprint["owns"] == ["tbl_inburgeraar.laatste_plicht_id"]
    assert set(footprint["links"]) == {
        "tbl_inburgeraar.klantnr -> tbl_klant.klantnr",
        "tbl_inburgeraar.laatste_plicht_id -> tbl_plicht.id",
        "tbl_les.inburgeraar_id -> tbl_inburgeraar.id",
    }
    assert [one for one in told(draft) if "tbl_uitkering.klant_bsn" in one]
    with open_system(system(footprint, f"sqlite:///{tmp_path}/ander.db")) as local:
        plan = make_plan(local, {"a": frozenset([bsn(1)])})
        assert plan.rows == {"tbl_inburgeraar": 1, "tbl_plicht": 1, "tbl_les": 1}


def test_mixed_case_reserved_words_and_a_partner(tmp_path):
    footprint, draft = suggested(tmp_path, MIXED, "insert into \"Inburgering\" values (1, 1, null, 'Wi2021', 1)")
    assert footprint["person"] == {"table": "Persoon", "bsn": "BSN_Nr"}
    assert (footprint["root"], footprint["path"]) == ("Inburgering", ["Inburgering.PersoonId"])
    assert footprint["keep"] == ["Log: alles, #1"]
    assert draft.undecided == []
    assert "? not [Inburgering.PartnerId]" in as_yaml(draft)


def test_the_form_of_the_gemeentelijk_gegevensmodel(tmp_path):
    footprint, draft = suggested(tmp_path, MODEL)
    assert footprint["path"] == ["inburgeraar.id", "vreemdeling.id"]
    assert footprint["conditions"] == ["inburgeraar.plicht_id > inburgeringsplicht.datumstart >= 2022-01-01"]
    assert set(footprint["owns"]) == {
        "inburgeraar.plicht_id", "inburgeraar.aanbod_id", "inburgeraar.verlenging_id",
    }  # fmt: skip
    assert footprint["belongs"]["brede_intake"] == ["traject_id", "leerroute_id"]
    assert footprint["belongs"]["examenonderdeel"] == ["examen_id", "ontheffing_id"]
    assert not any(one.refused for one in draft.undecided)
    with open_system(system(footprint, f"sqlite:///{tmp_path}/ander.db")) as local:
        assert {"b1route", "leerroute", "examenonderdeel", "aanvraagverlenging"} <= set(local.shape.tables)


def test_an_owned_table_whose_keys_all_lead_further_owns_them(tmp_path):
    footprint, _ = suggested(
        tmp_path,
        BASE.format(", plicht_id integer references plicht (id), aanvraag_id integer references aanvraag (id)")
        + ";\ncreate table termijn (id integer primary key, einde date);\n"
        "create table aanvraag (id integer primary key, termijn_id integer references termijn (id), x text);\n"
        "create table traject (id integer primary key, plicht_id integer references plicht (id), x text);\n"
        "create table ontheffing (id integer primary key, traject_id integer references traject (id), x text);\n"
        "create table plicht (id integer primary key, termijn_id integer references termijn (id),"
        " ontheffing_id integer references ontheffing (id), x text)",
    )
    assert {"plicht.termijn_id", "plicht.ontheffing_id"} <= set(footprint["owns"])
    assert "plicht" not in footprint.get("belongs", {})


BASE = (
    "create table persoon (id integer primary key, bsn varchar(9));\n"
    "create table inburgeraar (id integer primary key, persoon_id integer references persoon (id), wet varchar(9){})"
)


def test_no_spelling_of_the_law_is_known(tmp_path):
    footprint, draft = suggested(tmp_path, BASE.format(""), "insert into inburgeraar values (1, 1, 'W.I. 21')")
    assert footprint["where"] == {"inburgeraar.wet": "Wi2021"}  # it finds nobody; none would take in every law's rows
    assert [one for one in told(draft) if one.startswith("footprint.where") and "write its value" in one]


def test_two_ways_to_the_person_that_no_name_tells_apart_are_undecided(tmp_path):
    script = BASE.format(", tweede_id integer references persoon (id), derde_id integer references persoon (id)")
    footprint, draft = suggested(tmp_path, script.replace("persoon_id", "eerste_id"))
    assert "path" not in footprint
    assert [one.key for one in draft.undecided if one.refused] == ["footprint.path"]


def test_two_tables_that_could_be_the_root_are_undecided(tmp_path):
    other = (
        ";\ncreate table oud_inburgeraar (id integer primary key, persoon_id integer references persoon (id), wet text)"
    )
    footprint, draft = suggested(tmp_path, BASE.format("") + other)
    assert "root" not in footprint
    assert "each of inburgeraar, oud_inburgeraar could say" in told(draft)[0]


def test_no_bsn_and_nothing_that_leads_to_it(tmp_path):
    footprint, draft = suggested(tmp_path, "create table a (id integer primary key, naam text)")
    assert footprint == {} and {one.key for one in draft.undecided} == {"footprint.person", "footprint.root"}


def test_a_table_without_primary_key_is_undecided_and_named(tmp_path):
    script = BASE.format("") + ";\ncreate table kaal (inburgeraar_id integer references inburgeraar (id), tekst text)"
    _, draft = suggested(tmp_path, script)
    assert [
        one for one in draft.undecided if one.refused and "the table kaal is inside and has no primary key" in one.text
    ]


def test_a_table_on_the_path_that_points_in_is_kept(tmp_path):
    footprint, _ = suggested(
        tmp_path,
        "create table persoon (id integer primary key, bsn varchar(9));\n"
        "create table plicht (id integer primary key, start date);\n"
        "create table vreemdeling (id integer primary key references persoon (id), plicht_id integer references plicht (id));\n"
        "create table inburgeraar (id integer primary key references vreemdeling (id), plicht_id integer references plicht (id))",
    )  # fmt: skip
    assert footprint["keep"] == ["vreemdeling"]


@pytest.mark.parametrize(("shared", "owns"), [(False, True), (True, False)])
def test_counts_tell_whether_a_table_without_a_telling_name_is_somebody_s_own(tmp_path, shared, owns):
    script = BASE.format(", kaart_id integer references kaart (id), soort_id integer references soort (id)")
    script += (
        ";\ncreate table kaart (id integer primary key, x text);\ncreate table soort (id integer primary key, x text)"
    )
    rows = [f"insert into kaart values ({n}, 'x')" for n in range(30)] + ["insert into soort values (1, 'x')"]
    rows += [f"insert into inburgeraar values ({n}, {n}, 'Wi2021', {n // 2 if shared else n}, 1)" for n in range(30)]
    footprint, draft = suggested(tmp_path, script, *rows)
    assert footprint.get("owns", []) == (["inburgeraar.kaart_id"] if owns else [])
    assert ("# - inburgeraar.kaart_id" in as_yaml(draft)) is shared
    assert "plain references, not entered: " in as_yaml(draft)


def test_links_that_find_nothing_are_no_links(tmp_path):
    script = BASE.format("") + ";\ncreate table brief (id integer primary key, inburgeraar_id integer, tekst text)"
    rows = ["insert into inburgeraar values (1, 1, 'Wi2021')", "insert into brief values (1, 1, 'a')"]
    assert suggested(tmp_path, script, *rows)[0]["links"] == ["brief.inburgeraar_id -> inburgeraar.id"]
    schema = schema_of(f"sqlite:///{tmp_path}/ander.db")
    made(tmp_path, "update brief set inburgeraar_id = 99")
    assert "links" not in suggest_for("proef", f"sqlite:///{tmp_path}/ander.db").footprint
    assert "links" in suggest("proef", schema).footprint  # without counts the name decides


def test_no_value_of_a_row_is_shown(tmp_path):
    secret = "Ünieke Naam"
    _, draft = suggested(
        tmp_path, MODEL,
        f"insert into natuurlijkpersoon values (7654321, '{bsn(3)}', '{secret}')",
        "insert into inburgeringsplicht values (8765432, '2022-02-03', null)",
        "insert into inburgeraar values (7654321, 8765432, null, null)",
    )  # fmt: skip
    text = as_yaml(draft) + str(draft.as_json())
    assert [one for one in (bsn(3), secret, "7654321", "8765432", "2022-02-03") if one in text] == []


NAMES = [
    "persoon",
    "Klant",
    "inburgeraar",
    "INBURGERINGSPLICHT",
    "traject",
    "pip",
    "order",
    "log",
    "soort_plicht",
    "les",
    "a b",
]
COLUMNS = ["bsn", "wet", "naam", "datum_start", "traject_id", "PersoonId", "klant_bsn", "group", "x: y", "yes"]


@st.composite
def schemas(draw):
    """A schema of any form: keys to anywhere (also itself), composite keys, tables without a primary key."""
    meta, made_ = MetaData(), []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        keyed = draw(st.sampled_from(["one", "one", "one", "two", "none"]))
        columns = [Column("id", Integer, primary_key=keyed != "none", autoincrement=False)]
        columns += [Column("id2", Integer, primary_key=True, autoincrement=False)] if keyed == "two" else []
        kinds = {"datum_start": Date, "traject_id": Integer, "PersoonId": Integer}
        chosen = draw(st.lists(st.sampled_from(COLUMNS), unique=True, max_size=5))
        columns += [Column(one, kinds.get(one, String(12))) for one in chosen]
        targets = [one for one in made_ if len(one.primary_key.columns) == 1] if made_ else []
        for at, target in enumerate(draw(st.lists(st.sampled_from(targets), max_size=3)) if targets else []):
            role = draw(st.sampled_from(["", "partner_"]))
            columns.append(
                Column(f"{role}{target.name}_{at}", Integer, ForeignKey(target.c.id), nullable=draw(st.booleans()))
            )
        made_.append(Table(name, meta, *columns))
    return meta


@settings(max_examples=50, deadline=None)
@given(schemas())
def test_whatever_the_schema_the_yaml_is_accepted_or_says_what_is_refused(meta):
    engine = create_engine("sqlite://")
    meta.create_all(engine)
    with engine.connect() as connection:
        schema = read_schema(connection)
    held_against(suggest("proef", schema), schema)
    engine.dispose()
