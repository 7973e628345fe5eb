"""The configuration is checked whole: every mistake at once, with file, key, what is wrong and what to write."""

import textwrap

import pytest

from hervat.errors import ConfigurationError
from hervat.settings import read_settings

GOOD = """
register: sqlite:///var/register.db
vault: var/vault
output: var/output
keys: {file: var/keys.json}
municipalities:
  - code: "0000"
    name: Voorbeeldstad
    sources:
      - {name: by-hand, folder: {directory: incoming, pattern: "*.csv"}}
    systems:
      - name: inburgering
        database: ${MADE_UP_URL}
        footprint: {person: {table: persoon, bsn: bsn}, root: inburgeraar}
        approval: automatic
    cbs: {reporter: "0000", records: {system: inburgering, query: "select 1"}}
"""


def read(tmp_path, text):
    (tmp_path / "hervat.yaml").write_text(textwrap.dedent(text))
    return read_settings(tmp_path)


def mistakes(tmp_path, text):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    return {problem.key: problem for problem in caught.value.problems}


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("MADE_UP_URL", "sqlite:///local.db")


def test_defaults_and_paths_from_the_directory(tmp_path):
    settings = read(tmp_path, GOOD)
    one = settings.municipality("0000")
    assert one is not None and settings.rounds == ["restart-2022.yaml"]
    assert settings.register_url == f"sqlite:///{tmp_path}/var/register.db"
    assert one.system("inburgering").database == f"sqlite:///{tmp_path}/local.db"
    assert one.sources[0].stable_after_seconds == 60 and one.sources[0].after_pickup == "keep"
    assert (one.systems[0].brake.persons, one.systems[0].brake.share) == (50, 0.10)


def test_whom_to_call_and_what_letters_ask(tmp_path):
    one = read(tmp_path, GOOD).municipalities[0]
    assert one.contact is None and not one.letters.wi2013_wait
    more = """    contact: {name: " Team Inburgering ", telephone: "14 0000"}
    letters: {wi2013_wait: true}
    sources:"""
    one = read(tmp_path, GOOD.replace("    sources:", more)).municipalities[0]
    assert one.contact is not None and (one.contact.name, one.contact.telephone) == ("Team Inburgering", "14 0000")
    assert one.letters.wi2013_wait
    wrong = (
        more.replace('"14 0000"', "140000").replace("wi2013_wait", "wi2013_wacht").replace(" Team Inburgering ", " ")
    )
    found = mistakes(tmp_path, GOOD.replace("    sources:", wrong))
    assert found["municipalities[0].contact.telephone"].mend == "write it as text, between quotes"
    assert found["municipalities[0].letters.wi2013_wacht"].mend == "did you mean wi2013_wait?"
    assert set(found) >= {"municipalities[0].contact.name"}


def test_approvers_are_a_path_and_a_systems_own_come_first(tmp_path):
    text = GOOD.replace("    sources:", "    approvers: keys/approvers\n    sources:")
    one = read(tmp_path, text).municipalities[0]
    assert one.approvers_of(one.systems[0]) == tmp_path / "keys" / "approvers"
    one = read(tmp_path, text.replace("approval: automatic", "approvers: /etc/own")).municipalities[0]
    assert str(one.approvers_of(one.systems[0])) == "/etc/own"
    one = read(tmp_path, GOOD).municipalities[0]
    assert one.approvers_of(one.systems[0]) is None


def test_a_name_that_is_too_long_is_told_what_a_name_is(tmp_path):
    (only,) = mistakes(tmp_path, GOOD.replace("name: by-hand", f"name: {'lang' * 20}")).values()
    assert only.mend.startswith("write letters, digits") and "A-Za" not in str(only)


def test_every_mistake_at_once(tmp_path):
    text = GOOD.replace('code: "0000"\n', "code: 12\n").replace("approval: automatic", "aproval: automatic")
    text = text.replace("pattern:", "patern:").replace("vault: var/vault\n", "")
    found = mistakes(tmp_path, text)
    assert set(found) == {
        "vault",
        "municipalities[0].code",
        "municipalities[0].sources[0].folder.patern",
        "municipalities[0].systems[0].aproval",
    }
    assert found["municipalities[0].systems[0].aproval"].mend == "did you mean approval?"
    assert found["vault"].wrong == "this key is missing"
    assert all(problem.file == "hervat.yaml" and problem.mend for problem in found.values())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("${MADE_UP_URL}", "${NOT_SET_ANYWHERE}", "NOT_SET_ANYWHERE"),
        ("system: inburgering", "system: elders", "elders"),
        ("keys: {file: var/keys.json}", "keys: {}", "file and env"),
        ("approval: automatic", "policy: retain", "ground and until"),
        ("approval: automatic", "policy: restrict", "restrict"),
        ("folder: {directory: incoming, pattern: \"*.csv\"}", "stable_after_seconds: 1", "sftp and folder"),
        ("name: Voorbeeldstad", "name: Voorbeeldstad\n    name: Twee", "is here twice"),
        ("register: sqlite:///var/register.db", "register: nowhere", "database URL"),
        ("municipalities:", "municipalities: [", "YAML"),
        ("approval: automatic", "restore_point: 2999-01-01", "restore_point lies in the future; write the day"),
        ("approval: automatic", "restore_point: gisteren", "restore_point.* write a day, as YYYY-MM-DD"),
        ("${MADE_UP_URL}\n        footprint: {person: {table: persoon, bsn: bsn}, root: inburgeraar}\n        approval: automatic",
         "null\n        supplier: {name: L, channel: {folder: out}}\n        approvers: approvers", "are of a database"),
    ],
)  # fmt: skip
def test_single_mistakes(tmp_path, before, after, said):
    assert before in GOOD
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, GOOD.replace(before, after))


def test_no_directory_names_the_mend(tmp_path):
    with pytest.raises(ConfigurationError, match="hervat init"):
        read_settings(tmp_path / "nowhere")


def test_a_value_that_stood_there_is_not_repeated(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, GOOD.replace("approval: automatic", "approval: s3cr3t-value"))
    assert "s3cr3t" not in str(caught.value)


def test_what_is_not_set_is_one_mistake(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        read(
            tmp_path, GOOD.replace("sqlite:///var/register.db", "${NOT_SET_ANYWHERE}").replace("vault: var/vault\n", "")
        )
    assert [problem.key for problem in caught.value.problems] == ["register", "vault"]
