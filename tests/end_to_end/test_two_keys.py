"""What takes two persons takes two keys where there are approvers: every command, each in its role."""

from datetime import UTC, date, datetime, timedelta

import pytest
from prefect.logging import disable_run_logger
from sqlalchemy import select

from hervat.flows.cbs import cbs_accept
from hervat.flows.persons import optin_record, person_hold, strangers_decide
from hervat.flows.quarantine_decide import quarantine_decide
from hervat.register import models as m
from hervat.signing import ACTIONS, ROLES
from hervat.sshsig import SignatureRefused
from tests.support.ssh_keys import line, signed
from tests.support.two_keys import Keyed

DECIDE = "strangers decide"

WAITS = {action: 0 if action == "cbs accept" else 1 for action in ACTIONS}
"""The exit status of the first of two: an acceptance is done, the others wait."""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Keyed(tmp_path_factory.mktemp("keys") / "town").prepare()
    town.ask_signatures()
    return town


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "person split"])
def test_two_keys_of_the_role_decide_and_nothing_less(town, action):
    if action in ("vault destroy", "retention destroy"):
        town.close_round()
    if action == "retention destroy":
        town.answer()
    town.let(ACTIONS[action])
    names = town.decide(action, "--by", "anna")
    assert names.exit_code == 2 and "takes a signature here" in names.stdout
    other_role = town.decide(action, *town.key("eve"))
    assert other_role.exit_code == 2 and "may not sign here" in other_role.stdout
    not_hers = town.decide(action, *town.key("anna"), "--by", "bram")
    assert not_hers.exit_code == 2 and "leave --by out" in not_hers.stdout
    assert town.signatures(action) == []
    first = town.decide(action, *town.key("anna"))
    assert first.exit_code == WAITS[action], first.output
    for key in ("anna", "anna2"):
        again = town.decide(action, *town.key(key))
        assert again.exit_code in (1, 2), "one person with two keys is one"
    second = town.decide(action, *town.made(action, "bram"))
    assert second.exit_code == 0, second.output
    role = ACTIONS[action]
    assert {*town.signatures(action)} == {("anna", role), ("bram", role)}
    town.let_all()
    assert town.wrong() == []


@pytest.fixture
def small(tmp_path):
    """A town in which anna and bram decided that a stranger is not the gemeente's."""
    town = Keyed(tmp_path / "town").prepare()
    town.ask_signatures()
    town.let_all()
    for name in ("anna", "bram"):
        town.decide(DECIDE, *town.key(name))
    assert town.wrong() == [] and len(town.signatures(DECIDE)) == 2
    return town


def change(town, model, **values):
    with town.session() as session:
        row = session.scalars(select(model).order_by(model.id.desc())).first()
        for name, value in values.items():
            setattr(row, name, value)


def test_a_signature_that_was_tampered_with_is_found(small):
    with small.session() as session:
        first, second = session.scalars(select(m.Signature).order_by(m.Signature.id))
    for values, said in (
        ({"signature": first.signature}, "is of anna"),
        ({"by": "carla"}, "is of bram"),
        ({"content": second.content.replace("false", "true")}, "is over something else"),
        ({"content": "[no JSON"}, "is over something else"),
        ({"digest": "0" * 64}, "is over something else"),
        ({"thing": "person 99"}, "not over this text"),
        ({"role": "privacy"}, "is over something else"),
        ({"fingerprint": first.fingerprint}, "with one key"),
    ):
        change(small, m.Signature, **values)
        wrong = small.wrong()
        assert any(said in text for text in wrong), (values, wrong)
        change(small, m.Signature, **{name: getattr(second, name) for name in values})
        assert small.wrong() == []


def test_a_decision_by_two_names_without_their_signatures_is_found(small):
    with small.session() as session:
        session.add(
            m.Acceptance(municipality="0000", quarter="2022Q1", code="orphans", by="anna", reason="x", members=b"")
        )
    assert small.wrong() == ["signatures of 0000: cbs accept 2022Q1 orphans: the decision of anna is not signed"]


def test_a_decision_that_was_turned_round_is_found(small):
    change(small, m.Ownership, ours=True)
    assert len([text for text in small.wrong() if "is not signed" in text]) == 2


