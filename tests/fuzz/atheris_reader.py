"""`make fuzz-atheris`: bytes that follow the code's branches (atheris, not in the lock), through the same property."""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["hervat.downloads"]):
    from tests.fuzz.properties import Figures, reading

FIGURES = Figures()


def one(content: bytes) -> None:
    """Read one file."""
    reading("atheris", content, FIGURES)


def corpus() -> str:
    """Return a folder with a few good files to start from."""
    import io

    import xlsxwriter

    from hervat.demo.pib import HEADER
    from tests.fuzz.files import GOOD

    folder = Path(tempfile.mkdtemp())
    rows = [HEADER, ["SS190", "", "01-03-2022", GOOD[0]], ["SS101", "x", "44621", GOOD[1], "4711", '"a;b"']]
    for delimiter, encoding in ((";", "utf-8-sig"), ("\t", "cp1252"), (",", "utf-16")):
        text = "\r\n".join(delimiter.join(row) for row in rows)
        (folder / encoding).write_bytes(text.encode(encoding))
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    (folder / "xlsx").write_bytes(content.getvalue())
    return str(folder)


if __name__ == "__main__":
    atheris.Setup([*sys.argv, "-max_len=4096", corpus()], one)
    atheris.Fuzz()
