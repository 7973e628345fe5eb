"""A download comes to the same however it is cut into batches, also when rows join persons half-way. All made up."""

from collections.abc import Iterator
from copy import copy
from datetime import date
from importlib import import_module
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from hervat.intake import personalia
from hervat.intake.persons import merge_persons
from hervat.intake.signals import sightings_of
from hervat.intake.validation_results import VALIDATED
from hervat.register import Register, bulk
from hervat.register.models import (
    Base,
    Download,
    ForeignRow,
    Identifier,
    Incident,
    JournalLine,
    Person,
    Personalia,
    QuarantinedRow,
    Separate,
    SignalRow,
    utc_now,
)
from tests.support.notice_world import CODE, NoticeWorld

load = import_module("hervat.intake.load")
DAY, LATER = date(2022, 3, 1), date(2022, 3, 25)
KINDS = {
    "row": pl.Int64, "code": pl.String, "signal_date": pl.Date, "bsn": pl.String, "v_number": pl.String,
    "surname": pl.String, "prefix": pl.String, "first_names": pl.String, "birth": pl.Date, "group": pl.String,
    "gemeentecode": pl.String, "wet": pl.String, "kennisgeving": pl.Date,
}  # fmt: skip
rows = st.tuples(
    st.sampled_from(["SS101", "SS120"]),
    st.sampled_from([None, "A", "B", "C"]),
    st.sampled_from([None, "1", "2", "3"]),
    st.sampled_from([None, "X", "Y"]),
    st.sampled_from([None, "Overig", "Gezinsvormer"]),
    st.sampled_from([None, CODE, "9999"]),
).filter(lambda row: row[1] or row[2])
files = st.lists(st.lists(rows, min_size=1, max_size=7), min_size=1, max_size=3)


def frame(told: list[tuple[Any, ...]]) -> pl.DataFrame:
    full = [
        (at, code, DAY, bsn, v, name, None, None, None, group, place, "Wi2021", None)
        for at, (code, bsn, v, name, group, place) in enumerate(told, 2)
    ]
    return pl.DataFrame(full, schema=KINDS, orient="row")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> NoticeWorld:
    return NoticeWorld(tmp_path_factory.mktemp("batches"))


@pytest.fixture(scope="module")
def on_postgresql(world: NoticeWorld, postgres_cluster: Any) -> Iterator[NoticeWorld]:
    other = copy(world)
    other.register = Register(postgres_cluster.create())
    other.register.migrate()
    yield other
    other.register.close()


def loaded(
    world: NoticeWorld,
    told: list[list[tuple[Any, ...]]],
    size: int,
    *,
    together: bool = False,
    days: tuple[int, ...] = (1, 2, 3),
    waiting: int = 5_000,
) -> dict[str, Any]:
    """Load these downloads in batches of `size`; return what stands in the register.

    together: in one transaction. days: when each was made. waiting: how many names may wait to be written.
    """
    with world.register.session() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        for number in range(len(told)):
            session.add(
                Download(
                    id=number + 1, municipality=CODE, source="s", name=f"{number}", digest=f"{number}", size=1, made_at=utc_now(),
                    made_on=DAY.replace(day=days[number]), object_id=f"{number}", secured_on=DAY, status=VALIDATED,
                )
            )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(personalia, "_MANY", waiting)
        patch.setattr(load, "typed_rows", lambda _night, one: frame(told[one.id - 1]).iter_slices(size))
        numbers = range(1, len(told) + 1)
        turns = [list(numbers)] if together else [[number] for number in numbers]
        counts = [count for turn in turns for count in load.load_together(world.night(LATER), turn)]
    return {"counts": counts, **standing(world, len(told))}


def standing(world: NoticeWorld, downloads: int) -> dict[str, Any]:
    with world.register.session() as session:
        marks: dict[int, list[str]] = {}
        for one in session.scalars(select(Identifier).order_by(Identifier.pseudonym)):
            marks.setdefault(one.person_id, []).append(one.pseudonym)
        signals = list(session.scalars(select(SignalRow)))
        key = {s.id: (tuple(marks[s.person_id]), s.code) for s in signals}
        said = {
            tuple(marks[p.person_id]): world.keyring.open(p.sealed, "details")
            for p in session.scalars(select(Personalia))
        }
        return {
            "signals": sorted(
                (*key[s.id], s.gemeentecode, s.first_seen, s.last_seen, str(s.doelgroep)) for s in signals
            ),
            "said": sorted(said.items()),
            "sightings": [
                [(row, key[signal]) for row, signal in sightings_of(session, one + 1).select("row", "signal_id").rows()]
                for one in range(downloads)
            ],
        }


@settings(max_examples=25, deadline=None)
@given(files, st.integers(1, 4), st.sampled_from([0, 2, 5_000]))
def test_batches_make_no_difference(
    world: NoticeWorld, told: list[list[tuple[Any, ...]]], size: int, waiting: int
) -> None:
    whole, cut = loaded(world, told, 1000), loaded(world, told, size, waiting=waiting)
    assert whole["sightings"] == cut["sightings"]
    assert whole["signals"] == cut["signals"]
    assert whole["said"] == cut["said"]
    assert [one["read"] for one in whole["counts"]] == [len(one) for one in told]


