"""Renewing the keys: a new master key, every object's key wrapped anew, every value in the register sealed anew.

In this order, each step harmless when it is repeated: the new key stands in the keys file beside the old one; the
objects' keys are wrapped by the new one and a manifest under it is written beside the old; the register is renewed in
one transaction, which decides; the manifests change places; the old key leaves the keys file. A renewal that was killed
is finished by the next command that needs the keys.
"""

from hervat.rotation.renew import completed, renew

__all__ = ["completed", "renew"]
