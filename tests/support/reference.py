"""docs/reference, made from the schemas and the commands themselves; `make reference` writes it."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from typer.main import get_command

from hervat.cli.commands import app
from hervat.cli.outputs import OUTPUTS, output_schema
from hervat.cli.setup.schema import file_schemas

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
_MADE = "<!-- Made by `make reference` from the code. Change it there. -->\n"
_FILES = {
    "configuration": ("hervat.yaml", "The configuration, in the directory that `--config` names."),
    "footprint": ("footprints/*.yaml", "A footprint in a file of its own: `footprint: NAME` at the system."),
    "format": (
        "formats/*.yaml",
        "A format of downloads: `format: NAME` at the source. Every key must be there, or `like`.",
    ),
    "round": ("rounds/*.yaml", "A correction round: a name in `rounds`."),
    "layout": ("layouts/*.yaml", "A record layout of CBS: `cbs.layout`."),
}
_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false", "null": "null"}
_FORMATS = {"date": "day (YYYY-MM-DD)"}


def pages() -> dict[str, str]:
    """Return file name -> text of each page."""
    return {"configuration.md": configuration(), "json.md": outputs(), "commands.md": commands()}


def configuration() -> str:
    """Return the page about the files that a gemeente writes."""
    lines = [
        "# Configuration: every key\n",
        _MADE,
        "`hervat init` writes `hervat.schema.json` beside `hervat.yaml`: with it an editor completes and checks the keys. `hervat schema NAME`",
        "prints the schema of any file below. In `hervat.yaml` `${NAME}` reads the environment: as a part of a text, or as the whole of any other",
        "single value. Paths start at the directory of `hervat.yaml`. `required`: the key must be there. A file of one gemeente has the keys of",
        "[Municipality](#municipality) (`hervat schema municipality`).\n",
    ]
    shown: set[str] = set()
    for name, (title, about) in _FILES.items():
        schema = file_schemas()[name]()
        lines += [f"## {title}\n", f"{about} (`hervat schema {name}`)\n", *_table(schema, defaults=True), ""]
        parts = schema.get("$defs", {})
        for part in [part for part in _met(schema, parts) if part not in shown]:
            lines += [f"### {part}\n", f"{parts[part]['description']}\n", *_table(parts[part], defaults=True), ""]
        shown |= parts.keys()
    return _text(lines)


def outputs() -> str:
    """Return the page about the answers with --json."""
    lines = [
        "# JSON: every answer\n",
        _MADE,
        "With `--json` a command prints one object on standard output and nothing else there. `hervat schema COMMAND` prints its JSON Schema, such as",
        "`hervat schema cbs list`. An unknown key is no part of it: a key that is added later is in the changelog. Days are YYYY-MM-DD, moments are in UTC.",
        "A command that could not do its work prints `errors` alone: a list of texts, each with the fix.\n",
    ]
    parts: dict[str, Any] = {}
    for command in OUTPUTS:
        schema = output_schema(command)
        parts |= schema.get("$defs", {})
        lines += [f"## hervat {command}\n"]
        for form in schema["anyOf"][:-1]:
            about = [] if form["description"] == f"`hervat {command}`." else [f"{form['description']}\n"]
            lines += [*about, *_table(form, defaults=False), ""]
        if not OUTPUTS[command]:
            lines += ["Nothing but `errors`: it runs until it is stopped.\n"]
    lines += ["## Parts\n"]
    for name in sorted(parts):
        lines += [f"### {name}\n", f"{parts[name]['description']}\n", *_table(parts[name], defaults=False), ""]
    return _text(lines)


def commands() -> str:
    """Return the page about the commands."""
    root: Any = get_command(app)
    lines = ["# Commands\n", _MADE, f"{root.epilog}\n"]
    for name, command in _walk(root):
        lines += [f"## hervat {name}\n", f"{_help(command)}\n", "| option | default | |", "|---|---|---|"]
        lines += [_option(parameter) for parameter in command.params if parameter.name != "help"]
        lines += ["", f"{_cell(command.epilog)}\n" if command.epilog else ""]
    return _text(lines)


def _walk(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if hasattr(command, "commands"):
            yield from _walk(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _help(command: Any) -> str:
    return "\n\n".join(" ".join(part.split()) for part in command.help.split("\n\n"))


def _option(parameter: Any) -> str:
    shown = " / ".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        shown = parameter.metavar or parameter.name.upper()
    default = "required" if parameter.required else _default_of(parameter)
    return f"| `{shown}` | {default} | {_cell(parameter.help or '')} |"


def _default_of(parameter: Any) -> str:
    if isinstance(parameter.show_default, str):
        return f"`{parameter.show_default}`"
    none = parameter.default is None or callable(parameter.default) or parameter.default in (False, "", ())
    return "" if none or str(parameter.default).startswith("Sentinel") else f"`{parameter.default}`"


def _met(schema: Any, parts: Mapping[str, Any], found: list[str] | None = None) -> list[str]:
    found = [] if found is None else found
    for ref in _references({key: value for key, value in schema.items() if key != "$defs"}):
        if ref not in found:
            found.append(ref)
            _met(parts[ref], parts, found)
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _table(schema: Mapping[str, Any], defaults: bool) -> list[str]:
    required = set(schema.get("required", ()))
    lines = ["| key | type | default | |", "|---|---|---|---|"] if defaults else ["| key | type | |", "|---|---|---|"]
    for name, key in schema["properties"].items():
        kind = _type(key, nulls=not defaults)
        if defaults:
            cells = [f"`{name}`", kind, "required" if name in required else _default(key)]
        else:
            cells = [f"`{name}`", kind if name in required else f"{kind}; may be absent"]
        lines.append(f"| {' | '.join([*cells, _cell(key['description'])])} |")
    return lines


def _default(key: Mapping[str, Any]) -> str:
    return "" if key.get("default") in (None, {}, str(date.min)) else f"`{_yaml(key['default'])}`"


def _yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_yaml(one)}" for name, one in value.items() if one is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(node: Mapping[str, Any], nulls: bool) -> str:
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in node:
        kinds = [_type(one, nulls) for one in node["anyOf"] if one.get("description") != "`${NAME}`"]
        return " or ".join(dict.fromkeys(kind for kind in kinds if nulls or kind != "null"))
    if "enum" in node or "const" in node:
        return ", ".join(f"`{_yaml(value)}`" for value in node.get("enum", [node.get("const")]))
    if node.get("type") == "array":
        return f"list of {_type(node['items'], nulls)}" if "items" in node else "pair"
    if node.get("type") == "object":
        inner = node.get("additionalProperties")
        return f"mapping to {_type(inner, nulls)}" if isinstance(inner, dict) else "mapping"
    return _FORMATS.get(node.get("format", ""), _TYPES.get(node.get("type", ""), "any"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _text(lines: list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