@settings(max_examples=25, deadline=None)
@given(files, st.integers(1, 4), st.sampled_from([1, 3, 1000]))
def test_keys_that_are_made_after_a_first_fill_make_no_difference(
    world: NoticeWorld, on_postgresql: NoticeWorld, told: list[list[tuple[Any, ...]]], size: int, many: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "_MANY", many)
        assert loaded(on_postgresql, told, size) == loaded(world, told, size)


@settings(max_examples=25, deadline=None)
@given(
    files,
    st.booleans(),
    st.integers(1, 4),
    st.sampled_from([(1, 2, 3), (3, 2, 1), (2, 1, 2), (1, 3, 2)]),
    st.sampled_from([0, 2, 5_000]),
)
def test_downloads_that_are_loaded_in_one_transaction_come_to_the_same(
    world: NoticeWorld,
    on_postgresql: NoticeWorld,
    told: list[list[tuple[Any, ...]]],
    server: bool,
    size: int,
    days: tuple[int, ...],
    waiting: int,
) -> None:
    register = on_postgresql if server else world
    one = loaded(register, told, size, together=True, days=days, waiting=waiting)
    assert one == loaded(world, told, size, days=days)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3]),
            st.lists(st.sampled_from([None, "Gezinsvormer", "Overig"]), min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
)
def test_the_doelgroep_is_what_the_newest_download_that_names_one_says(
    world: NoticeWorld,
    on_postgresql: NoticeWorld,
    told: list[tuple[int, list[str | None]]],
    size: int,
    together: bool,
    server: bool,
) -> None:
    """Of one day the greater; whatever the order of loading, the cutting, and what left it out in between."""
    files = [[("SS101", "A", None, None, group, None) for group in groups] for _, groups in told]
    days = tuple(day for day, _ in told)
    stands = loaded(on_postgresql if server else world, files, size, together=together, days=days)
    ((*_, first_seen, last_seen, group),) = stands["signals"]
    said = [(day, group) for day, groups in told for group in groups if group]
    assert group == str(max(said, default=(0, None))[1])
    assert (first_seen.day, last_seen.day) == (min(days), max(days))


