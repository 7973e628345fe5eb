"""Failures of an alert, in words that are safe to print: neither an address' path nor an answer's text."""

from hervat.errors import EndpointError


class AlertError(EndpointError):
    """An alert was not sent one of its ways; the text says why, and the fix."""
