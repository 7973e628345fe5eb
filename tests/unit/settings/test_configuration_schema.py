"""The JSON Schemas of what a gemeente writes say what hervat itself says: of every key, and of all that ships."""

import re
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from hervat.cli.setup.schema import file_schemas, schema_named
from hervat.delivery import RecordLayout
from hervat.downloads import Format
from hervat.errors import ConfigurationError
from hervat.rules import rounds
from hervat.settings import Footprint, Settings, Strict, read_settings, read_yaml
from tests.unit.settings.test_read_settings import GOOD

ROOT = Path(__file__).parents[3]
SHIPPED = {
    "format": sorted((ROOT / "config" / "formats").glob("*.yaml")),
    "round": sorted((ROOT / "config" / "rounds").glob("*.yaml")),
    "layout": sorted((ROOT / "config" / "layouts").glob("*.yaml")),
    "footprint": sorted((ROOT / "config" / "footprints").glob("*.yaml")),
}
ROOTS = {
    "configuration": Settings,
    "footprint": Footprint,
    "format": Format,
    "round": rounds.Round,
    "layout": RecordLayout,
}


def as_text(value):
    """Return YAML as an editor reads it: days are texts."""
    if isinstance(value, dict):
        return {str(key): as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value) if isinstance(value, date) else value


def loaded(text):
    """Return the YAML of a text as hervat reads it."""
    with NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        return as_text(read_yaml(Path(file.name)))


def wrong_at(schema, content):
    """Return where the schema refuses a content, as far as its errors reach."""
    found, waiting = set(), list(Draft202012Validator(schema).iter_errors(content))
    while waiting:
        error = waiting.pop()
        found.add(tuple(error.absolute_path))
        waiting += error.context
    return found


@pytest.mark.parametrize("name", file_schemas())
def test_it_is_a_schema_in_which_each_key_is_described(name):
    schema = schema_named(name)
    Draft202012Validator.check_schema(schema)
    parts = {name: schema, **schema.get("$defs", {})}
    assert not [part for part, content in parts.items() if not content.get("description")]
    keys = [(part, key, about) for part, content in parts.items() for key, about in content["properties"].items()]
    assert keys and not [(part, key) for part, key, about in keys if not about.get("description", "").endswith(".")]
    assert all(content["additionalProperties"] is False for content in parts.values())


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in SHIPPED.items() for path in paths], ids=str)
def test_what_ships_fits(name, path):
    assert wrong_at(schema_named(name), as_text(read_yaml(path))) == set()


def test_a_format_may_be_like_another_and_else_needs_every_key():
    schema = schema_named("format")
    assert wrong_at(schema, {"like": "pib-wi2021", "sheet": "Blad1"}) == set()
    assert wrong_at(schema, {"sheet": "Blad1"}) and wrong_at(schema, {"like": "pib-wi2021", "seet": "Blad1"})


def _configurations():
    """Return the configurations that people begin with: what init writes, the same with all that is behind #, the demo's."""
    template = (ROOT / "config" / "installation" / "hervat.yaml").read_text()
    demo = (ROOT / "config" / "demo" / "hervat.yaml.j2").read_text()
    filled = re.sub(r"\{\{.*?\}\}", lambda found: "22" if "port" in found[0] else "a@example.nl", demo)
    return {"init": template, "in full": _in_force(template), "demo": filled, "design": _design()}


def _in_force(template):
    """Return the template with its commented keys in force, but the second register."""
    keys = re.compile(r"^( *)# ( *(?:- )?(?:[a-z_0-9]+:|\{[a-z_]+:|- ).*|       known_hosts:.*)$")
    lines = []
    for line in template.splitlines():
        found = keys.match(line)
        told = found and not found[2].startswith("  register:")
        lines.append(f"{found[1]}{found[2]}" if told else re.sub(r": \[\]$", ":", line))
    return "\n".join(lines)


def _design():
    text = (ROOT / "docs" / "design.md").read_text()
    return next(block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if block.startswith("register:"))


@pytest.mark.parametrize("name", ["init", "in full", "demo", "design"])
def test_the_configurations_that_people_begin_with_fit(name):
    text = _configurations()[name]
    content = loaded(text.replace("{sftp: {...}}", "{folder: out}"))
    if name == "in full":
        assert {"alert", "retention", "quality"} < content.keys() and content["municipalities"][0]["systems"]
    assert wrong_at(schema_named("configuration"), content) == set()


def test_the_yaml_of_the_how_tos_fits_somewhere():
    """Each block is a part of hervat.yaml or of a file beside it: some place takes it, or it shows a mistake."""
    places = [_partly(schema) for schema in map(schema_named, file_schemas())]
    misfits = []
    for page in sorted((ROOT / "docs" / "how-to").glob("*.md")):
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
            content = loaded(block.replace("...", "x"))
            contents = content if isinstance(content, list) else [content]
            if not all(any(not wrong_at(place, item) for group in places for place in group) for item in contents):
                misfits.append(f"{page.name}: {block[:80]}")
    assert not misfits


