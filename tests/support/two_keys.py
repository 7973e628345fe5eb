"""A town with something to decide for every command that takes two persons, and a file of approvers with roles."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hervat.register import Register
from hervat.register import models as m
from hervat.signing import ACTIONS, ROLES
from tests.support.ssh_keys import line, make_key, signed
from tests.support.town import Town, made_up_bsn, row

STRANGER, OTHER, CHOOSER, GONE = (made_up_bsn(number) for number in (61, 62, 63, 64))
SHIPPED = Path(__file__).parents[2] / "config" / "rounds" / "restart-2022.yaml"


@dataclass
class Keyed(Town):
    """anna (two keys) and bram may sign in the role of what is decided (`let`), eve in every other one."""

    def prepare(self) -> "Keyed":
        """Make the keys, and have a night after which there is something to decide for each command."""
        self.keys = {name: make_key(self.directory, name) for name in ("anna", "anna2", "bram", "eve")}
        for number, bsn in enumerate((STRANGER, OTHER), 1):
            self.register_person(number, bsn)
        self.offer(
            "20220301",
            row("SS190", "01-03-2022", CHOOSER),
            row("SS190", "01-03-2022", "123"),
            row("SS190", "01-03-2022", GONE),
        )
        self.night("2022-03-25", status=None)
        self.json("optin", "kennisgeving", "--person", str(self.chooser()), "--date", "2022-01-12", "--by", "A")
        return self

    def close_round(self) -> None:
        """Close the round, so that its originals may be destroyed; what waits in quarantine keeps its file.

        A filled-in worklist is past its term too.
        """
        if (self.directory / "round.yaml").exists():
            return
        (self.directory / "round.yaml").write_text(SHIPPED.read_text() + "closed_on: 2022-06-01\n")
        config = self.directory / "hervat.yaml"
        config.write_text("rounds: [round.yaml]\nretention: {download: 30d, worklist: 14d}\n" + config.read_text())

    def answer(self) -> None:
        """Put a filled-in worklist in the register that was read long ago."""
        read = {"name": "x", "sha256": "x", "made_at": datetime(2022, 3, 1), "read_on": date(2022, 3, 1), "refused": []}
        with self.session() as session:
            session.add(m.AnswerFile(municipality="0000", **read))

    def ask_signatures(self) -> None:
        """Name the file of approvers in the configuration."""
        config = self.directory / "hervat.yaml"
        config.write_text(config.read_text().replace('former_codes: ["0001"]', "approvers: approvers"))

    def let(self, role: str) -> None:
        """Write the file of approvers: anna and bram in this role, eve in all others."""
        others = ",".join(space for name, space in ROLES.items() if name != role)
        spaces = {name: ROLES[role] for name in ("anna", "anna2", "bram")} | {"eve": others}
        lines = [line(name.rstrip("2"), self.keys[name], f'namespaces="{space}"') for name, space in spaces.items()]
        (self.directory / "approvers").write_text("".join(lines))

    def let_all(self, *names: str) -> None:
        """Write the file of approvers: these (anna and bram) in every role, as without the option `namespaces`."""
        lines = [line(name, self.keys[name]) for name in names or ("anna", "bram")]
        (self.directory / "approvers").write_text("".join(lines))

    def command(self, action: str) -> tuple[str, ...]:
        """Return the command that decides, without who does."""
        more = {
            "cbs accept": ("--quarter", "2022Q1", "--code", "orphans", "--as-of", "2022-03-25"),
            "incidents close": ("1", "--no-risk"),
            "optin record": ("--person", str(self.chooser()), "--law", "Wi2021", "--date", "2022-11-01"),
            "person hold": ("--person", str(self.chooser()), "--ground", "18"),
            "person release": ("--person", str(self.chooser())),
            "person split": ("--person", str(self.chooser())),
            "quarantine reject": ("1", "--row", "3"),
            "retention destroy": ("--kind", "worklist"),
            "strangers decide": ("--person", str(self.stranger()), "--not-ours"),
            "vault destroy": (),
            "person forget": ("--person", str(self.corrected()[-1])),
        }
        return (*action.split(), *more[action], "--reason", "nagevraagd")

    def stranger(self) -> int:
        """Return the number of a stranger."""
        with self.session() as session:
            return int(session.scalars(select(m.Stranger.person_id).order_by(m.Stranger.person_id)).first() or 0)

    def chooser(self) -> int:
        """Return the number of the first corrected person."""
        return self.corrected()[0]

    def corrected(self) -> list[int]:
        """Return the numbers of the corrected persons."""
        with self.session() as session:
            query = select(m.SignalRow.person_id).where(m.SignalRow.code == "SS190")
            return sorted(session.scalars(query)) or [0]

    def decide(self, action: str, *who: str) -> Any:
        """Decide; return the result of the command."""
        return self.hervat(*self.command(action), *who, "--json")

    def key(self, name: str) -> tuple[str, str]:
        return "--key", str(self.keys[name])

    def text(self, action: str) -> str:
        """Return the text that the command asks to sign."""
        asked = self.hervat(*self.command(action), "--by", "anna")
        assert asked.exit_code == 2, asked.output
        found = re.search(rf"hervat {action} \S.* 0000 [0-9a-f]{{64}}", " ".join(asked.stderr.split()))
        assert found, asked.stderr
        return found[0].split("exactly this text: ")[-1]

    def made(self, action: str, name: str, text: str = "", namespace: str = "") -> tuple[str, str]:
        """Return the option with a signature made elsewhere, over the text that is asked for."""
        path = self.directory / f"{next(self.numbers)}.sig"
        path.write_text(signed(text or self.text(action), self.keys[name], namespace or ROLES[ACTIONS[action]]))
        return "--signature", str(path)

    def session(self) -> Any:
        return Register(f"sqlite:///{self.directory}/var/register.db").session()

    def signatures(self, action: str) -> list[tuple[str, str]]:
        with self.session() as session:
            rows = session.scalars(select(m.Signature).where(m.Signature.action == action).order_by(m.Signature.id))
            return [(one.by, one.role) for one in rows]

    def wrong(self) -> list[str]:
        return list(self.json("verify", status=None)["wrong"])
