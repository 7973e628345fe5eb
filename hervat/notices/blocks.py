"""A letter's text as blocks, from which its HTML is made: one text, whatever the form. Pure."""

from dataclasses import dataclass, field
from typing import Literal

_SUBJECT = "Onderwerp:"


@dataclass
class Item:
    """One point of a list, with the points under it."""

    text: str
    under: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A piece of a letter: a text, a question above what answers it, points, or a line to be copied as it stands."""

    kind: Literal["text", "heading", "list", "code"]
    text: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass
class Parts:
    """A letter: the lines of its head, its subject, and what follows."""

    head: list[str]
    subject: str
    blocks: list[Block]


def parts_of(text: str) -> Parts:
    """Return the parts of a letter; one without a line 'Onderwerp: ...' has no head and its first line as subject."""
    lines = text.strip().split("\n")
    at = next((number for number, line in enumerate(lines) if line.startswith(_SUBJECT)), 0)
    head = [line for line in lines[:at] if line.strip()]
    subject = lines[at].removeprefix(_SUBJECT).strip()
    return Parts(head, subject[:1].upper() + subject[1:], _blocks(lines[at + 1 :]))


def _blocks(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    open_ = False  # may the next line go on with the last block?
    for line in lines:
        said = line.strip()
        if not said:
            open_ = False
            continue
        if not (open_ and _goes_on(found[-1], line, said)):
            found.append(_begun(line, said, first=not open_))
        open_ = found[-1].kind not in ("code", "heading")
    return found


def _begun(line: str, said: str, *, first: bool) -> Block:
    if said.startswith("{"):
        return Block("code", said)
    if line.startswith("- "):
        return Block("list", items=[Item(said[2:])])
    if first and said.endswith("?"):
        return Block("heading", said)
    return Block("text", said)


def _goes_on(block: Block, line: str, said: str) -> bool:
    """Add a line to the block before it where it belongs to it; return whether it did."""
    if block.kind == "list":
        return _to_list(block.items, line, said)
    if said.startswith("{") or line.startswith("- "):
        return False
    block.text = f"{block.text} {said}"
    return True


def _to_list(items: list[Item], line: str, said: str) -> bool:
    last = items[-1]
    if line.startswith("- "):
        items.append(Item(said[2:]))
    elif not line.startswith("  "):
        return False
    elif said.startswith("- "):
        last.under.append(said[2:])
    elif last.under:
        last.under[-1] = f"{last.under[-1]} {said}"
    else:
        last.text = f"{last.text} {said}"
    return True
