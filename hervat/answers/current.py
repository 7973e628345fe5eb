"""Current answers about persons: a later file over an earlier one, and the recorded kennisgeving over both."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hervat.answers.form import NONE, FormAnswer
from hervat.keyring import Keyring
from hervat.register import among, scope
from hervat.register.models import Answer as AnswerRow
from hervat.register.models import AnswerFile, WrongNotification

CONTEXT = "answer"


@dataclass(repr=False)
class Current:
    """A person's answers, and (by field) when the file with the answer was made."""

    answer: FormAnswer = field(default_factory=FormAnswer)
    made_at: dict[str, datetime] = field(default_factory=dict)

    def take(self, answer: FormAnswer, made_at: datetime) -> tuple[list[str], list[str]]:
        """Put a row's answers over these; return the fields it replaced, and those for which it came too late."""
        now = self.answer.given
        late = [name for name in answer.given if self.made_at.get(name, datetime.min) > made_at]
        counts = FormAnswer(**{name: value for name, value in answer.given.items() if name not in late}, who=answer.who)  # type: ignore[arg-type]
        replaced = [name for name, value in counts.given.items() if name in now and now[name] != value]
        late = [name for name in late if now[name] != answer.given[name]]
        if counts.given:
            self.answer = self.answer.with_later(counts)
        self.made_at |= dict.fromkeys(counts.given, made_at)
        return replaced, late


def current(session: Session, keyring: Keyring, persons: Iterable[int]) -> dict[int, Current]:
    """Return person -> answers; a person without any answer is left out. Two queries."""
    ids = list(persons)
    answers = _folded(session, keyring, _rows().where(among(AnswerRow.person_id, ids)))
    notifications = select(WrongNotification.person_id, WrongNotification.date)
    for person, day in session.execute(notifications.where(among(WrongNotification.person_id, ids))):
        answer = answers.setdefault(person, Current())
        answer.answer = answer.answer.with_later(FormAnswer(notification=day))
    return answers


def shown_on(session: Session, keyring: Keyring, persons: Iterable[int], day: date) -> dict[int, FormAnswer]:
    """Return person -> answers that the worklist of a day showed: those read by then."""
    query = _rows().where(among(AnswerRow.person_id, persons), AnswerFile.read_on <= day)
    return {person: answer.answer for person, answer in _folded(session, keyring, query).items()}


def _folded(session: Session, keyring: Keyring, query: Any) -> dict[int, Current]:
    answers: dict[int, Current] = {}
    for row in session.execute(query):
        sealed = json.loads(keyring.open(row.sealed, CONTEXT))
        answers.setdefault(row.person_id, Current()).take(_plain(row, **sealed), row.made_at)
    return answers


def answered_without_texts(session: Session, municipality: str) -> dict[int, FormAnswer]:
    """Return person -> answers for a whole municipality, without remarks and names: nothing is unsealed."""
    answers: dict[int, Current] = {}
    for row in session.execute(_rows().where(scope(AnswerRow, municipality))):
        answers.setdefault(row.person_id, Current()).take(_plain(row), row.made_at)
    return {person: answer.answer for person, answer in answers.items()}


def sealed_texts(keyring: Keyring, answer: FormAnswer) -> bytes:
    """Return the remark and the name of who answered, sealed."""
    texts = {"remark": answer.remark, "who": answer.who}
    return keyring.seal(json.dumps(texts, ensure_ascii=False).encode(), CONTEXT)


def _rows() -> Any:
    """Select the answers in the order in which they count."""
    columns = ("person_id", "letter", "notification", "no_notification", "spoken", "help", "sealed")
    query = select(*(getattr(AnswerRow, name) for name in columns), AnswerFile.made_at)
    joined = query.join(AnswerFile, AnswerFile.id == AnswerRow.file_id)
    return joined.order_by(AnswerFile.made_at, AnswerFile.id, AnswerRow.row, AnswerRow.id)


def _plain(row: Row[Any], remark: str | None = None, who: str | None = None) -> FormAnswer:
    notification = NONE if row.no_notification else row.notification
    return FormAnswer(row.letter, notification, row.spoken, row.help, remark, who)


def rows_of(answers: Iterable[tuple[int, int, FormAnswer]], keyring: Keyring) -> Iterator[dict[str, Any]]:
    """Yield the register's columns of each (person id, row, answer)."""
    for person, number, answer in answers:
        day = answer.notification
        yield {
            "person_id": person,
            "row": number,
            "letter": answer.letter,
            "notification": None if day == NONE else day,
            "no_notification": day == NONE,
            "spoken": answer.spoken,
            "help": answer.help,
            "sealed": sealed_texts(keyring, answer),
        }
