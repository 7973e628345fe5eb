"""What must be done today follows from the overview alone."""

from dataclasses import replace
from datetime import date

from hervat.report import todo
from hervat.status.model import CorrectionLine, Held, PlanLine
from tests.support.overviews import DAY, HASH, empty, full


def whats(overview):
    return [task.what for task in todo(overview)]


def test_an_empty_night_asks_nothing():
    assert todo(empty()) == []


def test_a_full_night_names_each_kind_of_task_once():
    told = " | ".join(whats(full()))
    for said in (
        "Los 1 fout", "systeem archief", "Bel over 2 berichten", "datalek is: 3 regels",
        "Beslis over 1 betwiste persoon", "25 regels", "herzien_en_nog_een_keer.csv (het bestand is afgebroken)",
        "Keur plan 3f2a9c41d07b goed: 12 personen",
        "Zoek 1 persoon uit in inburgering", "die terugkwam in inburgering", "bevestiging voor leerlingvolg: 1.250",
        "Haal 7 personen uit de lijsten van schaduwlijsten", "2 personen in een systeem zonder geldig signaal",
        "3 personen houden de levering tegen: geparkeerd", "Lever kwartaal 1 van 2022 aan",
        "Map1.xlsx, regel 7 (a_reason_without_words)", "2 plekken in inburgering waar nog een BSN of V-nummer staat",
        "Voer 2 personen opnieuw in bij inburgering",
        "Controleer 3 oude waarden in inburgering", "Bekijk 1 losse rij in inburgering",
        "Corrigeer de levering van kwartaal 3 van 2021: het CBS heeft 2 personen die daarna zijn gecorrigeerd",
        "Voer 1 persoon opnieuw in bij leerlingvolg", "leverancier van leerlingvolg: 2 verzoeken over de termijn",
    ):  # fmt: skip
        assert told.count(said) == 1, said
    assert len(todo(full())) == 23


def test_the_earliest_day_comes_first_and_no_day_last():
    days = [task.before or date.max for task in todo(full())]
    assert days == sorted(days)
    assert todo(full())[-1].before is None


def test_everything_has_someone_who_does_it_and_a_way():
    for task in todo(full()):
        assert task.who and task.how.count("`") % 2 == 0


def test_a_data_breach_must_be_reported_within_72_hours():
    task = next(task for task in todo(full()) if "datalek" in task.what)
    assert (task.who, task.before) == ("Privacy officer", date(2022, 4, 6))
    assert "hervat incidents close 5" in task.how


def test_an_incident_that_one_person_closed_asks_a_second_and_the_hours_go_on():
    night = full()
    waiting = replace(night, incidents=[{**night.incidents[0], "waits": True}])
    task = next(task for task in todo(waiting) if task.what.startswith("Laat een tweede persoon het incident sluiten"))
    assert task.how.startswith("Nog 41 uur") and "close 5 --no-risk --key SLEUTEL" in task.how


def test_a_plan_that_is_ready_waits_for_nobody():
    plan = PlanLine("s", HASH, "brake", "ready", DAY, 60, {}, {}, [])
    assert todo(empty(plans=[plan])) == []
    task = todo(empty(plans=[replace(plan, status="waiting")]))[0]
    assert f"hervat approve {HASH[:12]} --by NAAM" in task.how
    assert task.before == date(2022, 4, 28)


def test_a_row_that_can_hold_a_correction_is_bound_to_the_deadline():
    row = Held(9, "a.csv", 41, "bsn_wrong", False, DAY, 0)
    assert todo(empty(held=[row]))[0].before is None
    task = todo(empty(held=[replace(row, correction=True)]))[0]
    assert task.before == date(2022, 4, 28)
    assert "hervat quarantine reject 9 --row 41 --by NAAM" in task.how


def test_accepted_orphans_ask_nothing_more():
    accepted = [replace(one, accepted=True) for one in full().reasons]
    assert not any("zonder geldig signaal" in what for what in whats(full(reasons=accepted)))


def test_the_delivery_becomes_a_task_when_the_quarter_has_ended():
    assert todo(empty(day=date(2022, 3, 31))) == []
    task = todo(empty(day=date(2022, 4, 1)))[0]
    assert task.before == date(2022, 4, 28)
    assert "hervat cbs prepare --quarter 2022Q1" in task.how
    shut = todo(empty(day=date(2022, 4, 1), gate_open=False))[0]
    assert "dicht" in shut.how


def test_who_is_corrected_after_a_delivery_is_a_correction_to_make_until_it_is_written():
    line = CorrectionLine("2022Q1", HASH, 1, waits=False)
    (task,) = todo(empty(corrections=[line], quarter="2022Q2"))
    assert "persoon die daarna is gecorrigeerd" in task.what
    assert f"`hervat cbs prepare --quarter 2022Q1 --correction-of {HASH[:12]} --reason REDEN`" in task.how
    assert "hervat cbs accept --quarter 2022Q2 --code delivered_corrected" in task.how
    assert task.deployments == ("cbs-delivery", "cbs-accept")
    assert todo(empty(corrections=[replace(line, waits=True)])) == []


def test_a_written_delivery_must_be_uploaded_before_its_own_deadline():
    written = {"quarter": "2022Q1", "records": 3, "written_on": date(2022, 4, 4), "receipt": None}
    night = empty(day=date(2022, 4, 5), quarter="2022Q2", deadline=date(2022, 7, 28), delivered=[written])
    task = todo(night)[0]
    assert task.before == date(2022, 4, 28)
    assert "hervat cbs confirm --quarter 2022Q1" in task.how
    assert todo(replace(night, delivered=[{**written, "receipt": "x"}])) == []


def test_a_plan_that_is_approved_by_signature_asks_for_a_key():
    plan = PlanLine("s", HASH, "policy", "waiting", DAY, 60, {}, {}, [], signed=True)
    (task,) = todo(empty(plans=[plan]))
    assert f"hervat approve {HASH[:12]} --key SLEUTEL" in task.how and "--by" not in task.how


def test_quarantine_is_its_owners_task_until_its_term_and_says_what_may_be_accepted():
    by = date(2022, 4, 10)
    row = Held(9, "a.csv", 41, "birth_malformed", False, DAY, 0, owner="B. de Boer", decide_by=by)
    task = todo(empty(held=[row]))[0]
    assert (task.who, task.before) == ("B. de Boer", by)
    assert "hervat quarantine accept 9 --row 41 --by NAAM" in task.how
    for other in (replace(row, reason="bsn_wrong"), replace(row, correction=True), replace(row, row=None)):
        assert "quarantine accept" not in todo(empty(held=[other]))[0].how
