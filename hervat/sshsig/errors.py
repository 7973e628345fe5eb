"""Errors of signatures, of the file of allowed signers, and of ssh-keygen itself."""

from hervat.errors import HervatError, UsageError


class KeygenError(HervatError):
    """ssh-keygen is not there, is too old or did not answer: nothing is known of the signature."""


class SignersUnreadable(UsageError):
    """The file of allowed signers can't be read: nothing is known of the signature."""


class SignatureRefused(UsageError):
    """The signature does not hold; the text says why and what to do."""
