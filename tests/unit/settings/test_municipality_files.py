"""Municipalities in files of their own: found by name, read apart, and a mistake of one does not stop another."""

import textwrap

import pytest
import yaml

from hervat.errors import ConfigurationError, UsageError
from hervat.settings import files, read_settings

HERVAT = """
register: sqlite:///var/register.db
vault: var/vault
output: var/output
keys: {file: var/keys.json}
municipalities:
  - gemeenten/*.yaml
  - code: "0000"
    name: Voorbeeldstad
    sources: [{name: by-hand, folder: {directory: incoming, pattern: "A*.csv"}}]
"""
TOWN = """
code: "CODE"
name: Verzonnen CODE
systems:
  - name: inburgering
    database: ${URL_CODE}
    footprint: {person: {table: persoon, bsn: bsn}, root: inburgeraar}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    (tmp_path / "hervat.yaml").write_text(HERVAT)
    (tmp_path / "gemeenten").mkdir()
    for code in ("0363", "0599"):
        town(tmp_path, code)
        monkeypatch.setenv(f"URL_{code}", f"sqlite:///{code}.db")
    return tmp_path


def town(place, code, name=None, text=TOWN):
    (place / "gemeenten" / f"{name or code}.yaml").write_text(textwrap.dedent(text).replace("CODE", code))


def codes(settings):
    return [one.code for one in settings.municipalities]


def mistakes(place, code=None):
    with pytest.raises(ConfigurationError) as caught:
        read_settings(place, code)
    return [(problem.file, problem.key, problem.wrong, problem.mend) for problem in caught.value.problems]


def test_files_and_mappings_stand_beside_each_other(place):
    settings = read_settings(place)
    assert (codes(settings), settings.broken) == (["0363", "0599", "0000"], ())
    assert settings.municipality("0363").system("inburgering").database == f"sqlite:///{place}/0363.db"


def test_a_mistake_names_the_file_that_it_is_in(place):
    town(place, "0363", text=TOWN.replace("database:", "databse:"))
    town(place, "0599", text="- a list")
    (place / "gemeenten" / "0600.yaml").write_text("code: '0600'\nname: [")
    (place / "hervat.yaml").write_text(HERVAT.replace("name: Voorbeeldstad", "naam: Voorbeeldstad"))
    found = mistakes(place)
    assert {(file, key) for file, key, *_ in found} == {
        ("gemeenten/0363.yaml", "systems[0].databse"),
        ("gemeenten/0599.yaml", "-"),
        ("gemeenten/0600.yaml", "line 3"),
        ("hervat.yaml", "municipalities[1].name"),
        ("hervat.yaml", "municipalities[1].naam"),
    }
    assert "did you mean database?" in [one[3] for one in found]


def test_two_files_with_one_code_are_both_named(place):
    town(place, "0363", "amsterdam")
    ((file, key, wrong, mend),) = mistakes(place)
    assert (file, key, mend) == ("gemeenten/0363.yaml", "code", "keep one of them")
    assert wrong == "the municipality 0363 is in gemeenten/amsterdam.yaml too"
    settings = read_settings(place, partly=True)
    assert codes(settings) == ["0599", "0000"], "nobody knows which of the two is right"
    assert [broken.file for broken in settings.broken] == ["gemeenten/0363.yaml", "gemeenten/amsterdam.yaml"]


def test_a_file_that_two_names_fit_is_one(place):
    (place / "hervat.yaml").write_text(
        HERVAT.replace("- gemeenten/*.yaml", "- gemeenten/*.yaml\n  - gemeenten/0363.yaml")
    )
    assert codes(read_settings(place)) == ["0363", "0599", "0000"]


def test_a_name_that_fits_no_file_is_refused(place):
    (place / "hervat.yaml").write_text(HERVAT.replace("gemeenten/*.yaml", "gemeentes/*.yaml"))
    ((file, key, wrong, mend),) = mistakes(place)
    assert (file, key, wrong) == ("hervat.yaml", "municipalities[0]", "no file fits gemeentes/*.yaml")
    assert "gemeenten/*.yaml" in mend
    assert codes(read_settings(place, "0000")) == ["0000"], "that of another does not matter"
    (broken,) = read_settings(place, partly=True).broken
    assert (broken.code, "no file fits" in str(broken)) == (None, True)


def test_a_file_is_about_the_municipality_it_is_named_for(place, monkeypatch):
    monkeypatch.setenv("URL_0344", "sqlite:///x.db")
    town(place, "0344", "0599")
    ((file, key, wrong, _),) = mistakes(place, "0599")
    assert (file, key, wrong) == ("gemeenten/0599.yaml", "code", "the file is named for 0599 and is about 0344")


def test_one_alone_needs_its_own_variables_and_no_good_neighbour(place, monkeypatch):
    monkeypatch.delenv("URL_0599")
    town(place, "0600", text="broken: [")
    (place / "hervat.yaml").write_text(HERVAT + '  - {code: "0601", name: x, sources: [{name: y}]}\n')
    assert codes(read_settings(place, "0363")) == ["0363"]
    assert codes(read_settings(place, "0000")) == ["0000"]
    assert "URL_0599" in mistakes(place, "0599")[0][2]
    assert {one[0] for one in mistakes(place, "0601")} == {"hervat.yaml"}
    assert {one[0] for one in mistakes(place)} == {"gemeenten/0599.yaml", "gemeenten/0600.yaml", "hervat.yaml"}


def test_one_alone_reads_no_other_file(place, monkeypatch):
    town(place, "0344", "utrecht")
    town(place, "0345", "flow", "{code: '0345', name: Verzonnen}")
    read, known = [], files.read_yaml
    for module in ("hervat.settings.municipalities", "hervat.settings"):
        monkeypatch.setattr(f"{module}.read_yaml", lambda path: read.append(path.name) or known(path))
    monkeypatch.setenv("URL_0344", "sqlite:///x.db")
    for code, files_read in (("0363", ["0363"]), ("0344", ["flow", "utrecht"]), ("0345", ["flow", "flow"])):
        read.clear()
        assert codes(read_settings(place, code)) == [code]
        assert read == ["hervat.yaml", *[f"{name}.yaml" for name in files_read]]


def test_one_that_is_nowhere_is_refused_with_those_that_are(place):
    with pytest.raises(UsageError, match=r"no municipality 9999 in hervat.yaml; there are 0000, 0363, 0599"):
        read_settings(place, "9999")


def test_a_code_without_quotes_is_told_so_in_a_run_for_it(place):
    (place / "hervat.yaml").write_text(HERVAT.replace('"0000"', "0000"))
    ((file, key, _, mend),) = mistakes(place, "0000")
    assert (file, key, mend) == ("hervat.yaml", "municipalities[1].code", "write it as text, between quotes")
    town(place, "0345", "utrecht", TOWN.replace('"CODE"', "CODE"))  # to YAML a number in eights
    assert mistakes(place, "0345")[-1][:2] == ("gemeenten/utrecht.yaml", "code")


def test_read_partly_the_good_ones_stay_and_the_broken_ones_are_told(place, monkeypatch):
    monkeypatch.delenv("URL_0599")
    (place / "hervat.yaml").write_text(HERVAT.replace("name: Voorbeeldstad", "nam: x"))
    settings = read_settings(place, partly=True)
    assert codes(settings) == ["0363"]
    told = {broken.code: str(broken) for broken in settings.broken}
    assert "URL_0599" in told["0599"] and "gemeenten/0599.yaml" in told["0599"]
    assert "municipalities[1].nam" in told["0000"]
    monkeypatch.delenv("URL_0363")
    with pytest.raises(ConfigurationError, match="URL_0363"):
        read_settings(place, partly=True)


def test_a_mistake_of_the_installation_itself_is_never_passed_over(place):
    (place / "hervat.yaml").write_text(HERVAT.replace("vault: var/vault", "vault: ${NOT_SET_ANYWHERE}"))
    for given in ({"partly": True}, {"code": "0363"}):
        with pytest.raises(ConfigurationError, match="NOT_SET_ANYWHERE"):
            read_settings(place, **given)


def test_sources_of_others_in_the_same_file_are_known(place):
    alone = read_settings(place, "0363")
    assert ([source.name for source in alone.sources], codes(alone)) == (["by-hand"], ["0363"])


@pytest.mark.parametrize("base", ["CSafeLoader", "SafeLoader"])
def test_both_readers_of_yaml_say_the_same(place, monkeypatch, base):
    loader = type("Loader", (getattr(yaml, base),), {})
    loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, files._mapping)
    monkeypatch.setattr(files, "_Loader", loader)
    file = place / "one.yaml"
    file.write_text("on: 1\nyes: 'on'\ntrue: z\nbase: &b {x: 1}\nmore: {<<: *b, y: 2}\n")
    assert files.read_yaml(file) == {"on": 1, "yes": "on", True: "z", "base": {"x": 1}, "more": {"x": 1, "y": 2}}
    file.write_text("name: a\nname: b\n")
    with pytest.raises(ConfigurationError, match="one.yaml: line 2: the key 'name' is here twice"):
        files.read_yaml(file)
