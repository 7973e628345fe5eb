"""A footprint that stands in a file of its own: one that ships, or the installation's."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from hervat.errors import ConfigurationError
from hervat.settings.files import read_yaml
from hervat.settings.problems import problems_of
from hervat.shipped import shipped


def footprint_file(name: str, directory: Path, model: type[BaseModel]) -> Any:
    """Return the footprint in the file of that name (see `shipped`).

    Raises ConfigurationError naming the file and each mistake in it.
    """
    path = shipped("footprints", name, directory)
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, model, path.name)) from None
