"""Terms: what may be configured, when each kind is due and never sooner, and a journal that lost its beginning."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import delete, select, update

from hervat import journal
from hervat.anchors import Anchor, wrong_anchors
from hervat.attribution import named
from hervat.register import models as m
from hervat.settings import KINDS, Retention, end_of
from hervat.upkeep import retire
from tests.support.effort import examples
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn
from tests.support.terms_world import (
    BSN,
    CAME,
    CLOSED,
    TERM,
    answered,
    close,
    configure,
    delivered,
    disclosed,
    due,
    empty,
    incident,
    key,
    notice,
    personalia,
    put,
    receipt,
    told,
)


@pytest.mark.parametrize("term", ["five", "0d", "5", "5 jaar", ""])
def test_a_term_is_a_number_and_a_unit(term: str) -> None:
    with pytest.raises(ValidationError):
        Retention.model_validate({"download": term})


def test_an_old_configuration_stays_valid_and_a_term_may_have_its_reasons() -> None:
    plain = Retention.model_validate({"download": "5y", "notice": "7y"})
    assert (plain.term("download"), plain.term("signal")) == ("5y", None)
    full = {"term": "5y", "selektielijst": "8.1", "ground": "bewijs van de correctie"}
    kept = Retention.model_validate({"download": full}).of("download")
    assert kept is not None and kept.because == "selectielijst 8.1, bewijs van de correctie"
    assert plain.without == [kind for kind in KINDS if kind not in ("download", "notice")]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"incident": "35m"}, "AVG 33(5)"),
        ({"incident": "1095d"}, "AVG 33(5)"),  # a leap day short of three years
        ({"journal": "4y", "notice": "5y"}, "notice: longer"),
    ],
)
def test_terms_that_are_too_short_are_refused_with_the_reason(terms: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("(", r"\(").replace(")", r"\)")):
        Retention.model_validate(terms)
    for longer in ({"incident": "36m"}, {"incident": "1096d"}, {"journal": "60m", "notice": "5y"}):
        Retention.model_validate(longer)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 60), st.sampled_from("ymd"))
def test_a_term_never_ends_before_its_days(start: date, count: int, unit: str) -> None:
    days = {"y": 365, "m": 28, "d": 1}[unit] * count
    assert end_of(start, f"{count}{unit}") >= start + timedelta(days=days)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> NoticeWorld:
    world = NoticeWorld(tmp_path_factory.mktemp("terms"))
    with world.local() as local:
        local.execute("create table persoon (id integer primary key, bsn)")
        local.execute("create table inburgeraar (id integer primary key, persoon_id references persoon (id))")
    return world


@pytest.fixture
def world(place: NoticeWorld) -> NoticeWorld:
    """Person 1 is corrected and 2 released, in a round that is closed; nobody is in a local system."""
    empty(place)
    return place


MAKE: dict[str, tuple[Callable[[NoticeWorld], object], str]] = {
    "name of a corrected person": (lambda world: personalia(world, 1), "personalia"),
    "name of a released person": (lambda world: personalia(world, 2), "personalia"),
    "disclosure": (told, "disclosure"),
    "disclosure of nobody that is known": (lambda world: disclosed(world, made_up_bsn(7)), "disclosure"),
    "receipt": (receipt, "receipt"),
    "delivery": (delivered, "delivery"),
    "answers": (answered, "worklist"),
    "incident": (incident, "incident"),
}


@pytest.mark.parametrize("case", MAKE)
def test_each_kind_is_due_on_its_day_and_not_the_day_before(world: NoticeWorld, case: str) -> None:
    make, kind = MAKE[case]
    configure(world, **{kind: "3y" if kind == "incident" else TERM})
    make(world)
    ends = end_of(CAME, "3y" if kind == "incident" else TERM)
    assert due(world, ends - timedelta(days=1)) == {} and due(world, ends) == {kind: 1}
    close(world, None)
    of_any_round = case in ("name of a corrected person", "answers", "incident")
    assert due(world, ends) == ({kind: 1} if of_any_round else {}), "an open round keeps the others"
    close(world, CLOSED)
    for by in ("A. Eerste", "B. Tweede"):
        assert retire(world.night(ends), by, "x").errors == []
    assert due(world, ends) == {}


def _stands(world: NoticeWorld) -> None:
    with world.local() as local:
        local.execute("delete from inburgeraar")
        local.execute("delete from persoon")
        local.execute("insert into persoon values (1, ?)", (BSN,))
        local.execute("insert into inburgeraar values (1, 1)")


OPEN: dict[str, tuple[str, Callable[[NoticeWorld], object]]] = {
    "disputed": ("name of a corrected person", lambda world: world.settled(1, "disputed", date(2022, 3, 1))),
    "parked": ("name of a corrected person", lambda world: world.settled(1, "parked", date(2022, 3, 1))),
    "a notice that was not sent": (
        "name of a corrected person", lambda world: notice(world, status="due", sent_on=None, received_on=None),
    ),
    "a notice without an answer": ("name of a corrected person", lambda world: notice(world, received_on=None)),
    "a request to a supplier": ("name of a corrected person", lambda world: notice(world, audience="supplier")),
    "a party that was not told": ("name of a corrected person", disclosed),
    "a root that stands": ("name of a corrected person", _stands),
    "a plan": ("name of a corrected person", lambda world: plan(world, "ready")),
    "a plan that waits": ("name of a corrected person", lambda world: plan(world, "waiting")),
    "seen again": (
        "name of a corrected person",
        lambda world: put(world, m.Reappearance, system="x", key=key(world), cleaned_on=CAME, seen_on=CAME),
    ),
    "a decision": (
        "name of a released person",
        lambda world: put(world, m.Decision, person_id=2, law="Wi2021", date=CAME, by="A", reason="x", waits=True),
    ),
    "a hold": (
        "name of a corrected person",
        lambda world: put(world, m.Hold, person_id=1, ground="18", since=CAME, by="A", reason="x"),
    ),
    "an orphan": (
        "name of a released person", lambda world: put(world, m.Stranger, person_id=2, orphan_since=CAME),
    ),
    "a disclosure to tell": ("disclosure", lambda world: change(world, m.Told, notice_id=99)),
    "a disclosure of a disputed person": ("disclosure", lambda world: world.settled(1, "disputed", CAME)),
    "a doubtful receipt": ("receipt", lambda world: change(world, m.Receipt, status="doubt")),
    "a delivery without a receipt": ("delivery", lambda world: change(world, m.Delivery, receipt=None)),
    "a correction of a delivery": (
        "delivery", lambda world: delivered(world, digest="y", receipt=None, confirmed_on=None),
    ),
    "answers refused": ("answers", lambda world: change(world, m.AnswerFile, refused=[[2, "x"]])),
    "an open incident": ("incident", lambda world: change(world, m.Incident, status="open")),
}  # fmt: skip


def change(world: NoticeWorld, model: Any, **values: Any) -> None:
    with world.register.session() as session:
        if model is m.Told:
            session.execute(delete(m.Told))
        else:
            session.execute(update(model).values(**values))


def plan(world: NoticeWorld, status: str) -> None:
    made = {"system": "inburgering", "hash": "a" * 64, "occasion": 0, "policy": "erase", "content": {}}
    row = put(world, m.CleaningPlan, **made, made_on=CAME, needs_approval=None, status=status, ended_on=None)
    put(world, m.PlanPerson, plan_id=row.id, key=key(world))


@pytest.mark.parametrize("case", OPEN)
def test_nothing_open_is_due_however_long_ago(world: NoticeWorld, case: str) -> None:
    thing, wait = OPEN[case]
    make, kind = MAKE[thing]
    configure(world, **{kind: "3y" if kind == "incident" else TERM})
    make(world)
    assert due(world, date(2090, 1, 1)) == {kind: 1}
    wait(world)
    found = due(world, date(2090, 1, 1))
    with world.local() as local:
        local.execute("delete from inburgeraar")
    assert kind not in found


DAYS = st.integers(0, 900).map(lambda days: date(2022, 1, 15) + timedelta(days=days))


@settings(max_examples=examples(40), deadline=None)
@given(st.data())
def test_whatever_the_days_and_terms_nothing_ends_too_early_and_everything_ends(
    place: NoticeWorld, data: st.DataObject
) -> None:
    """Against a naive rule: every day of the thing, and the closing of its round, is a term ago."""
    empty(place)
    terms = {
        kind: f"{data.draw(st.integers(1, 400))}d" for kind in ("personalia", "disclosure", "delivery", "worklist")
    }
    configure(place, **terms)
    closed = data.draw(st.none() | DAYS)
    close(place, closed)
    said, captured, sent, confirmed, read = (data.draw(DAYS) for _ in range(5))
    personalia(place, 1, said)
    personalia(place, 2, said)
    disclosed(place, captured=captured)
    notice(place, day=max(captured, sent), sent_on=max(captured, sent), received_on=max(captured, sent))
    delivered(place, confirmed_on=confirmed)
    answered(place, read_on=read)
    today = data.draw(DAYS)
    person = max(said, captured, sent, date(2022, 3, 1))
    late = date.max if closed is None else closed
    naive = {
        "personalia": (person,),
        "disclosure": (max(captured, sent, date(2022, 3, 1)), late),
        "delivery": (confirmed, late),
        "worklist": (read,),
    }
    wanted = {
        kind: 1 for kind, days in naive.items()
        if max(days) != date.max and end_of(max(days), terms[kind]) <= today
    }  # fmt: skip
    other = max(said, date(2022, 3, 1), late) if closed else None
    if other and end_of(other, terms["personalia"]) <= today:
        wanted["personalia"] = wanted.get("personalia", 0) + 1
    assert due(place, today) == wanted
    if closed:
        assert due(place, date(2099, 1, 1)) == {"personalia": 2, "disclosure": 1, "delivery": 1, "worklist": 1}


def test_a_notice_goes_whole_when_nothing_needs_it_any_more(world: NoticeWorld) -> None:
    """Its rows stay as long as a disclosure to that party is known: without them the party would be told again."""
    from hervat.notices.archive import keep

    configure(world, notice=TERM, disclosure=TERM)
    disclosed(world)
    row = notice(world, day=CAME, payload=world.keyring.seal(b"{}", "notice"))
    keep(world.night(CAME), row)
    day, seen = date(2090, 1, 1), []
    for _ in range(3):
        for by in ("A. Eerste", "B. Tweede"):
            seen.append(retire(world.night(day), by, "x").destroyed)
    assert [each for each in seen if each] == [{"notice": 1, "disclosure": 1}, {"notice": 1}]
    with world.register.session() as session:
        assert [*session.scalars(select(m.Notice.id)), *session.scalars(select(m.Told.key))] == []


def lines(world: NoticeWorld, count: int) -> None:
    with world.register.session() as session:
        for number in range(count):
            journal.record(session, CODE, named("A"), "x", "y", str(number), "test")


def test_a_journal_without_its_beginning_is_still_a_chain(world: NoticeWorld) -> None:
    lines(world, 6)
    with world.register.session() as session:
        assert journal.shorten(session, CODE, 4, named("A"), "test") == 4
    with world.register.session() as session:
        assert journal.verify(session, CODE) == [] and journal.length(session, CODE) == 7
        assert journal.shorten(session, CODE, 5, named("A"), "test") == 1
        assert journal.verify(session, CODE) == []
        with pytest.raises(ValueError, match="last line"):
            journal.shorten(session, CODE, 99, named("A"), "test")


def test_an_anchor_of_what_ended_is_not_missed_and_a_later_one_still_counts(world: NoticeWorld) -> None:
    lines(world, 6)
    with world.register.session() as session:
        anchors = [Anchor(seq, journal.hash_at(session, CODE, seq) or "", "x") for seq in (2, 6)]
        journal.shorten(session, CODE, 4, named("A"), "test")
        assert wrong_anchors(session, CODE, world.settings.output, anchors) == []
        changed = Anchor(6, "0" * 64, "y")
        (wrong,) = wrong_anchors(session, CODE, world.settings.output, [*anchors, changed])
    assert "line 6 was changed" in wrong


@pytest.mark.parametrize("cut", [1, 5, 6])
def test_a_beginning_that_was_cut_off_by_another_hand_is_seen(world: NoticeWorld, cut: int) -> None:
    lines(world, 6)
    with world.register.session() as session:
        journal.shorten(session, CODE, 4, named("A"), "test")
        lines_ = delete(m.JournalLine).where(m.JournalLine.seq <= cut)
        session.execute(lines_)
        assert bool(journal.verify(session, CODE)) == (cut > 4)


def test_the_journal_ends_by_two_from_its_first_line_on(world: NoticeWorld) -> None:
    lines(world, 4)
    with world.register.session() as session:
        session.execute(update(m.JournalLine).where(m.JournalLine.seq == 4).values(at="2026-01-01T10:00:00+00:00"))
        session.execute(update(m.JournalLine).where(m.JournalLine.seq < 4).values(at="2022-09-01T10:00:00+00:00"))
    configure(world, journal=TERM)
    day = date(2022, 11, 1)
    assert due(world, day) == {"journal": 3} and due(world, date(2022, 9, 30)) == {}
    for by in ("A. Eerste", "B. Tweede"):
        done = retire(world.night(day), by, "x")
    assert done.destroyed == {"journal": 3}
    with world.register.session() as session:
        assert session.scalars(select(m.JournalLine.seq)).first() == 4


def test_a_new_installation_has_a_proposal_for_every_kind_and_doctor_names_those_without(
    tmp_path: Path, world: NoticeWorld
) -> None:
    from hervat.doctor.checks import terms
    from hervat.new_installation import write_installation
    from hervat.settings import read_settings

    configuration, *_ = write_installation(tmp_path / "new", {})
    fresh = read_settings(configuration.parent)
    assert fresh.retention.without == [] and "PROPOSAL" in configuration.read_text()
    assert terms(fresh).unwise == []
    configure(world, download="5y", journal="5y")
    (line,) = terms(world.settings).unwise
    assert all(kind in line for kind in KINDS if kind not in ("download", "journal")) and "download" not in line
