"""Every code that can be shown has Dutch words; days and numbers are written the Dutch way."""

from datetime import UTC, date, datetime
from typing import get_args

from hervat import dutch
from hervat.delivery import CODES
from hervat.downloads.refused import CHECKS
from hervat.dutch import spelling
from hervat.expectations.checks import download_checks, row_checks, words
from hervat.expectations.suites import bound_rules, check_rules, row_rules, structure_rules, warning_rules
from hervat.notices.obligations import KINDS
from hervat.rules.settler import CONTRADICTIONS, STATES
from hervat.settings import Quality, System
from tests.support.settled import every_verdict


def test_every_reason_of_quarantine_has_words():
    dutch.learn(words())
    bounds = download_checks(Quality())
    assert {one.suite for one in bounds} <= set(dutch.SUITES)
    assert {one.severity for one in bounds} <= set(dutch.SEVERITIES)

    rules = [*check_rules(row_checks(date(2022, 3, 1))), *bound_rules(bounds)]
    rules += [*row_rules(), *warning_rules(), *structure_rules(CHECKS)]
    assert {rule.reason for rule in rules} | set(CHECKS) <= set(dutch.QUARANTINE)


def test_every_code_of_the_gate_has_words():
    assert set(CODES) == set(dutch.GATE)


def test_every_state_and_reason_of_the_settler_has_words():
    assert set(STATES) == set(dutch.STATES) == set(dutch.STATE_MEANING)
    found = every_verdict()
    assert {verdict.state for verdict in found} == set(STATES)
    assert {verdict.reason for verdict in found} == set(dutch.REASONS)


def test_every_kind_of_notice_and_policy_has_words():
    assert set(KINDS) < set(dutch.NOTICES)
    assert set(dutch.NOTICES) == set(dutch.NOTICE_WHY)
    assert set(get_args(System.model_fields["policy"].annotation)) == set(dutch.POLICIES)


def test_an_unknown_code_is_shown_as_it_is():
    assert dutch.said(dutch.GATE, "never_heard_of") == "never_heard_of"
    assert dutch.titled(dutch.GATE, "never_heard_of") == "never_heard_of"
    assert dutch.titled(dutch.QUARANTINE, "bsn_wrong") == "Het BSN klopt niet"


def test_a_dispute_says_what_contradicts_what():
    assert len({dutch.why(reason) for reason in CONTRADICTIONS}) == len(CONTRADICTIONS)


def test_days_moments_and_numbers():
    assert spelling.weekday(date(2022, 3, 25)) == "vrijdag 25 maart 2022"
    assert spelling.moment(datetime(2022, 3, 25, 0, 30)) == "25 maart 2022, 01.30 uur"
    assert spelling.moment(datetime(2022, 7, 1, 23, 30, tzinfo=UTC)) == "2 juli 2022, 01.30 uur"
    assert spelling.number(1234567) == "1.234.567"
    assert [spelling.amount(n, "dag", "dagen") for n in (0, 1, 2)] == ["0 dagen", "1 dag", "2 dagen"]


def test_quarters():
    assert spelling.quarter_text("2022Q4") == "kwartaal 4 van 2022"
    assert spelling.quarter_text("later") == "later"
    assert [spelling.quarter_end(q) for q in ("2022Q1", "2022Q4", "x")] == [date(2022, 4, 1), date(2023, 1, 1), None]


def test_commands_and_names_are_escaped():
    assert spelling.ticked("a <b> `x < y` c") == "a &lt;b&gt; <code>x &lt; y</code> c"
    assert spelling.ticked("one ` alone") == "one <code> alone</code>"
    assert spelling.breakable("a_<b>.csv") == "a_<wbr>&lt;b&gt;.<wbr>csv"
