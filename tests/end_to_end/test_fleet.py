"""The fleet on a real server: nights hang under it, are cancelled with it, and a second one does not take their places."""

import pytest

from tests.end_to_end.test_serve import a_town, block_register, until
from tests.support.serving import Serving


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """Two gemeenten in one configuration, on one local system."""
    town = a_town(tmp_path_factory.mktemp("fleet") / "town")
    path = town.directory / "hervat.yaml"
    head, _, one = path.read_text().partition("municipalities:\n")
    other = one.replace('code: "0000"', 'code: "0003"').replace("name: Voorbeeldstad", "name: Voorbeelddorp")
    other = other.replace('former_codes: ["0001"]', "former_codes: []").replace("incoming", "incoming-2")
    (town.directory / "incoming-2").mkdir()
    path.write_text(f"{head}municipalities:\n{one}{other}")
    with Serving(town.directory) as serving:
        serving.town = town
        yield serving


@pytest.fixture(scope="module")
def ends(serving):
    """How two fleets that were started at once ended."""
    runs = [serving.submit("fleet")[1]["id"] for _ in range(2)]
    return [serving.ended(one) for one in runs]


def nights_under(serving, fleet):
    return serving.ask("flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [fleet]}}})[1]


def test_each_night_hangs_under_the_fleet_and_a_waiting_one_is_done(serving, ends):
    state = next(one for one in ends if one["type"] == "COMPLETED")
    nights = nights_under(serving, state["run"])
    assert state["type"] == "COMPLETED" and (state["name"] == "Waits") == any(
        one["state_name"] == "Waits" for one in nights
    ), state["message"]
    assert sorted(one["parameters"]["municipality"] for one in nights) == ["0000", "0003"]
    assert {one["state_name"] for one in nights} <= {"Completed", "Waits"}
    assert any("2 of 2 municipalities are done" in text for _, text in serving.lines(state["run"]))


def test_of_several_municipalities_a_decision_must_choose_one(serving):
    form = serving.deployments()["incident-record"]["parameter_openapi_schema"]
    assert form["properties"]["municipality"]["enum"] == ["0000", "0003"] and "municipality" in form["required"]
    status, told = serving.submit(
        "incident-record", parameters={"number": 1, "by": "A. Jansen", "reason": "nagevraagd"}
    )
    assert status == 409 and "municipality" in told


def test_of_two_fleets_at_once_one_is_refused_so_that_a_place_is_left_for_nights(ends):
    refused = [one["message"] for one in ends if one["type"] == "FAILED"]
    assert refused in ([], ["another fleet is at work; wait until it has ended, or cancel it"])
    assert "COMPLETED" in {one["type"] for one in ends}


def test_a_cancelled_fleet_takes_its_nights_along(serving):
    blocked = block_register(serving.town)
    try:
        first = serving.submit("fleet")[1]["id"]
        assert until(lambda: len(nights_under(serving, first)) == 2, 150)
        assert until(lambda: any(one["state_type"] == "RUNNING" for one in nights_under(serving, first)), 120)
        assert serving.ask(f"flow_runs/{first}/set_state", {"state": {"type": "CANCELLING"}})[0] in (200, 201)
        assert serving.ended(first)["type"] == "CANCELLED"
        assert until(lambda: all(one["state_type"] == "CANCELLED" for one in nights_under(serving, first)), 150), [
            one["state_name"] for one in nights_under(serving, first)
        ]
    finally:
        blocked.close()


def test_a_night_that_fails_is_named_by_the_fleet(serving):
    incoming = serving.town.directory / "incoming-2"
    incoming.rename(incoming.with_name("weg"))
    try:
        state = serving.run("fleet")
    finally:
        incoming.with_name("weg").rename(incoming)
    assert state["name"] == "Failed" and state["message"] == "the night of 0003 is Failed"
    ends = {one["parameters"]["municipality"]: one["state_name"] for one in nights_under(serving, state["run"])}
    assert ends["0003"] == "Failed" and ends["0000"] in ("Waits", "Completed")