def test_a_name_that_is_said_in_every_batch_is_sealed_once(world: NoticeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file says the same of a person on each of a person's rows."""
    sealed, seal_all = list[bytes](), type(world.keyring).seal_all

    def counted(self: Any, plain: list[bytes], purpose: str) -> list[bytes]:
        sealed.extend(plain if purpose == "details" else [])
        return seal_all(self, plain, purpose)

    monkeypatch.setattr(type(world.keyring), "seal_all", counted)
    persons = [("SS101", bsn, None, name, None, None) for bsn, name in (("A", "X"), ("B", "Y"))]
    loaded(world, [persons * 4], 2, waiting=0)
    assert len(sealed) == 2
    renamed = [("SS101", "A", None, "Z", None, None), persons[1]]
    sealed.clear()
    loaded(world, [[*persons, *persons, *renamed, *persons]], 2, waiting=0)
    assert len(sealed) == 4, "what changes in between is written again"


def empty(world: NoticeWorld) -> None:
    with world.register.session() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


def offer(world: NoticeWorld, told: list[list[tuple[Any, ...]]], days: tuple[int, ...], bad: set[int]) -> list[int]:
    """Let downloads wait to be loaded, as validation leaves them: these rows (numbers) of each in quarantine."""
    with world.register.session() as session:
        first = session.query(Download).count() + 1
        for number, lines in enumerate(told, first):
            session.add(
                Download(
                    id=number, municipality=CODE, source="s", name=f"{number}", digest=f"{number}", size=1,
                    made_at=utc_now(), made_on=DAY.replace(day=days[number - first]), object_id=f"{number}", secured_on=DAY,
                    status=VALIDATED,
                )
            )  # fmt: skip
            session.flush()
            own = {"municipality": CODE, "download_id": number, "reason": "date", "since": DAY, "correction": False}
            session.add_all(QuarantinedRow(**own, row=row) for row in sorted(bad) if row < len(lines) + 2)
    return list(range(first, first + len(told)))


def tell_apart(world: NoticeWorld) -> None:
    """Two persons said that A and C are not one: a row that would join them goes to quarantine."""
    key, other = (world.keyring.pseudonym("bsn", bsn) for bsn in "AC")
    with world.register.session() as session:
        session.add(Separate(municipality=CODE, key=key, other_key=other, by="A", reason="r", second_by="B"))


def everything(world: NoticeWorld, numbers: list[int]) -> dict[str, Any]:
    """Return what stands in the register; persons by their numbers of BSN and V, for ids may be drawn in vain."""
    with world.register.session() as session:
        held = session.scalars(select(QuarantinedRow).order_by(QuarantinedRow.download_id, QuarantinedRow.row))
        foreign = session.scalars(select(ForeignRow).order_by(ForeignRow.download_id, ForeignRow.row))
        incidents = {one.id: (one.download_id, one.count) for one in session.scalars(select(Incident))}
        lines = session.scalars(select(JournalLine).order_by(JournalLine.seq))
        names = [f"rows_{name}" for name in ("read", "loaded", "known", "foreign", "quarantined", "unknown_code")]
        downloads = [session.get_one(Download, number) for number in numbers]
        return standing(world, len(numbers)) | {
            "downloads": [(one.status, *(getattr(one, name) for name in names)) for one in downloads],
            "quarantine": [(one.download_id, one.row, one.reason) for one in held],
            "foreign": [(one.download_id, one.row, one.row_hash, incidents[one.incident_id or 0]) for one in foreign],
            "journal": [(one.action, one.result) for one in lines],
            "loose": [
                len(set(session.scalars(select(column))) - set(session.scalars(select(Person.id))))
                for column in (SignalRow.person_id, Identifier.person_id, Personalia.person_id)
            ],
            "dates": sorted(
                (one.first_seen, one.last_seen, str(one.doelgroep)) for one in session.scalars(select(SignalRow))
            ),
        }


@settings(max_examples=12, deadline=None)
@given(
    files,
    files,
    st.booleans(),
    st.booleans(),
    st.sets(st.integers(2, 8), max_size=3),
    st.sampled_from([(1, 2, 3), (3, 2, 1), (2, 1, 2), (1, 3, 2), (2, 2, 2)]),
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from([2, 5_000]),
)
def test_small_downloads_come_to_what_each_comes_to_alone_whatever_stood_and_whichever_fails(
    world: NoticeWorld,
    on_postgresql: NoticeWorld,
    before: list[list[tuple[Any, ...]]],
    told: list[list[tuple[Any, ...]]],
    server: bool,
    apart: bool,
    bad: set[int],
    days: tuple[int, ...],
    fails: int | None,
    many: int,
) -> None:
    """Persons told apart, rows in quarantine, persons of earlier nights, and one that fails once its rows are written."""

    def nights(register: NoticeWorld, few: int) -> dict[str, Any]:
        empty(register)
        if apart:
            tell_apart(register)
        offered = offer(register, before, (2, 2, 2), set())
        with pytest.MonkeyPatch.context() as patch:
            texts = before + told
            patch.setattr(load, "typed_rows", lambda _night, one: frame(texts[one.id - 1]).iter_slices(3))
            patch.setattr(load, "_FEW_PERSONS", many)
            for number in offered:
                load.load_together(register.night(LATER), [number])
            offered = offer(register, told, days, bad)
            broken = offered[fails] if fails is not None and fails < len(offered) else None
            ended = load.end_mended

            def failing(session: Any, download: Download) -> None:
                if download.id == broken:
                    raise ValueError("made up")
                ended(session, download)

            patch.setattr(load, "end_mended", failing)
            night = register.night(LATER)
            for some in [offered] if few else [[number] for number in offered]:
                load._loaded(night, some)
            assert night.errors == ([] if broken is None else [f"download {broken} was not loaded: ValueError"])
        return everything(register, [*range(1, len(before) + len(told) + 1)])

    together, alone = nights(on_postgresql if server else world, 1), nights(world, 0)
    assert together == alone
    assert together["loose"] == [0, 0, 0]


@pytest.mark.parametrize("server", [False, True])
def test_of_details_of_one_day_those_of_the_person_who_was_made_last_stay(
    world: NoticeWorld, on_postgresql: NoticeWorld, server: bool
) -> None:
    register = on_postgresql if server else world
    empty(register)
    with register.register.session() as session:
        session.add_all(Person(id=number, municipality=CODE) for number in (1, 2))
        for number, name in ((2, b"last"), (1, b"first")):  # as they lie in the table
            session.execute(insert(Personalia).values(person_id=number, said_on=DAY, sealed=name))
        merge_persons(session, CODE, {2: 1})
        kept = session.execute(select(Personalia.person_id, Personalia.sealed)).all()
    assert [tuple(one) for one in kept] == [(1, b"last")]


def test_the_hash_of_a_foreign_row_covers_who_it_is_about_and_what_it_says(world: NoticeWorld) -> None:
    row = ("SS101", "A", "1", None, None, "9999")
    others = [("SS120", *row[1:]), ("SS101", "B", *row[2:]), ("SS101", "A", "2", *row[3:]), (*row[:5], "9998")]
    loaded(world, [[row, *others, (*row[:3], "X", "Overig", "9999")]], 2)
    with world.register.session() as session:
        hashes = list(session.scalars(select(ForeignRow.row_hash).order_by(ForeignRow.row)))
    assert hashes[0] == hashes[-1] and len(set(hashes)) == 5
