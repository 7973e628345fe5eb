from datetime import datetime

import pytest

from hervat.downloads import load_format, name_facts
from hervat.errors import ConfigurationError
from hervat.shipped import shipped


@pytest.mark.parametrize("name", ["pib-wi2021", "pib-wi2013.yaml", "pib-wi2007"])
def test_the_shipped_formats_load_and_differ(name, tmp_path):
    loaded = load_format(name, tmp_path)
    assert loaded.name == name.removesuffix(".yaml")
    assert loaded.wet == "Wi" + loaded.name[-4:]
    assert len(loaded.columns) == 13


def test_a_fingerprint_tells_formats_apart_and_stays(tmp_path):
    one, again, other = (load_format(n, tmp_path).fingerprint() for n in ("pib-wi2021", "pib-wi2021", "pib-wi2013"))
    assert one == again != other


def test_the_installations_own_file_goes_before_the_shipped_one(tmp_path):
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "eigen.yaml").write_text("like: pib-wi2021\nname: eigen\ndelimiters: ['|']\n")
    assert load_format("eigen", tmp_path).delimiters == ["|"]
    assert shipped("formats", "formats/eigen.yaml", tmp_path) == tmp_path / "formats" / "eigen.yaml"
    assert shipped("formats", str(tmp_path / "formats" / "eigen"), tmp_path).is_file()


def test_a_name_that_is_nowhere_is_refused_with_those_that_ship(tmp_path):
    with pytest.raises(ConfigurationError, match=r"pib-wi2022.*formats.*pib-wi2007, pib-wi2013, pib-wi2021"):
        load_format("pib-wi2022", tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("like: pib-wi2021\nname: x\ncolums: {}\n", "did you mean columns"),
        ("like: pib-wi2021\nname: x\nname_pattern: '('\n", "no regular expression"),
        ("like: pib-wi2021\nname: x\nname_pattern: '(?P<dag>.)'\n", "dag"),
        ("like: pib-wi2021\nname: x\ncolumns: {bsn: [A], wet: [a]}\nrequired: []\n", "same name"),
        ("like: pib-wi2021\nname: x\ncolumns: {bsn: [A]}\n", "datum_signaal"),
        ("like: x\n", "circle"),
        ("- a\n", "no mapping"),
    ],
)
def test_a_wrong_format_is_refused_with_what_is_wrong(tmp_path, content, said):
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "x.yaml").write_text(content)
    with pytest.raises(ConfigurationError, match=said):
        load_format("x", tmp_path)


@pytest.mark.parametrize(
    ("name", "made", "wet", "code"),
    [
        ("PIB_Wi2021_0363_20220316_101500.csv", datetime(2022, 3, 16, 10, 15), "Wi2021", "0363"),
        ("pib_WI2013_0000_20220316_101500 (1).xlsx", datetime(2022, 3, 16, 10, 15), "Wi2013", "0000"),
        ("PIB_Wi2021_0363_20221316_101500.csv", None, "Wi2021", "0363"),
        ("PIB_Wi2099_0363_20220316_101500.csv", datetime(2022, 3, 16, 10, 15), None, "0363"),
        ("download.csv", None, None, None),
    ],
)
def test_what_a_name_tells(pib, name, made, wet, code):
    facts = name_facts(pib, name)
    assert (facts.made_at.replace(tzinfo=None) if facts.made_at else None, facts.wet, facts.code) == (
        made,
        wet,
        code,
    )
    assert facts.made_at is None or facts.made_at.tzinfo is not None


def test_a_format_that_was_changed_or_hidden_by_another_file_is_read_again(tmp_path):
    (tmp_path / "formats").mkdir()
    own = tmp_path / "formats" / "x.yaml"
    own.write_text("like: pib-wi2021\nmax_characters: 7\n")
    first = load_format("x", tmp_path)
    assert load_format("x", tmp_path) is first and first.max_characters == 7
    own.write_text("like: pib-wi2021\nmax_characters: 8\n")
    assert load_format("x", tmp_path).max_characters == 8
    shown = shipped("formats", "pib-wi2021", tmp_path).read_text().replace("Geestelijk bedienaar", "Iemand anders")
    (tmp_path / "formats" / "pib-wi2021.yaml").write_text(shown)  # from now on before the shipped one
    assert "Iemand anders" in load_format("x", tmp_path).doelgroepen and "Iemand anders" not in first.doelgroepen
