"""The file of allowed signers, read for the doctor and for pending signatures. ssh-keygen decides."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from hervat.sshsig.keygen import NAMESPACE, SignersUnreadable

_PRINCIPALS = re.compile(r'"([^"]+)"|(\S+)')
_KEY = re.compile(r"\s(AAAA[A-Za-z0-9+/]+=*)(?:\s|$)")
_NAMESPACES = re.compile(r'\bnamespaces="([^"]*)"', re.IGNORECASE)
_OTHERS_WRITE = 0o022


@dataclass(frozen=True)
class _Line:
    number: int
    names: tuple[str, ...]
    key: str | None
    authority: bool
    namespaces: tuple[str, ...] | None = None

    def may_sign(self, namespace: str) -> bool:
        """True if the line has no `namespaces` or one of its patterns fits."""
        return self.namespaces is None or any(fnmatchcase(namespace, pattern) for pattern in self.namespaces)

    @property
    def vague(self) -> bool:
        return not self.authority and (len(self.names) != 1 or bool(re.search(r"[*?!]", self.names[0])))


def names(signers: Path, namespace: str = NAMESPACE) -> list[str]:
    """Return the names of the persons whose keys may sign in a namespace, each once. Raises SignersUnreadable.

    The names that a certificate authority in it certifies can't be known beforehand.
    """
    signing = (line for line in _lines(signers) if line.key and not line.vague and not line.authority)
    return list(dict.fromkeys(line.names[0] for line in signing if line.may_sign(namespace)))


def certifies(signers: Path) -> bool:
    """True if the file trusts a certificate authority: who it certifies can't be known beforehand."""
    return any(line.authority for line in _lines(signers))


def flaws(signers: Path, needed: int) -> tuple[list[str], list[str]]:
    """Return the problems that keep `needed` persons from signing, and the warnings. Raises SignersUnreadable."""
    lines, file = list(_lines(signers)), signers.name
    failing = [f"{file}: line {line.number} holds no key; write NAME KEYTYPE KEY" for line in lines if not line.key]
    there = len({name.casefold() for name in names(signers)})
    if there < needed and not any(line.authority for line in lines):
        failing.append(f"{file} names {there} persons and an approval takes {needed}; add a name and key a person")
    unwise = [
        f"{file}: line {line.number} has several names or a pattern and approves nothing; give one name"
        for line in lines
        if line.vague
    ]
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        owners[line.key or ""].update(line.names if line.key else ())
    if any(len(names_of_key) > 1 for names_of_key in owners.values()):
        unwise.append(f"{file}: one key is listed under several names; only the first counts")
    if signers.stat().st_mode & _OTHERS_WRITE:
        unwise.append(f"{file} can be written by others, and who writes it can approve; chmod 644 it")
    return failing, unwise


def _lines(signers: Path) -> Iterator[_Line]:
    try:
        text = signers.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SignersUnreadable(
            f"approvers: {signers} can't be read ({type(error).__name__}); correct its path or rights"
        ) from None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#") and (principals := _PRINCIPALS.match(line)):
            key = _KEY.search(line, principals.end())
            options = line[principals.end() : key.start() if key else None]
            spaces = _NAMESPACES.search(options)
            yield _Line(
                number,
                tuple((principals[1] or principals[2]).split(",")),
                key[1] if key else None,
                "cert-authority" in options,
                tuple(spaces[1].split(",")) if spaces else None,
            )
