"""A whole life of persons in hervat, and what is left of them when every term is over: nothing, of nobody."""

import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any, get_args
from zipfile import ZipFile

import pytest
from prefect.logging import disable_run_logger

from hervat.flows.retention_destroy import RetainedKind, retention_destroy
from hervat.today import today
from tests.support.leaks import leaks
from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, OTHER = made_up_bsn(71), made_up_bsn(72)
NAMES = ("Verzonnenaar", "Bedachtsma")
A, B = ("--by", "A. Eerste", "--reason", "selectielijst"), ("--by", "B. Tweede", "--reason", "akkoord")
KINDS = (
    "download",
    "signal",
    "person",
    "personalia",
    "disclosure",
    "notice",
    "receipt",
    "delivery",
    "report",
    "worklist",
)
TERMS = "retention: {" + ", ".join(f"{kind}: 30d" for kind in KINDS) + ", incident: 3y}"
MORE = bool(os.environ.get("HERVAT_TEST_MORE"))
TODAY = str(today())
SHIPPED = Path(__file__).parents[3] / "config" / "rounds" / "restart-2022.yaml"


def configure(town: Town, closed: str, terms: str) -> None:
    town.configure()
    (town.directory / "round.yaml").write_text(SHIPPED.read_text() + closed + "\n")
    config = town.directory / "hervat.yaml"
    config.write_text(f"rounds: [round.yaml]\n{terms}\n" + config.read_text())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """Two persons: one corrected, cleaned, told and delivered before; one released, who left the system since."""
    place = tmp_path_factory.mktemp("life") / "town"
    town = Town(place)
    for number, bsn in ((1, WRONG), (2, OTHER)):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    town.offer("20220112", *[
        row("SS101", "10-01-2022", bsn, group=FAMILY, name=name, first="Naam", born="02-03-1990")
        for bsn, name in zip((WRONG, OTHER), NAMES, strict=True)
    ])  # fmt: skip
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    town.night("2022-03-01", status=None)
    town.offer("20220601", row("SS101", "10-01-2022", OTHER, group=FAMILY, name=NAMES[1], first="Naam"))
    town.night("2022-06-01", status=None)
    town.json("cbs", "prepare", "--quarter", "2022Q2", "--as-of", "2022-07-01", status=None)
    town.json("cbs", "confirm", "--quarter", "2022Q2", "--receipt", "R-1", "--by", "A. Eerste", status=0)
    with sqlite3.connect(place / "var" / "register.db") as register:
        register.execute("update notice set received_on = sent_on, done_on = sent_on")
        register.execute("update delivery set confirmed_on = '2022-07-02'")  # the commands act for today
    for table in ("les", "traject", "inburgeraar", "plicht", "verstrekking", "persoon"):
        town.sql(f"delete from {table}")
    return place, town


def retire(town: Town, *more: str) -> dict[str, Any]:
    (done,) = town.json("retention", "destroy", *more)["municipalities"]
    return done


def due(town: Town) -> dict[str, int]:
    (found,) = town.json("retention", "due")["municipalities"]
    return {line["kind"]: line["count"] for line in found["due"] if line["count"]}


def both(town: Town, *more: str) -> dict[str, int]:
    """Let two persons destroy what is due until nothing is; return kind -> things."""
    done: Counter[str] = Counter()
    for _ in range(3):
        if not due(town):
            break
        for who in (A, B):
            done.update(retire(town, *more, *who)["destroyed"])
    return dict(done)


def found_of(town: Town, marks: list[str]) -> list[tuple[str, str]]:
    """Return where a mark stands in register, vault and output: as bytes, decoded, and unpacked from workbooks."""
    found: list[tuple[str, str]] = []
    for path in sorted((town.directory / "var").rglob("*")):
        if not path.is_file():
            continue
        found += leaks(path.read_bytes(), path.name, marks)
        if path.suffix == ".xlsx":
            with ZipFile(path) as book:
                for name in book.namelist():
                    found += leaks(book.read(name), path.name, marks)
    return found


def marks_of(town: Town) -> list[str]:
    pseudonyms = [row[1] for row in town.register_rows("identifier")]
    return [WRONG, OTHER, *NAMES, "K-1", "K-2", *pseudonyms]


def age(town: Town, days: int = 60) -> None:
    """Make the worklist and the last report as old as their term: no night came after them."""
    then = time.time() - days * 86400
    for path in (town.directory / "var" / "output").rglob("*"):
        os.utime(path, (then, then))


