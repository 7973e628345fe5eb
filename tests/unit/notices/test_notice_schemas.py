"""The published schemas: each kind of notice fits, and each answer that fits is read. All persons are made up."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hervat.bsn import stands_in
from hervat.notices.document import persons_of
from hervat.notices.obligations import KINDS, Obligation
from hervat.notices.receipts import read_confirmation
from hervat.notices.receipts.statuses import status_of
from hervat.shipped import shipped
from tests.support.letters import ASKED, NUMBER, REMINDER, enclosed, facts, recipient, told

DUES = {
    "hold": Obligation("hold", "hold"),
    "correction": Obligation("correction", "correction"),
    "resume": Obligation("resume", "resume", "Wi2021"),
    "withdrawal": Obligation("withdrawal", "withdrawal_may", "Wi2021"),
    "ended": Obligation("ended", "ended"),
}


def schema(name):
    read = json.loads(shipped("schemas", f"{name}.json", Path("/")).read_text())
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read)


NOTICE, RECEIPT = schema("notice-1"), schema("receipt-1")


def written(to, kind, persons, asked=None):
    return json.loads(told(facts(kind, persons=persons, count=1, asked=asked), to))


@pytest.mark.parametrize("mark", ["bsn", "reference"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_notice_fits(kind, mark):
    persons = persons_of(mark, {"a": DUES[kind]}, {"a": ["999990019"]})
    NOTICE.validate(written(recipient(mark), kind, persons))


@pytest.mark.parametrize("mark", ["bsn", ""])
def test_each_request_and_each_reminder_fits(mark):
    persons = [{"bsn": "999990019"}] if mark else []
    NOTICE.validate(written(recipient(mark, "supplier"), "erasure", persons, ASKED))
    NOTICE.validate(written(recipient(mark, "supplier"), "reminder", [], replace(ASKED, erase=(), refers_to=NUMBER)))
    NOTICE.validate(written(recipient("reference"), "reminder", [], REMINDER))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "stop"}, {"number": "1"}, {"day": "25-03-2022"}, {"persons": [{"name": "Verzonnen"}]}, {"extra": 1},
        {"persons": [{"bsn": "1", "reference": "K"}]}, {"persons": None}, {"schema": "hervat/notice/2"}, {"count": -1},
    ],
)  # fmt: skip
def test_the_schema_of_notices_refuses_something(change):
    good = written(recipient("bsn"), "hold", persons_of("bsn", {"a": DUES["hold"]}, {"a": ["999990019"]}))
    assert not NOTICE.is_valid({**good, **change})


TEXTS = st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and not stands_in(text))
DAYS = st.dates(date(2022, 1, 1), date(2030, 1, 1)).map(date.isoformat)


@given(
    st.fixed_dictionaries(
        {
            "number": st.just(NUMBER),
            "status": st.sampled_from(
                ["received", "done", "partly", "refused", "ontvangen", "klaar", "deels", "geweigerd"]
            ),
            "day": DAYS,
        },
        optional={
            "reason": TEXTS,
            "evidence": TEXTS,
            "erased": st.integers(0, 1 << 31),
            "schema": st.just("hervat/receipt/1"),
        },
    )
)
def test_what_fits_the_schema_of_receipts_is_read_whole(said):
    read = read_confirmation(json.dumps(said).encode())
    assert read is not None and (read.number, read.status, read.day.isoformat()) == (
        NUMBER,
        status_of(said["status"]),
        said["day"],
    )
    assert RECEIPT.is_valid(said) == (
        not read.unfit and (read.status in ("received", "done") or read.reason is not None)
    )


@pytest.mark.parametrize("kind", [*KINDS, "erasure"])
def test_the_examples_in_a_leaflet_fit_but_for_their_day_and_are_read(kind):
    asked = ASKED if kind == "erasure" else None
    lines = enclosed(facts(kind, count=3, asked=asked), recipient("bsn")).splitlines()
    examples = [line.replace("JJJJ-MM-DD", "2022-03-26") for line in lines if line.startswith("{")]
    for example in examples:
        RECEIPT.validate(json.loads(example))
    found = [read_confirmation(example.encode()) for example in examples]
    said = [("received", None, None), ("partly", None, "één map is nog op slot"), ("done", 3, None)]
    assert [(one.status, one.erased, one.reason) for one in found] == said[: 3 if asked else 2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mark", ["bsn", "reference"])
def test_a_leaflet_explains_every_key_of_the_data(kind, mark):
    data = written(recipient(mark), kind, persons_of(mark, {"a": DUES[kind]}, {"a": ["999990019"]}))
    explained = set(
        re.findall(r'"(\w+)"', enclosed(facts(kind, count=1), recipient(mark)).partition("Hoe antwoordt")[0])
    )
    assert set(data) | {key for one in data["persons"] for key in one} | {kind} <= explained
