"""The entry point of the command line."""


def main() -> None:
    """Run the command line."""
    from hervat.cli.commands import app

    app()
