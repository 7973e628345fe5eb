"""The pages of accountability: whatever is configured stands in each by its name, and they say what is true."""

import json
import re
from pathlib import Path
from tempfile import gettempdir
from xml.etree import ElementTree as Xml

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from hervat.accountability import (
    RISKS,
    access_to,
    as_html,
    as_markdown,
    data_flow,
    dpia_document,
    dpia_input,
    flow_svg,
    mermaid,
    rights_document,
    rights_matrix,
    statement_document,
)
from hervat.cli.commands import app
from hervat.cli.outputs import output_schema
from hervat.settings import Municipality, read_settings
from tests.support.effort import examples

DOCS = Path(__file__).parents[3] / "docs"
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{2,40}", fullmatch=True)
FREE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=3, max_size=60)


def system(name, kind, supplier):
    if kind == "supplier":
        return {"name": name, "supplier": {"name": supplier, "channel": {"folder": "uit"}}}
    if kind == "files":
        return {"name": name, "files": {"directory": "lijsten"}}
    more = {"retain": {"ground": "Archiefwet", "until": "2030-01-01"}, "restrict": {"restrict": {"inburgeraar.s": "x"}}}
    return {
        "name": name,
        "database": f"sqlite:///{name}.db",
        "footprint": FOOTPRINT,
        "policy": kind,
        **more.get(kind, {}),
    }


@st.composite
def configurations(draw):
    names = draw(st.lists(NAMES, unique=True, min_size=3, max_size=9))
    third = len(names) // 3
    kinds = st.sampled_from(["erase", "restrict", "retain", "supplier", "files"])
    suppliers = {name: draw(FREE) for name in names[third : 2 * third]}
    systems = [system(name, draw(kinds), supplier) for name, supplier in suppliers.items()]
    parties = [{"name": n, "role": draw(FREE | st.just("")), "channel": {"folder": "uit"}} for n in names[2 * third :]]
    sources = [{"name": name, "folder": {"directory": "in"}} for name in names[:third]]
    used = [suppliers[one["name"]] for one in systems if "supplier" in one]
    made = Municipality.model_validate(
        {"code": "0000", "name": "Dorp", "sources": sources, "systems": systems, "parties": parties}
    )
    return made, [*names, *used], [*(one["name"] for one in parties), *used]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return written(tmp_path_factory.mktemp("plain"))


def written(folder, **municipality):
    content = {
        "register": "sqlite:///var/register.db", "vault": "var/vault", "output": "var/output",
        "keys": {"file": "var/keys.json"}, "municipalities": [{"code": "0000", "name": "Dorp", **municipality}],
    }  # fmt: skip
    (folder / "hervat.yaml").write_text(yaml.safe_dump(content))
    return folder


def in_html(page):
    root = Xml.fromstring(re.sub(r"<!doctype html>|<(meta|link)[^>]*>", "", page))
    return " ".join("".join(root.itertext()).split())


@given(configurations())
@trying(max_examples=examples(40), deadline=None)
def test_whatever_is_configured_stands_in_the_dpia_by_its_name(plain, configuration):
    municipality, names, _ = configuration
    dpia = dpia_document(dpia_input(read_settings(plain), municipality, [], []))
    flow = data_flow(municipality)
    drawn = Xml.fromstring(flow_svg(flow))
    titles = [each.text for each in drawn.iter() if each.tag.endswith("title")]
    page, html = as_markdown([dpia]), in_html(as_html([dpia]))
    for name in names:
        assert any(title.startswith(f"{name}: ") for title in titles)
        assert name.replace("|", "\\|").replace("<", "&lt;") in page
        assert name in html
    assert not [line for line in mermaid(flow).split("\n")[1:] if not re.fullmatch(r'  n\d+(\["| -->\|").*', line)]


@given(configurations())
@trying(max_examples=examples(20), deadline=None)
def test_who_receives_data_stands_in_the_statement_and_in_the_rights(plain, configuration):
    municipality, _, receivers = configuration
    settings = read_settings(plain)
    statement = in_html(as_html([statement_document(settings, municipality)]))
    roles = [role.role for role in rights_matrix(settings, municipality).roles]
    for name in receivers:
        assert name in statement
        assert any(name in role for role in roles)


def test_a_name_ends_no_drawing_and_makes_no_tag():
    party = {"name": "p", "role": '"]; click <script>alert(1)</script> |x', "channel": {"folder": "uit"}}
    flow = data_flow(Municipality.model_validate({"code": "0000", "name": "Dorp", "parties": [party]}))
    assert '"]; click' not in mermaid(flow) and "<script" not in mermaid(flow)
    assert "<script" not in flow_svg(flow)


def test_each_risk_is_answered_by_a_row_that_is_there():
    rows = {
        name: [" ".join(row.split()) for row in re.split(r"^- ", (DOCS / f"{name}.md").read_text(), flags=re.M)[1:]]
        for name in ("PROOFS", "LIMITS")
    }
    assert [risk.row for risk in RISKS if not any(row.startswith(risk.row) for row in rows[risk.document])] == []
    assert {risk.document for risk in RISKS} == {"PROOFS", "LIMITS"}