def test_after_every_term_nobody_is_left(town: Town) -> None:
    marks = marks_of(town)
    assert {mark for _, mark in found_of(town, marks)} >= {*NAMES, WRONG, OTHER, *marks[-2:]}, (
        "the search can find them"
    )
    configure(town, "closed_on: 2022-09-01", TERMS)
    age(town)
    assert both(town) == {"download": 3, "personalia": 2, "disclosure": 2, "delivery": 1, "person": 2, "notice": 6}
    assert found_of(town, marks) == []
    empty = ("person", "identifier", "personalia", "signal", "person_state", "disclosure", "notice", "told", "enclosure",
             "receipt", "delivery_block", "plan_person", "stranger")  # fmt: skip
    assert [table for table in empty if town.register_rows(table)] == []
    assert town.json("verify", status=0) == {"wrong": []}
    pages = "".join(page.read_text() for page in (town.directory / "var" / "output" / "vernietiging").rglob("*.html"))
    assert all(
        text in pages for text in ("A. Eerste", "B. Tweede", "30 dagen", "naam en geboortedatum", "levering aan")
    )
    assert "{{" not in pages and "None" not in pages
    told = town.night("2026-11-30", status=None)
    assert (told["rows"]["read"], told["errors"], told["persons"]["orphans"]) == (0, [], 0), "nothing comes back"


def test_the_form_destroys_what_a_second_person_agrees_to(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))
    configure(town, "closed_on: 2022-09-01", TERMS)

    def submit(by: str, kind: str = "personalia") -> Any:
        with disable_run_logger():
            return retention_destroy.fn.__wrapped__("selectielijst", by, kind=kind)

    first = submit("A. Eerste")
    assert (first.name, first.message) == ("Waits", "destroyed nothing; waits for a (second) person: 2 personalia")
    assert submit("B. Tweede").message == "destroyed 2 personalia"
    assert submit("A. Eerste", "all").name == "Waits" and town.register_rows("personalia") == []


def test_the_form_knows_every_kind() -> None:
    assert set(get_args(RetainedKind)) == {"all", *KINDS, "incident", "journal"} - {"signal"}


def test_the_same_name_twice_changes_nothing_and_a_kind_can_be_chosen(town: Town) -> None:
    configure(town, "closed_on: 2022-09-01", TERMS)
    retire(town, "--kind", "personalia", *A)
    again = retire(town, "--kind", "personalia", "--by", " a.  EERSTE", "--reason", "nog eens")
    (line,) = again["due"]
    assert (again["destroyed"], line["count"], line["agreed"]) == ({}, 2, ["A. Eerste"])
    assert len(town.register_rows("retired")) == 1
    assert retire(town, "--kind", "personalia", *B)["destroyed"] == {"personalia": 2}
    assert town.register_rows("personalia") == [] and len(town.register_rows("person")) == 2
    assert town.hervat("retention", "destroy", "--kind", "names", *A).exit_code == 2
    assert town.hervat("retention", "destroy", "--by", "A. Eerste").exit_code == 2
    refused = town.hervat("retention", "destroy", "--by", "A. Eerste", "--reason", f"om {WRONG}")
    assert refused.exit_code == 2 and WRONG not in refused.output


@pytest.mark.parametrize(
    ("closed", "terms", "kinds"),
    [
        ("", TERMS, {"personalia": 1, "report": 2}),  # an open round: of the corrected person alone
        ("closed_on: 2022-09-01", "retention: {signal: 30d}", {}),  # `person` has no term, so nobody ends
        ("closed_on: 2022-09-01", TERMS.replace("30d", "90y").replace("3y", "90y"), {}),
        ("closed_on: 2098-01-01", TERMS, {"personalia": 1, "report": 2}),
    ],
)
def test_nothing_ends_before_its_round_and_term(town: Town, closed: str, terms: str, kinds: dict[str, int]) -> None:
    configure(town, closed, terms)
    assert due(town) == kinds


def test_who_still_has_a_root_or_may_have_one_does_not_end(town: Town) -> None:
    configure(town, "closed_on: 2022-09-01", TERMS)
    town.register_person(1, WRONG)
    town.register_person(2, OTHER)
    assert due(town)["personalia"] == 1, "a corrected person who has a root again"
    both_but_persons = due(town)
    town.sql("alter table inburgeraar rename to elsewhere")
    answer = town.json("retention", "due", status=3)
    assert answer["errors"] and due(town) == both_but_persons
    town.sql("alter table elsewhere rename to inburgeraar")
    both(town)
    assert due(town) == {}
    assert len(town.register_rows("person")) == 2, "neither ends while the gemeente still has them registered"


def test_an_agreement_ends_with_its_reason(town: Town) -> None:
    """What the first agreed to and is not due any more is forgotten: the second decides nothing."""
    configure(town, "closed_on: 2022-09-01", TERMS)
    retire(town, *A)
    configure(town, "closed_on: 2098-09-01", TERMS)
    assert retire(town, "--kind", "disclosure", *B)["destroyed"] == {}
    configure(town, "closed_on: 2022-09-01", TERMS)
    (line,) = retire(town, "--kind", "disclosure", *B)["due"]
    assert line["agreed"] == ["B. Tweede"] and len(town.register_rows("disclosure")) == 2