def _partly(schema):
    """Return the schema of a file and of each of its parts, with nothing that must be there."""
    parts = schema.get("$defs", {})
    loose = {name: {key: value for key, value in part.items() if key != "required"} for name, part in parts.items()}
    rest = {key: value for key, value in schema.items() if key not in ("required", "anyOf", "$defs")}
    return [{**rest, "$defs": parts}, *[{**part, "$defs": parts} for part in loose.values()]]


def _models(model, found):
    """Collect a model and all that it holds, by name."""
    found[model.__name__] = model
    for field in model.model_fields.values():
        for inner in _held(field.annotation):
            if inner.__name__ not in found:
                _models(inner, found)
    return found


def _held(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for part in getattr(annotation, "__args__", ()) for inner in _held(part)]


@pytest.mark.parametrize("name", ROOTS)
def test_a_wrong_type_and_a_wrong_key_are_refused_by_both(name):
    schema, checked = schema_named(name), 0
    for part, model in _models(ROOTS[name], {}).items():
        form = schema if model is ROOTS[name] else schema["$defs"][part]
        for key in form["properties"]:
            if key == "like":
                continue
            assert (f"{key}x",) in _refused(model, {f"{key}x": 1})
            assert wrong_at({**form, "$defs": schema.get("$defs", {})}, {f"{key}x": 1})
            if "Any" in str(_field(model, key).annotation):
                continue
            checked += 1
            wrong = [[[]]]
            assert any(place[:1] == (key,) for place in _refused(model, {key: wrong})), (part, key)
            places = wrong_at({**form, "$defs": schema.get("$defs", {})}, {key: wrong})
            assert any(place[:1] == (key,) for place in places), (part, key)
    assert checked > 8


def _field(model: type[Strict], key):
    return next(field for name, field in model.model_fields.items() if key in (name, field.alias))


def _refused(model, content):
    try:
        model.model_validate(content)
    except ValidationError as error:
        return {tuple(item["loc"]) for item in error.errors() if item["type"] != "missing"}
    return set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('code: "0000"', "code: 12"), ('code: "0000"', 'code: "12"'), ("approval: automatic", "approval: s3cr3t"),
        ("approval: automatic", "brake: {share: veel}"), ("approval: automatic", "brake: {share: 2}"),
        ("approval: automatic", "allow_index: misschien"), ("approval: automatic", "aproval: automatic"),
        ("approval: automatic", "restore_point: 12"), ("name: by-hand", "name: met spatie"),
        ("vault: var/vault\n", ""), ("keys: {file: var/keys.json}", "keys: var/keys.json"),
        ('pattern: "*.csv"', "pattern: []"), ("root: inburgeraar}", "root: inburgeraar, pad: []}"),
    ],
)  # fmt: skip
def test_typical_mistakes_are_refused_by_both(tmp_path, monkeypatch, before, after):
    monkeypatch.setenv("MADE_UP_URL", "sqlite:///local.db")
    text, schema = GOOD.replace(before, after), schema_named("configuration")
    assert before in GOOD and wrong_at(schema, loaded(GOOD)) == set()
    (tmp_path / "hervat.yaml").write_text(text)
    with pytest.raises(ConfigurationError):
        read_settings(tmp_path)
    assert wrong_at(schema, loaded(text))


def test_a_variable_may_stand_for_every_single_value(tmp_path, monkeypatch):
    values = {
        "CODE": "0000",
        "DAYS": "3",
        "HOW": "automatic",
        "SHARE": "0.5",
        "YES": "true",
        "DAY": "2022-01-01",
        "A": "n",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MADE_UP_URL", "sqlite:///local.db")
    more = "approval: ${HOW}\n        approval_days: ${DAYS}\n        brake: {share: '${SHARE}'}\n"
    more += "        allow_index: ${YES}\n        restore_point: ${DAY}"
    text = GOOD.replace('code: "0000"', "code: ${CODE}").replace("approval: automatic", more)
    text = text.replace("name: by-hand", "name: 'by-ha${A}d'")
    (tmp_path / "hervat.yaml").write_text(text)
    system = read_settings(tmp_path).municipalities[0].systems[0]
    assert (system.approval_days, system.brake.share, system.allow_index) == (3, 0.5, True)
    assert wrong_at(schema_named("configuration"), loaded(text)) == set()
    assert wrong_at(schema_named("configuration"), loaded(text.replace("${DAYS}", "$DAYS")))


def test_a_municipality_may_be_in_a_file_of_its_own():
    whole = loaded(GOOD)
    assert wrong_at(schema_named("municipality"), as_text(whole["municipalities"][0])) == set()
    assert wrong_at(schema_named("configuration"), as_text(whole | {"municipalities": ["gemeenten/*.yaml"]})) == set()
