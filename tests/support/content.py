"""What an installation holds, without ids, times and nonces: to compare a killed and repeated night with a whole one."""

import json
from typing import Any

from sqlalchemy import select

from hervat.intake.signals import sightings_of
from hervat.keyring import Keyring
from hervat.masters import load_masters
from hervat.register import Register
from hervat.register import models as m
from hervat.vault import Vault
from tests.support.town import Town


def content_of(town: Town) -> dict[str, Any]:
    """Return what stands in register, vault, local system and notices, in an order of its own."""
    keyring = Keyring(load_masters(town.directory / "var" / "keys.json", None).current, "0000")
    vault = Vault(town.directory / "var" / "vault", keyring)
    register = Register(town.register.replace("sqlite:///var", f"sqlite:///{town.directory}/var"))
    told = {"vault": sorted(vault.open(one.id).read() for one in vault.objects("download")), "local": town.rows()}
    told["kept"] = sorted(str(one.meta["number"]) for one in vault.objects("notice"))
    with register.session() as session:
        told |= _register(session, keyring)
    register.close()
    told["out"] = sorted(
        (path.name, path.read_bytes()) for path in (town.directory / "out").rglob("*.json") if path.is_file()
    )
    return told


def _register(session: Any, keyring: Keyring) -> dict[str, Any]:
    marks: dict[int, tuple[str, ...]] = {}
    for kind, pseudonym, person in session.execute(
        select(m.Identifier.kind, m.Identifier.pseudonym, m.Identifier.person_id).order_by(m.Identifier.pseudonym)
    ):
        marks[person] = (*marks.get(person, ()), f"{kind}:{pseudonym}")
    digests = dict(session.execute(select(m.Download.id, m.Download.digest)).all())
    return {
        "persons": sorted(marks.values()),
        "signals": sorted(
            (marks[s.person_id], s.code, str(s.date), s.wet, s.gemeentecode, str(s.doelgroep), str(s.first_seen),
             str(s.last_seen), s.may_be_ignored)
            for s in session.scalars(select(m.SignalRow))
        ),
        "personalia": sorted((marks[p.person_id], str(p.said_on), _opened(keyring, p.sealed)) for p in session.scalars(select(m.Personalia))),
        "states": sorted((marks[s.person_id], s.state, s.reason, str(s.since)) for s in session.scalars(select(m.PersonState))),
        "downloads": sorted((d.digest, d.status, d.rows_read, d.rows_loaded, d.rows_known) for d in session.scalars(select(m.Download))),
        "quarantine": sorted((digests[q.download_id], q.row, q.reason, q.status) for q in session.scalars(select(m.QuarantinedRow))),
        "sightings": sorted((digests[one], *row) for one in digests for row in sightings_of(session, one).select("row", "loaded").rows()),
        "plans": sorted((p.system, p.status, p.hash) for p in session.scalars(select(m.CleaningPlan))),
        "cleaned": sorted((p.key, str(p.cleaned_on)) for p in session.scalars(select(m.PlanPerson))),
        "disclosures": sorted((d.party, d.key, str(d.provided_on)) for d in session.scalars(select(m.DisclosedTo))),
        "notices": sorted((n.party, n.kind, n.status, keyring.open(n.payload, "notice")) for n in session.scalars(select(m.Notice))),
        "told": sorted((t.key, t.told) for t in session.scalars(select(m.Told))),
    }  # fmt: skip


def _opened(keyring: Keyring, sealed: bytes) -> str:
    return json.dumps(json.loads(keyring.open(sealed, "details")), sort_keys=True)
