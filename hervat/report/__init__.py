"""The Dutch report (page, markdown, table; counts only) and the worklist (an .xlsx with personal data)."""

from hervat.report.artifact import markdown, table, waiting_markdown
from hervat.report.blocked import blocked_markdown
from hervat.report.files import private_file, private_folder
from hervat.report.kept import KeptReport, keep, read_kept
from hervat.report.nights_picture import nights_svg, nights_table
from hervat.report.page import write_incidents, write_page
from hervat.report.task import Task
from hervat.report.todo import todo
from hervat.report.worklist import write_worklist

__all__ = [
    "KeptReport",
    "Task",
    "blocked_markdown",
    "keep",
    "markdown",
    "nights_svg",
    "nights_table",
    "private_file",
    "private_folder",
    "read_kept",
    "table",
    "todo",
    "waiting_markdown",
    "write_incidents",
    "write_page",
    "write_worklist",
]
