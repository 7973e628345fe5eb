"""What the doctor says of roles: in the file of approvers, and where there is none."""

from pathlib import Path

import pytest

from hervat.settings import Municipality
from hervat.signing import ACTIONS, ROLES, signing_flaws

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"


def gemeente(approvers: Path | None) -> Municipality:
    return Municipality(code="0000", name="Voorbeeldstad", approvers=approvers)


def test_without_approvers_two_names_in_one_shell_are_enough() -> None:
    (said,) = signing_flaws(gemeente(None))
    assert "anybody can type two names in one shell" in said and "approvers: FILE" in said


@pytest.mark.parametrize(
    ("lines", "short"),
    [
        ([f"{name} {KEY}{name}" for name in ("anna", "bram")], []),
        ([f'{name} namespaces="hervat" {KEY}{name}' for name in ("anna", "bram")], ["delivery", "caseworker", "privacy"]),
        ([f'{name} namespaces="hervat,hervat-*" {KEY}{name}' for name in ("anna", "bram")], []),
        ([f"anna {KEY}a", f"anna {KEY}b", f'bram namespaces="hervat-privacy" {KEY}c'], ["delivery", "caseworker"]),
        ([f"ca cert-authority {KEY}a"], []),
    ],
)  # fmt: skip
def test_a_role_with_fewer_than_two_persons_is_named(tmp_path: Path, lines: list[str], short: list[str]) -> None:
    file = tmp_path / "approvers"
    file.write_text("".join(line + "\n" for line in lines))
    said = signing_flaws(gemeente(file))
    assert len(said) == len(short)
    for role, text in zip([role for role in dict.fromkeys(ACTIONS.values()) if role in short], said, strict=True):
        assert f"may sign as {role}" in text and ROLES[role] in text
