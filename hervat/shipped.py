"""Configuration files found by name: the installation's own first, else the one that ships with hervat."""

from pathlib import Path

from hervat.errors import ConfigurationError, Problem

_PACKAGE = Path(__file__).resolve().parent


def _config() -> Path:
    """Return the folder that ships: inside the package in a wheel, beside it in a checkout."""
    inside = _PACKAGE / "_config"
    return inside if inside.is_dir() else _PACKAGE.parent / "config"


def deployments_file() -> Path:
    """Return prefect.yaml: with the configuration in a wheel, at the top of a checkout."""
    inside = _PACKAGE / "_config" / "prefect.yaml"
    return inside if inside.is_file() else _PACKAGE.parent / "prefect.yaml"


def shipped(kind: str, name: str, directory: Path) -> Path:
    """Return the file of that name and kind (formats, rounds, layouts, footprints ...).

    In this order: `name` as an absolute path or from `directory` (the installation), `directory/kind/name`,
    then what ships; `.yaml` may be left out. Raises ConfigurationError naming what ships.
    """
    given, config = Path(name).expanduser(), _config()
    for place in (directory / given, directory / kind / given, config / kind / given, config / given):
        for path in (place, place.with_name(f"{place.name}.yaml")):
            if path.is_file():
                return path
    names = ", ".join(sorted(path.stem for path in (config / kind).glob("*.yaml"))) or "none"
    mend = f"put it in {directory / kind}, or name one that ships: {names}"
    raise ConfigurationError([Problem(name, "-", f"there is no such file among the {kind}", mend)])
