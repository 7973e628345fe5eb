"""What an alert says: counts and configured names, in Dutch, and nothing of any text that a run left behind."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hervat.alerts import STOPPED, Finished, finished, of_stopped, of_test
from hervat.alerts.facts import STEPS
from hervat.alerts.wording import of_not_begun, of_run
from hervat.register import nights
from hervat.settings import Municipality
from hervat.tasks.night import NIGHT
from tests.support.town import made_up_bsn

DAY = date(2022, 3, 25)
BSN, NAME = made_up_bsn(77), "Fatima Verzonnen-el Voorbeeld"
TOWN = Municipality.model_validate(
    {
        "code": "0000",
        "name": "Voorbeeldstad",
        "sources": [{"name": "pib", "folder": {"directory": "in"}}],
        "systems": [
            {"name": "inburgering", "database": "sqlite:///x.db",
             "footprint": {"person": {"table": "p", "bsn": "bsn"}, "root": "i"}},
            {"name": "les", "supplier": {"name": "L", "channel": {"folder": "out"}}},
        ],
        "parties": [{"name": "school", "channel": {"folder": "out"}}],
    }
)  # fmt: skip


def whole(message):
    return f"{message.subject}\n{message.text}\n{json.dumps(message.values)}"


def test_the_steps_are_those_of_the_night():
    names = {step.name for step in NIGHT}
    assert set(STEPS) == names and set(nights.STEPS) == names


def test_counts_and_the_names_that_are_certain():
    errors = [
        "system inburgering: 2 rows could not be erased",
        "0000: source pib: no connection",
        "system inburgering: and again",
        "supplier of les: not reached",
        "step clean: OperationalError",
        "system elders: not one of ours",
        "nothing at all about system inburgering",
    ]
    run = finished(TOWN, DAY, 3, errors, ["party school: call them", "3 rows in quarantine"])
    assert run.failed_parts == ("systeem inburgering", "bron pib", "leverancier van les", "stap opschonen")
    message = of_run([run])
    assert message.subject == "hervat: bij gemeente Voorbeeldstad (0000) ging de nacht niet goed"
    assert message.text.startswith(
        "Gemeente Voorbeeldstad (0000), nacht van 25 maart 2022:\n"
        "- Er ging iets niet goed: 7 meldingen (systeem inburgering, bron pib, leverancier van les, stap opschonen)."
        " De rest is wel gedaan.\n"
        "- Er wacht werk op een mens: 2 meldingen (partij school).\n"
    )
    assert "report/0000/laatste.html" in message.text and "hervat status" in message.text
    assert message.kind == "failed" and message.values["municipalities"][0]["failed"] == 7


def test_several_gemeenten_are_one_message_and_a_fleet_is_cut_short():
    runs = [Finished(f"{number:04}", f"Stad {number}", DAY, 1, waiting=1) for number in range(40)]
    message = of_run([Finished("9999", "Elders", DAY, 3, failed=1, begun=False), *runs])
    assert message.subject == "hervat: bij gemeente Elders (9999) ging de nacht niet goed"
    assert "De nacht is niet begonnen of halverwege gestopt." in message.text and "hervat doctor" in message.text
    assert message.text.count("Er wacht werk") == 24 and "En nog 16 gemeenten." in message.text
    assert len(message.values["municipalities"]) == 41
    assert of_run(runs).subject == "hervat: bij 40 gemeenten wacht werk op een mens" and of_run(runs).kind == "waits"


def test_an_exit_status_that_is_none_of_a_night_is_a_failure():
    kinds = [Finished("0000", "Voorbeeldstad", DAY, status).kind for status in (0, 1, 2, 3, 137)]
    assert kinds == [None, "waits", "failed", "failed", "failed"]


def test_a_shadow_night_says_so():
    message = of_run([Finished("0000", "Voorbeeldstad", DAY, 1, waiting=1, shadow=True)])
    assert message.subject.endswith("(schaduwnacht)")
    assert message.text.startswith("Dit was een schaduwnacht: er is niets gewist en niets verstuurd.")
    assert message.values["shadow"] is True


PERSONAL = st.sampled_from([BSN, f"{BSN[:4]} {BSN[4:6]}.{BSN[6:]}", NAME, f"system inburgering: {NAME} ({BSN})"])
TEXTS = st.lists(
    st.tuples(st.sampled_from(["", "system ", "party school: ", "step clean: ", "0000: source "]), PERSONAL).map(
        "".join
    )
)


@given(TEXTS, TEXTS, st.booleans(), st.booleans())
def test_nothing_of_a_text_comes_through(errors, attention, shadow, begun):
    said = whole(of_run([finished(TOWN, DAY, 3, errors, attention, shadow=shadow, begun=begun)]))
    assert BSN not in "".join(sign for sign in said if sign.isalnum())
    assert not [word for word in ("Fatima", "Verzonnen", "el Voorbeeld ", BSN) if word in said]


def test_not_even_where_it_is_a_configured_name():
    odd = TOWN.model_copy(update={"name": f"Stad {BSN}", "parties": [TOWN.parties[0].model_copy(update={"name": BSN})]})
    said = whole(of_run([finished(odd, DAY, 3, [f"party {BSN}: failed"], [])]))
    assert BSN not in said and "bij gemeente 0000 ging de nacht niet goed" in said


def test_a_name_can_not_end_the_subject():
    odd = TOWN.model_copy(update={"name": "Stad\r\nBcc: iedereen@elders.test"})
    assert "\n" not in of_run([finished(odd, DAY, 1, [], ["1 x"])]).subject


def test_what_stopped_is_one_of_a_closed_list():
    assert set(STOPPED) == {"night", "serve", "age"}
    subjects = {of_stopped(what).subject for what in STOPPED} | {of_test().subject, of_not_begun(None, False).subject}
    assert len(subjects) == 5 and all(subject.startswith("hervat: ") for subject in subjects)
    assert "van gemeente 0363" in of_not_begun("0363", True).subject
