"""Every command: each file here registers its own with the app when it is imported."""

from hervat.cli.app import app

__all__ = ["app"]
