"""A suggested footprint as YAML to paste under its system, each line with its reason."""

import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

from hervat.erasure.schema.column_names import one_line
from hervat.erasure.suggest.draft import ORDER, DraftLine, FootprintDraft

_WIDTH, _INDENT = 120, 8
_LISTS = ("owns", "links", "keep", "conditions")
_MAPS = ("where", "belongs")


def as_yaml(draft: FootprintDraft) -> str:
    """Return the YAML, indented as in hervat.yaml below `- name:`."""
    lines = [*_head(draft), "footprint:", *(line for key in ORDER for line in _part(draft, key)), *_tail(draft)]
    return "".join(f"{' ' * _INDENT}{line}".rstrip() + "\n" for line in lines)


def _head(draft: FootprintDraft) -> Iterator[str]:
    yield f"# A first footprint for {draft.system}, from names, keys and counts; no content of a row was shown."
    yield "# `?` is a guess that somebody who knows the tables must judge. A line behind # is not in force."


def _part(draft: FootprintDraft, key: str) -> Iterator[str]:
    lines = [line for line in draft.lines if line.key == key]
    if key not in _LISTS and key not in _MAPS:
        for line in lines:
            yield from _commented(f"  {key}: {_flow(line.value)}", line)
        return
    if lines:
        yield f"  {'' if any(line.active for line in lines) else '# '}{key}:"
    for line in lines:
        yield from _commented(f"    {_item(key, line.value)}", line)


def _item(key: str, value: Any) -> str:
    if key in _LISTS:
        return f"- {_flow(value)}"
    name, content = next(iter(value.items()))
    return f"{_flow(name)}: {_flow(content)}"


def _commented(text: str, line: DraftLine) -> Iterator[str]:
    """Yield a line with its comment after it, or above it if that would be too long."""
    indent = len(text) - len(text.lstrip())
    shown = text if line.active else f"{' ' * indent}# {text.lstrip()}"
    why = ("? " if line.guess else "") + one_line(line.why)
    if len(shown) + len(why) + 4 + _INDENT <= _WIDTH:
        yield f"{shown}  # {why}"
        return
    yield from _comment(why, " " * indent)
    yield shown


def _tail(draft: FootprintDraft) -> Iterator[str]:
    for remark in draft.remarks:
        yield from _comment(remark, "  ")
    for question in draft.undecided:
        yield from _comment(f"undecided: {one_line(str(question))}", "  ")


def _comment(text: str, indent: str) -> list[str]:
    folded = textwrap.wrap(text, _WIDTH - _INDENT - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
    return [f"{indent}# {'' if at == 0 else '  '}{part}" for at, part in enumerate(folded)]


def _flow(value: Any) -> str:
    """Return a value on one line, quoted where YAML needs it."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False)
    return text.removesuffix("...\n").strip()
