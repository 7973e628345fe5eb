"""Coverage: a plan finds what nobody configured, counts it, and shows no value; on SQLite and PostgreSQL."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, insert, table

from hervat.erasure import LocalSystem, Plan, check, execute, make_plan, open_system, unwise
from hervat.errors import ConfigurationError
from tests.support.dossiers import FOOTPRINT as GIVEN
from tests.support.dossiers import Base, bsn, fill, make_schema, sqlite_base

PERSONS = {"one": frozenset({bsn(1)}), "two": frozenset({bsn(2)})}
V_NUMBERS = {"one": frozenset({"7000000001"}), "two": frozenset({"42"})}
FOOTPRINT = {**GIVEN, "links": ["taalles.id -> inburgeraar.id"]}
EVERYWHERE = {"tables": ["*"], "except": ["vreemdeling.vnummer"]}

Places = list[tuple[str, str, str, int]]


def dotted(number: str, gap: str = ".") -> str:
    return gap.join((number[:3], number[3:6], number[6:]))


def planned(base: Base, footprint: dict[str, Any] | None = None, **options: Any) -> Plan:
    with open_system(base.system(footprint or FOOTPRINT, **{"coverage": EVERYWHERE, **options})) as local:
        return make_plan(local, PERSONS, v_numbers=V_NUMBERS)


def places(plan: Plan) -> Places:
    return [(one.table, one.column, one.kind, one.persons) for one in plan.coverage or ()]


def test_nothing_is_searched_that_was_not_asked_for(base: Base) -> None:
    base.run("create table notitie (id integer primary key, tekst text)")
    base.add("notitie", (1, f"belde met {bsn(1)}"))
    assert planned(base, coverage=None).coverage is None
    assert places(planned(base, coverage={"tables": ["taalles", "gemeente"]})) == []


def test_free_text_in_any_spelling_is_found_and_others_are_not_counted(base: Base) -> None:
    base.run("create table notitie (id integer primary key, tekst text, kop varchar(60), klein varchar(3))")
    base.add(
        "notitie",
        (1, f"zie {dotted(bsn(1))}, ook {bsn(1)}", "", "123"),
        (2, f"BSN: {dotted(bsn(2), ' ')}", f"dossier {bsn(1)}.0"),
        (3, f"van een ander: {bsn(3)} en {bsn(4)}", bsn(5)),
        (4, f"een langer nummer 1{bsn(1)} of {bsn(1)}1", None),
    )
    assert places(planned(base)) == [("notitie", "kop", "bsn", 1), ("notitie", "tekst", "bsn", 2)]
    told = [str(one) for one in planned(base).coverage or ()]
    assert told[1] == "2 of these BSNs stand in notitie.tekst, not covered"


def test_numbers_are_compared_as_numbers(base: Base) -> None:
    base.run(
        "create table klant (id integer primary key, nummer bigint, bedrag numeric(12, 2), maat double precision);\n"
        "create table los (klantnr varchar(20))"
    )
    base.add(
        "klant",
        (1, int(bsn(1)), int(bsn(2)), None),
        (2, int(bsn(3)), 1234567.89, float(bsn(2))),
        (3, 42, 42, 7000000001),
    )
    base.add("los", (bsn(2) + ".0",), (None,))
    assert places(planned(base)) == [
        ("klant", "bedrag", "bsn", 1),
        ("klant", "maat", "bsn", 1),
        ("klant", "maat", "v", 1),
        ("klant", "nummer", "bsn", 1),
        ("los", "klantnr", "bsn", 1),
    ]


def test_lost_zeros(base: Base) -> None:
    short, shorter = "001234567", "000000120"
    persons = {"one": frozenset({short}), "two": frozenset({shorter})}
    base.run("create table klant (id integer primary key, naam varchar(40), klant_bsn varchar(20), sofi_nr integer)")
    base.add("klant", (1, "1234567", "120", 120), (2, "nummer 1234567", "130", 1234567), (3, "120", None, None))
    with open_system(base.system(FOOTPRINT, coverage=EVERYWHERE)) as local:
        plan = make_plan(local, persons)
    assert places(plan) == [
        ("klant", "klant_bsn", "bsn", 1),
        ("klant", "naam", "bsn", 1),
        ("klant", "sofi_nr", "bsn", 2),
    ]


def test_v_numbers_short_ones_only_where_the_name_says_so(base: Base) -> None:
    base.run("create table dossier (id integer primary key, tekst text, v_nummer varchar(20), nr integer, vnr integer)")
    base.add(
        "dossier",
        (1, "V-nummer 700.000.0001 en 42", "42", 42, 42),
        (2, "42", "7000 000 001", None, None),
        (3, "kamer 42", "0042", 42, None),
    )
    assert places(planned(base)) == [
        ("dossier", "tekst", "v", 1),
        ("dossier", "v_nummer", "v", 2),
        ("dossier", "vnr", "v", 1),
    ]


def test_rows_that_are_erased_are_covered_and_shared_ones_are_not(base: Base) -> None:
    base.run("alter table inburgeringsaanbod add column notitie text")
    base.run(f"update brede_intake set verslag = 'met {bsn(1)}' where id in (1, 2)")  # erased
    assert places(planned(base)) == []
    base.run(f"update inburgeringsaanbod set notitie = 'van {bsn(1)}' where id = 201")  # erased with person 1
    assert places(planned(base)) == []
    base.run(f"update inburgeringsaanbod set notitie = 'van {bsn(2)}' where id = 202")  # shared with person 4
    base.run(f"update brede_intake set verslag = 'broer {bsn(1)}' where id = 3")  # of another
    assert places(planned(base)) == [("brede_intake", "verslag", "bsn", 1), ("inburgeringsaanbod", "notitie", "bsn", 1)]


def test_a_link_row_with_a_null_key_is_searched(base: Base) -> None:
    base.run("create table soort (naam varchar(20) primary key)")
    base.add("soort", (bsn(1),), (bsn(3),))
    base.run(
        "create table plicht_soort (plicht_id integer references inburgeringsplicht (id), "
        "naam varchar(20) references soort (naam))"
    )
    base.add("plicht_soort", (101, bsn(3)), (None, bsn(1)))
    assert places(planned(base)) == [("plicht_soort", "naam", "bsn", 1), ("soort", "naam", "bsn", 1)]


def test_a_finding_goes_when_the_column_comes_into_the_footprint(base: Base) -> None:
    apart = {**FOOTPRINT, "links": []}
    assert places(planned(base, apart)) == [("taalles", "klant_bsn", "bsn", 2)]
    assert places(planned(base)) == []


def test_a_finding_stays_after_the_execution_as_it_was_counted(base: Base) -> None:
    base.run("create table notitie (id integer primary key, tekst text)")
    base.add("notitie", (1, f"belde met {bsn(1)}"))
    with open_system(base.system(FOOTPRINT, coverage=EVERYWHERE)) as local:
        plan = make_plan(local, PERSONS, v_numbers=V_NUMBERS)
        execute(local, PERSONS, plan.hash)
        assert (
            places(make_plan(local, PERSONS, v_numbers=V_NUMBERS)) == places(plan) == [("notitie", "tekst", "bsn", 1)]
        )


def test_a_key_that_is_set_to_null_is_covered(base: Base) -> None:
    base.run("create table rol (bsn varchar(9) primary key, inburgeraar_id integer references inburgeraar (id))")
    base.run("create table melding (id integer primary key, rol_bsn varchar(9) references rol (bsn))")
    base.add("rol", (bsn(1), 1), (bsn(3), 3))
    base.add("melding", (1, bsn(1)), (2, bsn(3)))
    kept = {**FOOTPRINT, "keep": ["factuur", "melding"]}
    assert places(planned(base, kept)) == []
    base.run("alter table melding add column tekst varchar(20)")
    base.run(f"update melding set tekst = '{bsn(1)}'")
    assert places(planned(base, kept)) == [("melding", "tekst", "bsn", 1)]


def test_policy_restrict_covers_what_it_restricts(base: Base) -> None:
    base.run("create table notitie (id integer primary key, tekst text)")
    base.add("notitie", (1, bsn(1)))
    restrict = {"policy": "restrict", "restrict": {"inburgeraar.status": "beperkt"}}
    assert places(planned(base, **restrict)) == [("notitie", "tekst", "bsn", 1)]


def test_views_only_by_name_and_tables_without_key(base: Base) -> None:
    base.run("create table los (tekst varchar(40))")
    base.add("los", (bsn(1),))
    base.run("create view kijk as select tekst as gezien from los")
    assert places(planned(base)) == [("los", "tekst", "bsn", 1)]
    assert places(planned(base, coverage={"tables": ["kijk"]})) == [("kijk", "gezien", "bsn", 1)]


def on_postgresql(url: str) -> Base:
    base = Base(url)
    make_schema(base)
    fill(base)
    return base


def test_a_materialised_view_by_name(postgres_url: str) -> None:
    base = on_postgresql(postgres_url)
    base.run(f"create materialized view beeld as select '{bsn(1)}'::text as gezien")
    assert places(planned(base, coverage={"tables": ["beeld"]})) == [("beeld", "gezien", "bsn", 1)]


def test_a_table_of_another_schema_by_its_full_name(postgres_url: str) -> None:
    base = on_postgresql(postgres_url)
    base.run("create schema audit;\ncreate table audit.regel (tekst text, kopie text)")
    base.run(f"insert into audit.regel values ('{bsn(1)}', '{bsn(2)}')")
    assert places(planned(base)) == []
    named = {"tables": ["audit.regel"], "except": ["audit.regel.kopie"]}
    assert places(planned(base, coverage=named)) == [("audit.regel", "tekst", "bsn", 1)]
    with open_system(base.system(FOOTPRINT, coverage=named)) as local:
        assert check(local) == []
    with pytest.raises(ConfigurationError):
        open_system(base.system(FOOTPRINT, coverage={"tables": ["elders.regel"]}))


def test_json_and_xml_as_text_binary_is_said_to_be_unsearched(base: Base) -> None:
    binary, xml = ("blob", "text") if base.is_sqlite or base.is_mariadb else ("bytea", "xml")
    base.run(f"create table stuk (id integer primary key, blad json, boek {xml}, scan {binary}, dag date, aan boolean)")
    with base.engine.begin() as connection:
        put = insert(table("stuk", *map(column, ("id", "blad", "boek"))))
        if base.is_sqlite:
            connection.execute(put.values(id=1, blad=f'{{"x": "{bsn(1)}"}}', boek=f"<a>{bsn(2)}</a>"))
        else:
            connection.exec_driver_sql(
                f"insert into stuk (id, blad, boek) values (1, '{{\"x\": \"{bsn(1)}\"}}', '<a>{bsn(2)}</a>')"
            )
    plan = planned(base)
    assert places(plan) == [("stuk", "blad", "bsn", 1), ("stuk", "boek", "bsn", 1)]
    assert "coverage: stuk.scan is binary: it was not searched" in plan.notes
    without = {"tables": ["stuk"], "except": ["stuk.scan", "stuk.boek"]}
    assert not [note for note in planned(base, coverage=without).notes if "binary" in note]
    assert places(planned(base, coverage=without)) == [("stuk", "blad", "bsn", 1)]


def test_sqlite_holds_anything_in_any_column(tmp_path: Path) -> None:
    empty = sqlite_base(tmp_path)
    make_schema(empty)
    fill(empty)
    empty.run("create table zak (id integer primary key, aantal integer, iets, naam varchar(2))")
    empty.add("zak", (1, dotted(bsn(1)), int(bsn(2)), bsn(1)))
    with empty.engine.begin() as connection:  # text in another encoding stops nothing
        connection.exec_driver_sql(f"insert into zak values (2, 3, cast(x'e9{bsn(2).encode().hex()}' as text), null)")
    assert places(planned(empty)) == [("zak", "aantal", "bsn", 1), ("zak", "iets", "bsn", 1), ("zak", "naam", "bsn", 1)]


def test_the_person_s_own_bsn_is_by_design_and_other_columns_of_his_row_are_not(base: Base) -> None:
    base.run("alter table natuurlijk_persoon add column sofi varchar(9)")
    base.run("update natuurlijk_persoon set sofi = burgerservicenummer")
    assert places(planned(base)) == [("natuurlijk_persoon", "sofi", "bsn", 2)]
    everything = {"tables": ["*"], "except": ["natuurlijk_persoon.sofi"]}
    assert places(planned(base, coverage=everything)) == [("vreemdeling", "vnummer", "v", 1)]


def test_the_hash_does_not_depend_on_it(base: Base) -> None:
    assert planned(base).hash == planned(base, coverage=None).hash


def test_wrong_names_are_refused_with_the_mend(base: Base) -> None:
    wrong = {"tables": ["taalle", "taal*", "nota*"], "except": ["taalles.klantbsn", "x"]}
    with pytest.raises(ConfigurationError) as refused:
        open_system(base.system(FOOTPRINT, coverage=wrong))
    assert [(one.key, one.wrong, one.mend) for one in refused.value.problems] == [
        ("systems.proef.coverage.except", "the table taalles has no column klantbsn", "did you mean klant_bsn?"),
        ("systems.proef.coverage.except", "x names no column", "write table.column"),
        ("systems.proef.coverage.tables", "there is no table taalle", "did you mean taalles?"),
        ("systems.proef.coverage.tables", "no table is named like nota*", 'name a table, or write "*" for all'),
    ]


def test_doctor_names_columns_that_by_name_hold_numbers(base: Base) -> None:
    base.run(
        "create table klanten (id integer primary key, bsn varchar(9), bsn_datum date, klant_vnummer bigint);\n"
        'create table log (id integer primary key, "klantBsn" varchar(9));\n'
        "create table bewaard (id integer primary key, sofinummer varchar(9))"
    )
    footprint = {**FOOTPRINT, "keep": ["factuur", "bewaard"]}

    def told(**options: Any) -> list[str]:
        with open_system(base.system(footprint, **options)) as local:
            return [text.split(";")[0] for text in unwise(local) if "by its name" in text]

    holds = "by its name holds {} and is not covered by the footprint"
    named = [f"klanten.bsn {holds.format('BSNs')}", f"klanten.klant_vnummer {holds.format('V-nummers')}"]
    assert told() == [*named, f"log.klantBsn {holds.format('BSNs')}"]
    assert told(coverage={"tables": ["l*g"]}) == named
    assert told(coverage={"tables": ["*"]}) == []
    footprint["links"] = [*FOOTPRINT["links"], "klanten.bsn -> natuurlijk_persoon.burgerservicenummer"]
    assert f"klanten.bsn {holds.format('BSNs')}" not in told()


def streamed(local: LocalSystem) -> tuple[Plan, int]:
    tracemalloc.start()
    try:
        return make_plan(local, PERSONS), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_flat(base: Base) -> None:
    rows, width = 100_000, 100
    base.run("create table log (id integer primary key, regel text)")
    filled = "('telefoon 06' || (40000000 + n) || ' belde over de afspraak van morgen en later')"
    counted = f"(select seq as n from seq_1_to_{rows})" if base.is_mariadb else f"generate_series(1, {rows})"
    series = (
        f"with recursive s (n) as (select 1 union all select n + 1 from s where n < {rows}) select n, {filled} from s"
        if base.is_sqlite
        else f"select n, {filled} from {counted} as s{'' if base.is_mariadb else ' (n)'}"
    )
    base.run(f"insert into log (id, regel) {series}")
    base.run(f"update log set regel = 'over {bsn(1)}' where id = {rows}")
    with open_system(base.system(FOOTPRINT, coverage={"tables": ["gemeente"]})) as local:
        _, least = streamed(local)
    with open_system(base.system(FOOTPRINT, coverage={"tables": ["log"]})) as local:
        plan, peak = streamed(local)
    assert places(plan) == [("log", "regel", "bsn", 1)]
    assert peak < least + rows * width / 10  # every row may hold a number, so all of them come by: never at once