def test_the_statement_says_that_a_computer_erases_by_itself_where_it_does(tmp_path):
    ask, alone = system("vraagt", "erase", ""), {**system("alleen", "erase", ""), "approval": "automatic"}
    settings = read_settings(written(tmp_path, systems=[ask]))
    careful = as_markdown([statement_document(settings, settings.municipalities[0])])
    assert "In vraagt keurt een medewerker het eerst goed." in careful and "artikel 22" not in careful
    settings = read_settings(written(tmp_path, systems=[ask, alone]))
    page = as_markdown([statement_document(settings, settings.municipalities[0])])
    assert "In alleen wist de computer zelf" in page and "meer dan 50 mensen" in page and "artikel 22" in page


def test_doctor_and_what_another_gemeente_has_apart(plain):
    settings = read_settings(plain)
    other = settings.municipalities[0].model_copy(update={"code": "0001"})
    both = settings.model_copy(update={"municipalities": [settings.municipalities[0], other]})
    dpia = dpia_input(both, both.municipalities[0], ["0000 policy: ours", "0001 policy: theirs", "alert: all"], [])
    assert dpia.unwise == ["0000 policy: ours", "alert: all"]


def test_who_can_read_a_file_is_decided_by_the_folders_above_it_too(tmp_path):
    file = tmp_path / "open" / "keys.json"
    file.parent.mkdir()
    file.write_text("not read")
    file.chmod(0o644)
    above = [folder for folder in tmp_path.parents if folder.is_relative_to(gettempdir())][:-1]
    for folder in (tmp_path, *above):
        folder.chmod(0o755)
    file.parent.chmod(0o755)
    assert access_to("sleutels", file).readers == "everyone"
    file.parent.chmod(0o700)
    assert access_to("sleutels", file).readers == "owner"
    assert access_to("sleutels", file.parent / "absent").readers == "absent"
    for folder in (tmp_path, *above):
        folder.chmod(0o700)


def test_the_matrix_names_approvers_and_mends_what_is_open(tmp_path):
    approvers = tmp_path / "goedkeurders"
    approvers.write_text(
        "anna@dorp ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeKeyOfATestThatSignsNothingAtAll000000000\n"
    )
    one = {**system("een", "erase", ""), "approvers": "goedkeurders", "four_eyes": True}
    settings = read_settings(written(tmp_path, systems=[one, system("twee", "erase", "")]))
    matrix = rights_matrix(settings, settings.municipalities[0])
    role = next(role for role in matrix.roles if role.role == "goedkeurder")
    assert "een: met een sleutel: anna@dorp; nodig: 2" in role.can
    assert "een: er zijn 2 goedkeurders nodig en er staan er 1 in goedkeurders" in role.mend
    assert "twee: stel approvers in" in role.mend
    typed = next(role for role in matrix.roles if role.role == "klantmanager")
    assert "stel approvers in bij de gemeente" in typed.mend
    settings = read_settings(written(tmp_path, approvers="goedkeurders"))
    signing = next(
        one for one in rights_matrix(settings, settings.municipalities[0]).roles if one.role == "klantmanager"
    )
    assert "wat twee personen vraagt, besluiten met een sleutel: anna@dorp" in signing.can
    assert "geef een tweede persoon een sleutel voor hervat-caseworker" in signing.mend
    assert "Dorp" not in as_markdown([rights_document(matrix)])
    assert not (tmp_path / "var").exists()


def test_what_a_group_of_the_configuration_reads_is_not_open_and_what_all_read_is(tmp_path):
    group, answers = access_to("", tmp_path).group, tmp_path / "ingevuld"
    answers.mkdir()
    above = [folder for folder in (tmp_path, *tmp_path.parents) if not folder.stat().st_mode & 0o001]
    modes = {folder: folder.stat().st_mode for folder in above}
    for folder in above:
        folder.chmod(0o755)
    written(tmp_path, worklist={"answers": "ingevuld"}, readers={"worklist": group})
    content = yaml.safe_load((tmp_path / "hervat.yaml").read_text()) | {"readers": {}}
    (tmp_path / "hervat.yaml").write_text(yaml.safe_dump(content))
    settings = read_settings(tmp_path)

    def mends(mode):
        answers.chmod(mode)
        roles = rights_matrix(settings, settings.municipalities[0]).roles
        return [text for role in roles if role.role == "klantmanager" for text in role.mend if "ingevuld" in text]

    assert mends(0o2770) == mends(0o700) == []
    assert mends(0o755) == [f"ingevulde werklijsten: sluit het af voor anderen (chmod go-rwx {answers})"]
    for folder, mode in modes.items():
        folder.chmod(mode)


@pytest.mark.parametrize("page", ["dpia", "rights", "statement", "register"])
def test_each_page_is_written_as_markdown_html_and_json(tmp_path, page):
    written(tmp_path, parties=[{"name": "Taalhuis", "channel": {"folder": "uit"}}])
    run = ["account", page, "--config", str(tmp_path)]
    answer = CliRunner().invoke(app, [*run, "--json", "--out", str(tmp_path / "page.html")])
    assert answer.exit_code == 0
    Draft202012Validator(output_schema(f"account {page}")).validate(json.loads(answer.stdout))
    html = (tmp_path / "page.html").read_text()
    assert "Taalhuis" in in_html(html) and "<script" not in html and "http" not in html.replace("http-equiv", "")
    printed = CliRunner().invoke(app, run)
    assert "Taalhuis" in printed.stdout and printed.stdout.startswith("# ")
    assert CliRunner().invoke(app, [*run, "--out", str(tmp_path / "page.txt")]).exit_code == 2
