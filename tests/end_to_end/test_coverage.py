"""Coverage from outside: what a night's plan finds beyond its footprint is told by place and count, and by nothing else."""

import json

from tests.support.leaks import leaks
from tests.support.town import Town, made_up_bsn, row

ONE, TWO, OTHER = (made_up_bsn(n) for n in (81, 82, 83))
V_NUMBER = "7111222333"
SEARCHED = "policy: erase\n        coverage: {tables: [los, verstrekking]}"
NOTES = [
    {"table": "los", "column": "tekst", "kind": "bsn", "persons": 2},
    {"table": "los", "column": "tekst", "kind": "v", "persons": 1},
]


def noted(path, **options):
    town = Town(path, **{"policy": SEARCHED, **options})
    for number, bsn in enumerate((ONE, TWO, OTHER), 1):
        town.register_person(number, bsn)
    dotted = f"{ONE[:3]}.{ONE[3:6]}.{ONE[6:]}"
    for number, text in enumerate((f"belde {dotted}", f"zie {TWO} en V {V_NUMBER}", f"broer van {OTHER}"), 1):
        town.sql("insert into los values (:n, :t)", n=number, t=text)
    known = row("SS101", "10-01-2022", ONE, v=V_NUMBER)
    seen = [row("SS101", "10-01-2022", bsn) for bsn in (TWO, OTHER)]
    town.offer("20220215", known, *seen)
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in (ONE, TWO)])
    return town


def report(town, day):
    return (town.directory / "var/output/report/0000" / f"{day}.html").read_text()


def test_found_counted_and_told_without_any_value(tmp_path):
    town = noted(tmp_path / "town", approval="required")
    told = town.night("2022-03-01", status=1)
    (line,) = [one for one in told["attention"] if "not covered" in one]
    assert line == (
        "system inburgering: 2 of these BSNs stand in los.tekst, not covered; "
        "1 of these V-nummers stand in los.tekst, not covered"
    )
    assert "2 columns outside a footprint with numbers of corrected persons" in told["attention"]
    (plan,) = town.json("plan", status=1)["plans"]
    assert plan["content"]["coverage"] == NOTES
    page = report(town, "2022-03-01")
    assert "BSN van 2 personen" in page and "V-nummer van 1 persoon" in page and "2 plekken in inburgering" in page
    shown = town.hervat("plan").stdout
    assert "table los, column tekst, kind bsn, persons 2" in shown
    marks = {ONE, TWO, OTHER, V_NUMBER, f"{ONE[:3]}.{ONE[3:6]}.{ONE[6:]}"}
    outputs = [
        json.dumps(told),
        json.dumps(plan),
        town.hervat("status").stdout,
        town.hervat("plan", "--sql").stdout,
        shown,
    ]
    hits = [hit for text in outputs for hit in leaks(text.encode(), "output", marks)]
    holds = ("local.db", "incoming", "var/output/worklist")
    for path in town.directory.rglob("*"):
        inside = str(path.relative_to(town.directory))
        if path.is_file() and not inside.startswith(holds):
            hits += leaks(path.read_bytes(), inside, marks)
    assert hits == []


def test_it_shuts_no_gate_and_the_report_keeps_the_last_search(tmp_path):
    town = noted(tmp_path / "town")
    town.sql("update inburgeraar set wet = 'Wi2013' where id = 3")
    told = town.night("2022-03-01", status=1)
    assert told["cleaning"][0]["cleaned"] == 2 and told["gate"]["open"] is True
    told = town.night("2022-03-02", status=0)  # told once; nothing new was planned
    page = report(town, "2022-03-02")
    assert "op 1 maart 2022 stonden op deze plekken" in page and "plekken in inburgering" not in page


def test_a_person_set_aside_asks_for_no_search_every_night(tmp_path, monkeypatch):
    from hervat.erasure.planning import plan as module

    searches = []
    real = module.uncovered
    monkeypatch.setattr(module, "uncovered", lambda *given: searches.append(1) or real(*given))
    town = noted(tmp_path / "town")
    town.sql("insert into persoon values (9, :bsn, 'Verzonnen 9')", bsn=ONE)
    town.night("2022-03-01", status=1)
    town.night("2022-03-02", status=1)
    assert searches == [1]


def test_a_plan_that_waits_is_searched_again_when_coverage_is_another(tmp_path):
    town = noted(tmp_path / "town", approval="required", policy="policy: erase")
    told = town.night("2022-03-01", status=1)
    (before,) = town.json("plan", status=1)["plans"]
    assert "coverage" not in before["content"]
    settings = town.directory / "hervat.yaml"
    settings.write_text(settings.read_text().replace("policy: erase", SEARCHED))
    told = town.night("2022-03-02", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    assert plan["content"]["coverage"] == NOTES and plan["hash"] == before["hash"]
    assert [one for one in told["attention"] if "2 of these BSNs stand in los.tekst, not covered" in one]
    assert "op 2 maart 2022 stonden op deze plekken" in report(town, "2022-03-02")
    told = town.night("2022-03-03", status=1)  # told once
    assert not [one for one in told["attention"] if "not covered" in one]
    settings.write_text(settings.read_text().replace("{tables: [los", "{except: [los.tekst], tables: [los"))
    town.night("2022-03-04", status=1)
    assert town.json("plan", status=1)["plans"][0]["content"]["coverage"] == []


def test_a_wrong_name_is_a_configuration_error(tmp_path):
    town = noted(tmp_path / "town", policy="policy: erase\n        coverage: {tables: [loss], except: [los.tekts]}")
    told = town.night("2022-03-01", status=3)
    said = " ".join(told["errors"])
    assert "systems.inburgering.coverage.tables: there is no table loss; did you mean los?" in said
    assert "systems.inburgering.coverage.except: the table los has no column tekts; did you mean tekst?" in said


def test_coverage_where_nothing_is_ever_planned_is_refused(tmp_path):
    policy = "policy: retain\n        ground: archief\n        until: 2027-01-01\n        coverage: {tables: [los]}"
    town = Town(tmp_path / "town", policy=policy)
    assert "coverage is searched when a plan is made" in town.json("doctor", status=2)["errors"][0]
