"""Every form of every deployment, filled in and submitted in headless Chromium: what a run gets is what was filled in.

The work pool is paused meanwhile, so that nothing runs: what the runs do is tried elsewhere.
"""

from datetime import date

import pytest

from hervat.today import today
from tests.end_to_end.test_serve import a_town
from tests.support.prefect_ui import prefect_ui
from tests.support.serving import Serving

NAME, WHY = "Anna Voorbeeld", "nagevraagd bij DUO"
SUPPLIER = "      - {name: leerlingvolg, supplier: {name: Leverancier, channel: {folder: out/leverancier}}}"
DAY = str(today())

# deployment: texts, choices, days that are today; what the run then has beside them by itself
FORMS = {
    "nightly": ({}, {"municipality": "0000"}, ()),
    "intake": ({}, {}, ()),
    "cleaning": ({}, {}, ()),
    "notices": ({}, {}, ()),
    "rerun": ({}, {"municipality": "all"}, ("as_of",)),
    "fleet": ({}, {}, ("as_of",)),
    "verify": ({}, {"municipality": "0000"}, ()),
    "doctor": ({}, {}, ()),
    "cbs-delivery": ({"correction_of": "CBS-0001", "reason": WHY}, {"quarter": "2022Q1"}, ()),
    "approve": ({"plan": "0123456789ab", "by": NAME}, {}, ()),
    "quarantine-decide": ({"download": "3", "by": NAME, "reason": WHY, "row": "7"}, {"decision": "reject"}, ()),
    "optin-record": ({"person": "41", "by": NAME, "reason": WHY}, {"law": "Wi2013"}, ("day",)),
    "cbs-accept": ({"by": NAME, "reason": WHY}, {"quarter": "2022Q1", "code": "orphans"}, ()),
    "cbs-confirm": ({"receipt": "ontvangst 12", "by": NAME}, {"quarter": "2022Q1"}, ()),
    "notice-confirm": ({"number": "0000-20220301-0001", "by": NAME}, {"status": "done"}, ("day",)),
    "notice-resend": ({"number": "0000-20220301-0001", "by": NAME}, {}, ()),
    "incident-open": (
        {"what": "lijst naar een verkeerd adres", "categories": "inburgeraars: naam", "by": NAME, "persons": "40"},
        {},
        (),
    ),
    "incident-record": (
        {"number": "2", "by": NAME, "reason": WHY, "ap_number": "Z-12"},
        {"step": "reported to the AP"},
        (),
    ),
    "strangers-decide": ({"person": "41", "by": NAME, "reason": WHY}, {"decision": "not ours"}, ()),
    "person-hold": ({"person": "41", "by": NAME, "reason": WHY}, {"ground": "18"}, ("until",)),
    "person-release": ({"person": "41", "by": NAME, "reason": WHY}, {}, ()),
    "person-forget": ({"person": "41", "by": NAME, "reason": WHY}, {}, ()),
    "retention-destroy": ({"by": NAME, "reason": WHY}, {"kind": "notice"}, ()),
    "refill-done": ({"person": "41", "by": NAME}, {"system": "leerlingvolg"}, ()),
}


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    town = a_town(tmp_path_factory.mktemp("forms") / "town", more_systems=SUPPLIER)
    with Serving(town.directory) as serving:
        assert serving.ask("work_pools/hervat", {"is_paused": True}, "PATCH")[0] == 204
        yield serving


@pytest.fixture(scope="module")
def ui(serving):
    with prefect_ui(serving.port, serving.login) as ui:
        yield ui


def test_every_deployment_has_its_form_here(serving):
    assert set(serving.deployments()) == {*FORMS, "fleet-list"}  # that one is the fleet's to fill in


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_in_and_submitted(serving, ui, name):
    texts, choices, days = FORMS[name]
    deployment = serving.deployments()[name]
    ui.fill(deployment["id"], choose=choices, today=days, **texts)
    ui.submit()
    asked = {"deployments": {"id": {"any_": [deployment["id"]]}}, "sort": "EXPECTED_START_TIME_DESC", "limit": 20}
    (run,) = [one for one in serving.ask("flow_runs/filter", asked)[1] if not one["auto_scheduled"]]
    wanted = {
        key: int(text) if key in ("download", "row", "person", "persons") or text == "2" else text
        for key, text in texts.items()
    }
    wanted |= choices | dict.fromkeys(days, DAY) | deployment["parameters"]
    assert {key: run["parameters"][key] for key in wanted} == wanted
    assert None not in run["parameters"].values()
    assert all(date.fromisoformat(run["parameters"][key]) for key in days)


def test_what_does_not_fit_is_not_taken(serving, ui):
    """A number of a person in a reason: the server refuses it, the form stays, and no run is made."""
    deployment = serving.deployments()["incident-record"]
    ui.fill(deployment["id"], choose={}, number="2", by=NAME, reason="hij is 123456782")
    assert ui.pressed() == 409
    assert "/run" in ui.page.url


def test_a_busy_server_is_asked_again_although_its_messages_cover_the_button(serving, ui):
    """What the hands of these tests must be able to: twice the answer was 503, and the pointer is on what says so."""
    busy = {"status": 503, "json": {"exception_message": "Service Unavailable"}}
    ui.page.route("**/create_flow_run", lambda route: route.fulfill(**busy), times=2)
    ui.fill(serving.deployments()["intake"]["id"], choose={})
    press = "[...document.querySelectorAll('button')].find(one => one.textContent === 'Submit').click()"
    for _ in range(2):
        with ui.page.expect_response("**/create_flow_run"):
            ui.page.evaluate(press)
    ui.page.mouse.move(1070, 840)
    ui.page.mouse.move(1078, 850)
    ui.submit()
