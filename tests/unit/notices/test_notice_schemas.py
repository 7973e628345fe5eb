"""The published schemas: each kind of notice fits, and each answer that fits is read. All persons are made up."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hervat.bsn import stands_in
from hervat.notices.asked import Asked
from hervat.notices.document import document, persons_of
from hervat.notices.due import KINDS, Due
from hervat.notices.receipts import read_confirmation
from hervat.notices.recipients import Recipient
from hervat.settings import Channel, Municipality
from hervat.shipped import shipped

GEMEENTE, DAY, NUMBER = Municipality(code="0000", name="Voorbeeldstad"), date(2022, 3, 25), "0000-20220325-0001"
ASKED = Asked(("het dossier",), date(2022, 4, 22))
REMINDER = Asked((), None, NUMBER)
DUES = {
    "hold": Due("hold", "hold"),
    "correction": Due("correction", "correction"),
    "resume": Due("resume", "resume", "Wi2021"),
    "withdrawal": Due("withdrawal", "withdrawal_may", "Wi2021"),
    "ended": Due("ended", "ended"),
}


def schema(name):
    read = json.loads(shipped("schemas", f"{name}.json", Path("/")).read_text())
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read)


NOTICE, RECEIPT = schema("notice-1"), schema("receipt-1")


def to(mark, audience="party"):
    return Recipient(audience, "taalschool", Channel(folder=Path("x")), None, mark)


def written(recipient, kind, persons, asked=None):
    return json.loads(document(recipient, GEMEENTE, NUMBER, kind, DAY, persons, 1, asked))


@pytest.mark.parametrize("mark", ["bsn", "reference"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_notice_fits(kind, mark):
    persons = persons_of(mark, {"a": DUES[kind]}, {"a": ["999990019"]})
    NOTICE.validate(written(to(mark), kind, persons))


@pytest.mark.parametrize("mark", ["bsn", ""])
def test_each_request_and_each_reminder_fits(mark):
    persons = [{"bsn": "999990019"}] if mark else []
    NOTICE.validate(written(to(mark, "supplier"), "erasure", persons, ASKED))
    NOTICE.validate(written(to(mark, "supplier"), "reminder", [], replace(ASKED, erase=(), refers_to=NUMBER)))
    NOTICE.validate(written(to("reference"), "reminder", [], REMINDER))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "stop"}, {"number": "1"}, {"day": "25-03-2022"}, {"persons": [{"name": "Verzonnen"}]}, {"extra": 1},
        {"persons": [{"bsn": "1", "reference": "K"}]}, {"persons": None}, {"schema": "hervat/notice/2"}, {"count": -1},
    ],
)  # fmt: skip
def test_the_schema_of_notices_refuses_something(change):
    good = written(to("bsn"), "hold", persons_of("bsn", {"a": DUES["hold"]}, {"a": ["999990019"]}))
    assert not NOTICE.is_valid({**good, **change})


TEXTS = st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and not stands_in(text))
DAYS = st.dates(date(2022, 1, 1), date(2030, 1, 1)).map(date.isoformat)


@given(
    st.fixed_dictionaries(
        {"number": st.just(NUMBER), "status": st.sampled_from(["received", "done", "partly", "refused"]), "day": DAYS},
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
        said["status"],
        said["day"],
    )
    assert RECEIPT.is_valid(said) == (
        not read.unfit and (said["status"] in ("received", "done") or read.reason is not None)
    )


@pytest.mark.parametrize("kind", [*KINDS, "reminder"])
def test_the_example_in_a_letter_fits_but_for_its_day(kind):
    text = written(to("reference"), kind, [], REMINDER if kind == "reminder" else None)["text_nl"]
    example = next(line for line in text.splitlines() if line.startswith("{"))
    RECEIPT.validate(json.loads(example.replace("JJJJ-MM-DD", "2022-03-26")))
