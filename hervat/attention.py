"""The command for each line of a night's attention: it ends what waits for a person, or shows more of it.

The lines themselves are a public interface (`attention` in JSON). What is printed for people agrees in number, and has
the command below it.
"""

import re
from typing import NamedTuple


class Ending(NamedTuple):
    """A command, and what must be done before it ("": nothing)."""

    command: str
    first: str = ""


_CONFIRM = "hervat notices confirm --number {0} --status %s --by NAME"
_CORRECTED = Ending("hervat run", "once that is corrected in the system")

# pattern -> ending, filled in with the groups of the pattern; the first match counts
_ENDINGS = {
    r"notice\(s\) .* \((\d{4}-[^,) ]+).*call it": Ending(_CONFIRM % "received", "for each, once it has answered"),
    r"`(hervat \S[^`]*)`": Ending("{0}"),
    r"plan ([0-9a-f]{8,}): ": Ending("hervat approve {0} --key FILE"),
    r"waits? for an approval": Ending("hervat plan"),
    r"files? refused for (?:its|their) structure|rows? in quarantine|in quarantine past the": Ending(
        "hervat quarantine list"
    ),
    r"incidents? \(": Ending("hervat incidents list"),
    r"incidents? whose end waits": Ending(
        "hervat incidents close NUMBER --reason TEXT --key FILE",
        "another person signs too (`hervat incidents list`)",
    ),
    r"disputed persons? to decide about": Ending(
        "hervat optin record --person NUMBER --law LAW --by NAME --reason TEXT", "the numbers are on the worklist"
    ),
    r"choices? of law that wait": Ending(
        "hervat optin record --person NUMBER --law LAW --date DAY --by NAME --reason TEXT",
        "another person records the same",
    ),
    r"parked persons? to ask DUO about": Ending("hervat run", "once DUO has answered (worklist)"),
    r"without a BSN, who can't be found": Ending("hervat run", "once DUO has sent the BSN"),
    r"orphans? to look at|left the systems while|decisions? about (?:a stranger|strangers)": Ending(
        "hervat strangers decide --person NUMBER --ours --by NAME --reason TEXT",
        "--ours or --not-ours, by two; `hervat strangers list` has the numbers",
    ),
    r"(?:hold|release) of a person that waits|(?:holds|releases) of persons that wait": Ending(
        "hervat person hold --person NUMBER --ground ARTICLE --by NAME --reason TEXT",
        "another person records the same, or releases: the numbers are on the worklist",
    ),
    r"passed (?:its|their) last day": Ending(
        "hervat status", "from now on nothing is held for them: this is told once"
    ),
    r"columns? outside a footprint|these (?:BSNs|V-nummers) stand in": Ending("hervat plan", "it names the columns"),
    r"notices? without an answer|that (?:its|their) party refused|not arrive and (?:is|are) not": Ending(
        "hervat notices list"
    ),
    r"requests? to (?:a supplier|suppliers) past": Ending("hervat notices list"),
    r"persons? to fill in again": Ending("hervat refill list"),
    r"shared rows? that nobody holds": Ending("hervat run", "once they are looked at (worklist, sheet Losse rijen)"),
    r"shared rows lie outside": Ending("hervat run", "once the footprint holds their tables again"),
    r"restricted values were not put back": Ending("hervat status", "after a look in the system: this is told once"),
    r"filled-in worklist": Ending("hervat run", "once that is corrected in the file, or the file is removed"),
    r"set aside": _CORRECTED,
    r"in the delivery of (\S+) that CBS has \((\S+)\)": Ending(
        "hervat cbs prepare --quarter {0} --correction-of {1} --reason TEXT", "once the system is clean"
    ),
    r"in the delivery of (\S+) that CBS has; its correction waits": Ending(
        "hervat cbs confirm --quarter {0} --receipt TEXT --by NAME", "once it is uploaded"
    ),
    r"request (\S+) names nobody": Ending(_CONFIRM % "done", "once it has answered"),
    r"request (\S+) names .* who are (?:corrected no longer|on hold)": Ending(
        "hervat notices show {0}", "call the supplier at once"
    ),
    r"the evidence in .* is not kept": Ending("hervat run", "once another is in its place"),
    r"among its confirmations are": Ending("hervat run", "once they are taken out of its folder"),
    r"party (\S+): .* can't be named to it": Ending("hervat notices told --party {0} --by NAME", "once it is told"),
    r"hold no BSN that can be read": _CORRECTED,
    r"are not configured": Ending("hervat doctor", "once they are under parties in hervat.yaml"),
    r"of parties in the disclosures": Ending("hervat run", "once the query gives the party's name"),
    r"grew at the erasure|grown at the erasure": Ending("hervat status", "its administrator looks; this is told once"),
    r"erased rows are still in the history": Ending("hervat run", "once its administrator has erased them there"),
    r"keeps what is erased": Ending("hervat doctor", "its administrator looks; this is told once"),
    r"in the name that does not exist": Ending("hervat run", "once they are renamed at the source"),
    r"download \d+: .*\bsheet\b": Ending("hervat run", "once the right sheet is alone in its file"),
    r"with a name that can't be used": Ending("hervat run", "once they are renamed at the source"),
    r"fits no pattern|not looked into|of a special kind|link\(s\) there": Ending(
        "hervat doctor", "it lists what is there"
    ),
    r"without a date of making": Ending("hervat run", "once the format or the server tells the date"),
    r"ahead of this machine's clock|still growing for": Ending("hervat run", "once the server's clock is right"),
    r"can't be looked into": Ending("hervat doctor", "once hervat's account has the right there"),
    r"nothing new for|nothing came of what was expected": Ending("hervat run", "once its keeper has sent something"),
    r"could not be removed or moved": Ending("hervat doctor", "once hervat's account has the right there"),
}
_THINGS = "choice|decision|row|file|incident|person|orphan|notice|request|column|value"
_VERBS = {"wait": "waits", "have": "has", "stand": "stands", "were": "was", "are": "is", "lie": "lies"}
_VERB = rf"(?: ({'|'.join(_VERBS)})\b)?"
_ONE = re.compile(rf"\b1 (?:(disputed|corrected|restricted|shared) )?({_THINGS})s\b{_VERB}")
_EITHER = re.compile(rf"\b(\d+) (\w+)\((s|ies)\){_VERB}")


def ending_of(text: str) -> Ending | None:
    """Return the ending for a line, None for an unknown line."""
    for pattern, ending in _ENDINGS.items():
        if match := re.search(pattern, text):
            return ending._replace(command=ending.command.format(*match.groups()))
    return None


def agreeing(text: str) -> str:
    """Return a line with numbers that agree: 1 row waits, 2 rows wait."""
    return _EITHER.sub(_choose, _ONE.sub(_singular, text))


def _singular(match: re.Match[str]) -> str:
    which, thing, verb = match.groups()
    return _joined("1", which, thing, verb and _VERBS[verb])


def _choose(match: re.Match[str]) -> str:
    number, word, ending, verb = match.groups()
    if number == "1":
        return _joined(number, word, verb and _VERBS[verb])
    return _joined(number, (word.removesuffix("y") if ending == "ies" else word) + ending, verb)


def _joined(*words: str | None) -> str:
    return " ".join(word for word in words if word)
