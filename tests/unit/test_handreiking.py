"""docs/handreiking.md names nothing that is not there: columns and sheets, commands with their options, files, tests."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import typer

from hervat import cli
from hervat.report import after_sheets, asking, worklist

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "handreiking.md").read_text()
TOLD = re.findall(r"`([^`]+)`", TEXT)
SHEETS = {"Personen", "Quarantaine", "Opnieuw vullen", "Weer gezien", "Lijsten", "Losse rijen", "Uitleg"}


def columns(text):
    """The names in bold, but for the word that explains them."""
    return set(re.findall(r"\*\*([^*]+)\*\*", text)) - {"Bold"}


def named_tests(text):
    return re.findall(r"`([\w/]+\.py)::(\w+)`", text)


def files(told):
    return [one for one in told if re.fullmatch(r"[\w.-]+(/[\w.-]+)*(/|\.(py|md|yaml|json))", one)]


def commands(told):
    return [one.split()[1:] for one in told if one.startswith("hervat ")]


def missing_columns(text):
    tables = (worklist.COLUMNS, worklist.HELD, *after_sheets.TABLES, asking.EXPLAINED)
    return columns(text) - {title for table in tables for title, _ in table} - SHEETS


def missing_tests(text):
    return [
        (path, name)
        for path, name in named_tests(text)
        if not (found := ROOT / "tests" / path).is_file() or f"def {name}(" not in found.read_text()
    ]


def missing_files(told):
    return [one for one in files(told) if not any((ROOT / place / one).exists() for place in ("", "docs", "tests"))]


@pytest.fixture(scope="module")
def app():
    for module in iter_modules(cli.__path__):
        if module.name != "__main__":
            import_module(f"hervat.cli.{module.name}")
    return typer.main.get_command(import_module("hervat.cli.app").app)


def is_there(app, words):
    """Say whether the words are a command, and what begins with -- after it is an option of it."""
    found = app
    while words and words[0] in getattr(found, "commands", {}):
        found, words = found.commands[words[0]], words[1:]
    if found is app or (getattr(found, "commands", None) and words):
        return False
    options = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return {word for word in words if word.startswith("--")} <= options


def test_every_column_and_sheet_in_it_is_on_the_worklist():
    assert len(columns(TEXT)) > 8
    assert missing_columns(TEXT) == set()


def test_every_command_in_it_is_there(app):
    assert len(commands(TOLD)) >= 8
    assert [words for words in commands(TOLD) if not is_there(app, words)] == []


def test_every_file_in_it_is_there():
    assert len(files(TOLD)) > 15
    assert missing_files(TOLD) == []


def test_every_test_in_it_is_there():
    assert len(named_tests(TEXT)) > 50
    assert missing_tests(TEXT) == []


def test_what_is_not_there_would_be_noticed(app):
    assert missing_columns("**Wat te doen** and **Vragen of beslissen**") == {"Vragen of beslissen"}
    assert missing_tests("`unit/test_handreiking.py::test_nothing_of_the_kind`")
    assert missing_files(["hervat/report/work.py", "hervat/report/nothing.py"]) == ["hervat/report/nothing.py"]
    assert [is_there(app, words.split()) for words in ("optin record --person 4", "optin nothing", "nothing")] == [
        True, False, False,
    ]  # fmt: skip
    assert not is_there(app, ["run", "--nothing"])
