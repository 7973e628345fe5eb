"""What can go wrong with an alert, in words that are safe to print: neither an address' path nor an answer's text."""

from hervat.errors import HervatError


class AlertError(HervatError):
    """An alert did not go one of its ways; the text says why and the mend. passing: it may work a moment later."""

    def __init__(self, text: str, passing: bool = False) -> None:
        self.passing = passing
        super().__init__(text)
