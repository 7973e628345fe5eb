"""Every line that waits for a person names the command that ends it, and its numbers agree when it is printed."""

import ast
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from hervat.attention import agreeing, ending_of
from hervat.cli import app as _app
from hervat.databases.model import Keeper
from hervat.erasure.execution.read_back import History
from hervat.erasure.planning.coverage.search import Uncovered
from hervat.intake.noticed import ALWAYS_LINES, every_kind
from hervat.intake.source_fetcher import FetchResult
from hervat.plural import plural
from hervat.settings import Source
from hervat.status.model import (
    AnswersRefused,
    Copied,
    CorrectionLine,
    Held,
    Overview,
    SearchResult,
    SystemLine,
    Undecided,
    UnsureLine,
)
from hervat.status.waiting import waiting_lines
from tests.support.house import parsed, statements
from tests.support.overviews import empty

HOUSE = Path(__file__).parents[2] / "hervat"
NUMBER = "0000-20220301-0001"


def filled(part: ast.expr) -> str:
    """Return what may stand in the place of a value."""
    name = ast.unparse(part)
    for word, sample in {"hash": "0123456789ab", "number": NUMBER, "recipient": "party school"}.items():
        if word in name:
            return sample
    return "3"


def texts(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> list[str]:
    """Return samples of what an expression may give as a text; [] when that can't be told from it alone."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Name):
        return [text for one in assigned.get(node.id, []) for text in texts(one, assigned)]
    if isinstance(node, ast.JoinedStr):
        found = [""]
        for part in node.values:
            ends = texts(part, assigned) if isinstance(part, ast.Constant) else values(part, assigned)
            found = [start + end for start in found for end in ends]
        return found
    if isinstance(node, ast.ListComp):
        return texts(node.elt, assigned)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "plural":
        singular, *many = [part for one in node.args[1:] for part in texts(one, assigned)]
        return [plural(1, singular, *many), plural(3, singular, *many)]
    return [text for one in node.elts for text in texts(one, assigned)] if isinstance(node, ast.List) else []


def values(part: ast.expr, assigned: dict[str, list[ast.expr]]) -> list[str]:
    assert isinstance(part, ast.FormattedValue)
    inner = texts(part.value, assigned) if isinstance(part.value, ast.Name | ast.Call) else []
    return inner or [filled(part.value)]


@cache
def sites() -> list[tuple[str, ast.expr, dict[str, list[ast.expr]]]]:
    """Return file, what is put in a night's attention, and what the names in that function stand for."""
    return list(_sites())


def _sites() -> Iterator[tuple[str, ast.expr, dict[str, list[ast.expr]]]]:
    for path in sorted(HOUSE.rglob("*.py")):
        if "attention" not in path.read_text():
            continue
        for function in statements(parsed(path)):
            if not isinstance(function, ast.FunctionDef):
                continue
            assigned: dict[str, list[ast.expr]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    assigned.setdefault(node.targets[0].id, []).append(node.value)
            for node in ast.walk(function):
                if (given := put(node)) is not None:
                    yield str(path.relative_to(HOUSE)), given, assigned


def put(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute) and node.target.attr == "attention":
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        where = node.func.value
        return node.args[0] if isinstance(where, ast.Attribute) and where.attr == "attention" else None
    return None


def made_elsewhere() -> dict[str, list[str]]:
    """Return the lines whose text is made in another place than where it is put in the night's attention."""
    result = FetchResult(Source(name="pib", folder={"directory": "/srv/pib"}), unsettled=["pib: permission denied"])
    found = str(Uncovered("tolk", "bsn", "bsn", 3)), str(Uncovered("tolk", "v", "v_number", 3))
    return {
        "intake/fetch.py": [
            *result.warnings,
            *(one.text for one in every_kind("pib") if one.reason not in ALWAYS_LINES),
        ],
        "cleaning/plan_content.py": [f"system inburgering: {one}" for one in found],
        "status/view.py": [text for count in (1, 3) for text in waiting_lines(everything(count))],
    }


def everything(count: int) -> Overview:
    """Return an overview in which all waits that can wait, so many of each."""
    day = date(2022, 3, 1)
    late = [
        Held(9, "f.csv", row or None, "r", False, day, 34, owner=owner, decide_by=day)
        for row in range(count + 1)
        for owner in (None, "B. de Boer")
    ]
    system = SystemLine(
        *("s", "database", "erase", 1, 1, 0, 0, count, 0, 1),
        coverage=[SearchResult("t", f"c{at}", "bsn", 3, day, fresh=True) for at in range(count)],
        **{"overdue": count, "refill": count, "loose": {"t": count}},
        copies=[Copied("audit.log", count, day, True), Copied("audit.blind", None, day, True)],
        history=[History("t", count, "DELETE HISTORY FROM t")],
        keepers=[Keeper("p", "t", "the publication", "look in every subscriber")],
    )
    return empty(
        held=late,
        refused_files=count,
        incidents=[
            {"kind": kind, "waits": kind == "leak"}
            for kind in ("orphans", "foreign_rows", "leak")
            for _ in range(count)
        ],
        persons={"disputed": count, "orphans": count},
        undecided=Undecided(count, count, count, count),
        unfindable=count,
        notices={"overdue": count, "refused": count, "partly": 0, "failed": count},
        systems=[system],
        corrections=[CorrectionLine("2022Q1", "0123456789ab", count, waits) for waits in (False, True)],
        answers=[AnswersRefused("f.xlsx", "not_a_worklist"), AnswersRefused("f.xlsx", "day_malformed", (2,) * count)],
        unsure=[UnsureLine("party school", NUMBER, "several", "f.eml")],
    )


def test_numbers_agree_in_every_line_of_the_overview():
    ones, threes = waiting_lines(everything(1)), waiting_lines(everything(3))
    assert "1 incident (row of another gemeente)" in ones and "3 incidents (rows of another gemeente)" in threes
    assert "system s: 1 person waits for an approval" in ones
    assert [text for text in ones + threes if agreeing(text) != text] == []


@cache
def lines() -> list[str]:
    found = [text for texts_ in made_elsewhere().values() for text in texts_]
    for file, node, assigned in sites():
        here = texts(node, assigned)
        assert here or file in made_elsewhere(), f"{file}: the test can't tell what line this is: {ast.unparse(node)}"
        found += here
    bare = ("3 3", "system 3: 3")  # whose text is made elsewhere
    return [text for text in dict.fromkeys(found) if text not in bare]


def test_the_lines_of_the_house_are_found():
    assert len(sites()) >= 20 and len(lines()) >= 30
    assert any("orphans to look at" in text for text in lines())
    assert any("does not count" not in text and "plan 0123456789ab" in text for text in lines())


@cache
def command_line():
    from typer.main import get_command

    from hervat.cli import commands  # noqa: F401 - it registers them all

    return get_command(_app.app)


@pytest.mark.parametrize("text", lines())
def test_every_line_names_a_command_that_there_is(text):
    ending = ending_of(text)
    assert ending is not None, f"hervat/attention.py knows no command for: {text}"
    assert "{" not in ending.command
    command = command_line()
    for word in ending.command.split()[1:]:
        if not hasattr(command, "commands"):
            break
        command = command.commands[word]
    options = [word for word in ending.command.split() if word.startswith("--")]
    known = {name for one in command.params for name in one.opts}
    assert set(options) <= known, f"{ending.command}: there is no such option"


def test_a_line_that_nobody_knows_has_none():
    assert ending_of("3 things that were never heard of") is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("system s: plan 0123456789ab: the approval by A of 2022-03-01 does not count", "hervat approve 0123456789ab --key FILE"),
        (f"party p: notice {NUMBER} did not arrive (550); fix that, then `hervat notices resend {NUMBER} --by NAME`",
         f"hervat notices resend {NUMBER} --by NAME"),
        (f"party p: 2 notice(s) that it refused ({NUMBER}, 0000-20220301-0002); call it, and record what it says with"
         " `hervat notices confirm`", f"hervat notices confirm --number {NUMBER} --status received --by NAME"),
        ("party school: 2 person(s) can't be named to it (no kenmerk); tell it", "hervat notices told --party school --by NAME"),
        ("0001: 3 rows in quarantine", "hervat quarantine list"),
    ],
)  # fmt: skip
def test_what_a_line_names_is_filled_in(text, command):
    ending = ending_of(text)
    assert ending and ending.command == command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("system s: 1 disputed persons wait", "system s: 1 disputed person waits"),
        ("system s: 21 persons wait for an approval", "system s: 21 persons wait for an approval"),
        ("system s: 1 corrected persons have a root of unknown law", "system s: 1 corrected person has a root of unknown law"),
        ("1 party(ies) received data", "1 party received data"),
        ("2 party(ies) received data", "2 parties received data"),
        ("source s: 1 file(s) were secured but could not be removed", "source s: 1 file was secured but could not be removed"),
        ("source s: 2 file(s) were secured but could not be removed", "source s: 2 files were secured but could not be removed"),
        ("party p: 2 notice(s) without an answer", "party p: 2 notices without an answer"),
    ],
)  # fmt: skip
def test_numbers_agree(text, said):
    assert agreeing(text) == said
