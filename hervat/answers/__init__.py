"""What caseworkers fill in on the worklist, read back: from a folder, row by row, into the register."""

from hervat.answers.current import Current, answered_without_texts, current
from hervat.answers.folder import read_answers
from hervat.answers.form import NOTHING, Answer

__all__ = ["NOTHING", "Answer", "Current", "answered_without_texts", "current", "read_answers"]
