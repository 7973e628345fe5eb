"""JSON Schemas of the files that a gemeente writes, made from the models that read them: for editors and checks."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from hervat.settings.root import Municipality, Settings
from hervat.settings.systems import Footprint

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", "description": "`${NAME}`"}
_FILES = {"type": "string", "description": "A file of one gemeente, or a pattern of such files: gemeenten/*.yaml."}
_AROUND = ("description", "default")
_NARROW = ("pattern", "enum", "const", "format", "minLength", "maxLength")
Node = dict[str, Any]


def configuration_schema() -> Node:
    """Return the schema of hervat.yaml; `${NAME}` may stand for any text, number, choice, day, true and false."""
    schema = _with_variables(schema_of(Settings, "hervat.yaml"))
    del schema["properties"]["directory"]
    schema["required"].remove("directory")
    municipalities = schema["properties"]["municipalities"]
    municipalities["items"] = {"anyOf": [municipalities["items"], _FILES]}
    return schema


def municipality_schema() -> Node:
    """Return the schema of a file of one gemeente."""
    return _with_variables(schema_of(Municipality, "A gemeente"))


def footprint_schema() -> Node:
    """Return the schema of a footprint in a file of its own."""
    return schema_of(Footprint, "A footprint")


def schema_of(model: type[BaseModel], title: str) -> Node:
    """Return the schema of a file that `model` reads: keys as they are written, nothing of Python in it."""
    schema = model.model_json_schema(by_alias=True)
    _each(schema, _plain)
    return {"$schema": DIALECT, "title": title, **schema}


def _plain(node: Node) -> None:
    """Leave out what pydantic adds for programs, and join the lines of a description."""
    if isinstance(node.get("title"), str):
        del node["title"]
    if node.get("format") == "path":
        del node["format"]
    if isinstance(text := node.get("description"), str):
        node["description"] = "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _with_variables(schema: Node) -> Node:
    _each(schema, _or_variable)
    return schema


def _or_variable(node: Node) -> None:
    """Let a variable stand where not every text may."""
    if "anyOf" in node:
        kinds = [kind for member in node["anyOf"] for kind in member.get("anyOf", [member])]
        others = [kind for kind in kinds if kind is not _VARIABLE]
        node["anyOf"] = [*others, _VARIABLE] if len(others) < len(kinds) else kinds
    elif _narrow(node):
        narrow = {key: node.pop(key) for key in list(node) if key not in _AROUND}
        node["anyOf"] = [narrow, _VARIABLE]


def _narrow(node: Node) -> bool:
    """True for a single value that is not any text at all."""
    kind = node.get("type")
    return kind in ("integer", "number", "boolean") or (kind == "string" and any(key in node for key in _NARROW))


def _each(node: Any, act: Callable[[Node], None]) -> None:
    """Do something with every schema in a schema, the inner ones first."""
    if not isinstance(node, dict):
        return
    for key in ("properties", "$defs"):
        for inner in node.get(key, {}).values():
            _each(inner, act)
    for key in ("items", "additionalProperties"):
        _each(node.get(key), act)
    for key in ("anyOf", "prefixItems"):
        for inner in node.get(key, []):
            _each(inner, act)
    act(node)