def test_a_signature_that_is_gone_is_missed_for_the_journal_names_it(small):
    with small.session() as session:
        session.delete(session.scalars(select(m.Signature).order_by(m.Signature.id.desc())).first())
    assert any("1 of bram with SHA256:" in text and "missing" in text for text in small.wrong())


def test_a_key_that_gets_another_name_is_one_key(small):
    (small.directory / "approvers").write_text(line("carla", small.keys["anna"]))
    again = small.decide("strangers decide", *small.key("anna"))
    assert again.exit_code == 2 and "as anna: two persons are two names and two keys" in again.stdout


def test_who_left_stays_in_the_file_with_a_last_day_and_what_was_signed_stays_good(small):
    file, yesterday = small.directory / "approvers", f"{datetime.now(UTC) - timedelta(days=1):%Y%m%d}"
    small.let_all("bram")
    assert any("is not in approvers" in text for text in small.wrong())
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y%m%d}"
    file.write_text(file.read_text() + line("anna", small.keys["anna"], f'valid-before="{tomorrow}"'))
    assert small.wrong() == []
    file.write_text(line("bram", small.keys["bram"]) + line("anna", small.keys["anna"], f'valid-before="{yesterday}"'))
    assert any("has expired" in text for text in small.wrong()), "it was signed after the last day"


def test_a_name_of_before_there_were_approvers_does_not_count_beside_a_signature(tmp_path):
    town = Keyed(tmp_path / "town").prepare()
    assert town.decide(DECIDE, "--by", "A. Jansen").exit_code == 1
    town.ask_signatures()
    town.let_all()
    assert town.decide(DECIDE, *town.key("bram")).exit_code == 1, "another must sign too"
    assert town.decide(DECIDE, *town.key("anna")).exit_code == 0 and town.wrong() == []


def test_without_approvers_a_key_is_refused_and_names_decide_as_before(tmp_path):
    town = Keyed(tmp_path / "town").prepare()
    for action in ("strangers decide", "cbs accept"):
        refused = town.decide(action, *town.key("anna"))
        assert refused.exit_code == 2 and "no approvers to check a key against" in refused.stdout
    assert [town.decide(DECIDE, "--by", name).exit_code for name in ("A. Jansen", "B. de Vries")] == [1, 0]
    assert town.decide("quarantine reject", "--by", "A. Jansen").exit_code == 0
    held = ("person", "hold", "--person", "1", "--ground", "18", "--by", "A. Jansen", "--reason", "x, signed with y")
    assert town.hervat(*held).exit_code == 1 and town.wrong() == []


def test_a_signature_is_for_this_decision_alone(small):
    for action, text in (("cbs accept", ""), ("optin record", "")):
        other = small.made(DECIDE, "anna", text or "hervat strangers decide person 1 0000 " + "0" * 64)
        refused = small.decide(action, *other)
        assert refused.exit_code == 2 and (
            "not over this text" in refused.stdout or "another purpose" in refused.stdout
        )


FORMS = {
    "person hold": (person_hold, {"ground": "21"}),
    "cbs accept": (cbs_accept, {"quarter": "2022Q1", "code": "orphans", "as_of": date(2022, 3, 25)}),
    "strangers decide": (strangers_decide, {"decision": "not ours"}),
    "optin record": (optin_record, {"law": "Wi2021", "day": date(2022, 11, 1)}),
    "quarantine reject": (quarantine_decide, {"download": 1, "row": 3, "decision": "reject"}),
}


@pytest.mark.parametrize("action", FORMS)
def test_a_form_takes_the_signature_of_the_text_that_a_run_without_it_shows(town, monkeypatch, action):
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))
    town.let_all("bram", "eve")
    form, values = FORMS[action]
    person = {"strangers decide": town.stranger, "cbs accept": None, "quarantine reject": None}.get(
        action, town.chooser
    )
    values = values | ({"person": person()} if person else {})

    def submit(**more):
        with disable_run_logger():
            return form.fn.__wrapped__(reason="formulier", **values, **more).message

    if action in ("quarantine reject", "strangers decide"):
        return  # decided by now: their last word is the same code
    with pytest.raises(SignatureRefused, match="takes a signature here") as asked:
        submit(by="eve")
    text = str(asked.value).rpartition("exactly this text: ")[2]
    assert submit(signature=signed(text, town.keys["eve"], ROLES[ACTIONS[action]]))
