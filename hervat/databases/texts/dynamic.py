"""Dynamic SQL in a routine, and writing outside the database."""

from collections.abc import Iterator, Sequence

from hervat.databases.texts.words import NAME, TEXT, Word

_STARTS = {"execute", "immediate", "prepare", "exec", "sp_executesql"}
_ENDS = {";", "using", "into", "loop", "", "end"}
_NOT_TEXT = {"function", "procedure", "immediate", "on"}
DYNAMIC = "SQL that it puts together when it runs"
_OUT = {
    "pg_notify": "NOTIFY, to whoever listens",
    "notify": "NOTIFY, to whoever listens",
    "outfile": "a file",
    "dumpfile": "a file",
    "program": "a program (COPY ... PROGRAM)",
    "utl_file": "a file",
    "utl_http": "another server",
    "xp_cmdshell": "a program",
    "openquery": "another server",
    "openrowset": "another server",
    "pg_logical_emit_message": "the server's log of changes",
}
_OTHER_SERVER = "another server (dblink)"


def executed(words: Sequence[Word]) -> tuple[list[str], list[str]]:
    """Return the strings that are executed or may be a part of that, and the reasons why more is hidden ([]: none)."""
    texts, hidden = list[str](), list[str]()
    for at, word in enumerate(words):
        if word.kind != NAME or word.low not in _STARTS or _low(words, at + 1) in _NOT_TEXT:
            continue
        run = _until_end(words, at + 1)
        if _is_call(word.low, run):
            continue
        texts += [part.text for part in run if part.kind == TEXT]
        if not (len(run) == 1 and run[0].kind == TEXT):
            hidden = [DYNAMIC]
    # A variable may be executed: any string of such a routine may be a part of it.
    return (list(dict.fromkeys([*texts, *_all_texts(words)])) if hidden else texts), hidden


def reaches_out(words: Sequence[Word]) -> Iterator[str]:
    """Yield the places outside the tables of this database that a routine writes to."""
    for word in words:
        if word.low in _OUT:
            yield _OUT[word.low]
        elif word.low.startswith("dblink"):
            yield _OTHER_SERVER


def _all_texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words if word.kind == TEXT]


def _until_end(words: Sequence[Word], at: int) -> list[Word]:
    end = at
    while end < len(words) and words[end].low not in _ENDS - {""}:
        end += 1
    return list(words[at:end])


def _is_call(start: str, run: Sequence[Word]) -> bool:
    """SQL Server: EXEC a_procedure; EXEC (@text) executes a text, as EXECUTE of a name does elsewhere."""
    return start == "exec" and bool(run) and run[0].kind == NAME and not run[0].text.startswith("@")


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""
