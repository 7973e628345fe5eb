"""What the gate reads of a system, in sets, is what stands there row by row, whatever stands in the BSN's cells."""

from collections import Counter

import pytest
from sqlalchemy import text

from hervat.databases.interface import TemporaryTables
from hervat.erasure import LocalSystem, RootGroup, open_system, root_groups
from hervat.settings import System
from tests.support.dossiers import Base, bsn
from tests.support.rows import roots

CELLS = [
    bsn(1), f" {bsn(2)} ", f"{bsn(3)[:4]}.{bsn(3)[4:]}", bsn(3), "12345678", "12345.00", "000000000", "", "   ", None,
    "1234567890", "onbekend", "123456/78", "/", "//", "１２３４５６７８９", "0",
]  # fmt: skip
TOLD = [("Wi2021", "actief"), ("Wi2021", "beperkt"), (None, "actief")]
RESTRICT = {"policy": "restrict", "restrict": {"inburgeraar.status": "beperkt"}}


def fill_oddly(base: Base) -> None:
    """Let each cell stand under the Wi2021, restricted there, and under an unknown law."""
    numbered = list(enumerate(((cell, *told) for cell in CELLS for told in TOLD), 1000))
    with base.engine.begin() as connection:
        for statement, rows in (
            ("natuurlijk_persoon (id, burgerservicenummer) values (:id, :cell)", numbered),
            ("vreemdeling (id) values (:id)", numbered),
            ("inburgeraar (id, wet, status) values (:id, :law, :status)", numbered),
        ):
            told = [{"id": at, "cell": cell, "law": law, "status": status} for at, (cell, law, status) in rows]
            connection.execute(text(f"insert into {statement}"), told)


def one_by_one(local: LocalSystem) -> tuple[set[tuple[object, ...]], Counter[tuple[object, ...]]]:
    """Return (verdict, marked, BSN) of the roots that are true or unknown, and how many have no BSN."""
    seen = [one for one in roots(local) if one.verdict is not False]
    named = {(one.verdict, one.marked, one.bsn) for one in seen if one.bsn}
    return named, Counter((one.verdict, one.marked) for one in seen if one.bsn is None)


def same(system: System) -> list[RootGroup]:
    """Hold the sets against the rows; return the sets."""
    with open_system(system) as local:
        named, nameless = one_by_one(local)
        found = list(root_groups(local))
    assert {(one.verdict, one.marked, digits) for one in found for digits in one.bsns} == named
    assert +Counter({(one.verdict, one.marked): one.nameless for one in found}) == nameless
    assert all(len(one.bsns) == len(set(one.bsns)) for one in found)
    assert not any(bsn(1) in repr(one) for one in found)
    return found


def test_in_sets_as_row_by_row(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_oddly(base)
    assert len(same(base.system())) == 2  # true and unknown
    assert len(same(base.system(**RESTRICT))) == 3
    base.run("update natuurlijk_persoon set burgerservicenummer = 'x' where burgerservicenummer like '%/%'")
    if not base.is_mariadb:  # now no row may be asked for by itself
        monkeypatch.delattr(TemporaryTables, "gathered")
    assert sum(one.nameless for one in same(base.system())) > 20
    base.run("delete from inburgeraar")
    assert same(base.system()) == []