def test_a_destroyed_disclosure_is_not_captured_again_until_there_is_news(town: Town) -> None:
    configure(town, "closed_on: 2022-09-01", TERMS)
    for who in (A, B):
        retire(town, "--kind", "disclosure", *who)
    assert town.register_rows("disclosure") == []
    town.sql("insert into verstrekking values (9, :b, 'school', 'K-1', '2022-01-12')", b=WRONG)
    town.night("2026-11-29", status=None)
    assert town.register_rows("disclosure") == [] and len(town.register_rows("notice")) == 3
    town.offer("20261128", row("SS101", "01-11-2026", WRONG, group=FAMILY))
    town.night("2026-11-30", status=None)
    assert len(town.register_rows("disclosure")) == 1


def test_old_output_goes_at_night_and_without_two(town: Town) -> None:
    configure(town, "", TERMS)
    output = town.directory / "var" / "output"
    assert (output / "report" / "0000" / "2022-03-01.html").exists() and (output / "cbs" / "0000" / "2022Q2").exists()
    told = town.night("2022-08-15", status=None)
    reports = sorted(path.name for path in (output / "report" / "0000").glob("2*.html"))
    assert reports == ["2022-08-15.html"] and (output / "worklist" / "0000.xlsx").exists()
    assert "1 thing(s) past their term: `hervat retention destroy`" in told["attention"]
    configure(town, "", "retention: {delivery: {term: 7y, files: 30d}}")
    assert (output / "cbs" / "0000" / "2022Q2").exists(), "its term is that of the persons in it"
    assert retire(town)["files"] == {"delivery": 1} and not (output / "cbs" / "0000" / "2022Q2").exists()
    assert town.register_rows("delivery_block"), "whom it held stays"


def killed(town: Town, at: int) -> int | None:
    """The second person's call, in a child that is killed at its nth step; return the steps, None if it was killed."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        _die_at(at, writing, town)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.wait()
    assert (status == signal.SIGKILL) == (told == ""), told
    return int(told) if told else None


def _die_at(at: int, writing: int, town: Town) -> None:
    from sqlalchemy.orm import SessionTransaction

    from hervat.tasks.installation import Installation
    from hervat.upkeep import retire as destroy_kinds

    signal.alarm(60)  # a child that hangs is an error, not a wait
    seen = 0

    def before(owner: Any, name: str) -> None:
        work = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)

        setattr(owner, name, wrapped)

    try:
        installation = Installation(town.directory)
        night = installation.night(installation.municipalities()[0])
        for owner, name in ((Path, "replace"), (Path, "unlink"), (SessionTransaction, "commit"), (shutil, "rmtree")):
            before(owner, name)
        destroy_kinds(night, "B. Tweede", "akkoord", ("personalia", "delivery", "disclosure"))
        os.write(writing, str(seen).encode())
    except BaseException as error:
        os.write(writing, repr(error).encode())
    finally:
        os._exit(0)


def test_killed_at_every_step_the_next_call_completes_it(town: Town) -> None:
    configure(town, "closed_on: 2022-09-01", TERMS)
    kinds = [word for kind in ("personalia", "delivery", "disclosure") for word in ("--kind", kind)]
    retire(town, *kinds, *A)
    place, fresh = town.directory, town.directory.with_name("again")
    shutil.copytree(place, fresh)
    steps = killed(town, 0)
    assert steps is not None and steps > 8
    for at in range(1, steps + 1, 1 if MORE else 2):
        shutil.rmtree(place)
        shutil.copytree(fresh, place)
        assert killed(town, at) is None
        retire(town, *kinds)  # without a name: it completes what was decided
        retire(town, *kinds, *B)
        rows = [len(town.register_rows(table)) for table in ("personalia", "disclosure", "delivery_block")]
        assert rows == [0, 0, 0] and not (place / "var" / "output" / "cbs" / "0000" / "2022Q2").exists()
        names = {page.stem for page in (place / "var" / "output" / "vernietiging" / "0000").iterdir()}
        with sqlite3.connect(place / "var" / "register.db") as register:
            lines = register.execute("select batch, done_on, members, count from retired").fetchall()
        assert {batch for batch, *_ in lines} == names and {(done, kept) for _, done, kept, _ in lines} == {
            (TODAY, None)
        }
        assert sum(count for *_, count in lines) == 2 + 2 + 1, "each once"
        assert town.json("verify", status=0) == {"wrong": []}
    shutil.rmtree(fresh)
