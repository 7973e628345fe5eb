"""What every part of the configuration shares: strictness, and paths and URLs relative to its directory."""

import ast
import inspect
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, GetJsonSchemaHandler, StringConstraints, ValidationInfo
from pydantic_core import CoreSchema

_SHORT = {
    "postgres://": "postgresql+psycopg://",
    "postgresql://": "postgresql+psycopg://",
    "mariadb://": "mariadb+pymysql://",
    "mysql://": "mariadb+pymysql://",
}


class Strict(BaseModel):
    """A part of the configuration: frozen, and an unknown key in it is a mistake.

    The text below a key is its description in the schema and in docs/reference. It is read when a schema is asked for:
    pydantic's own `use_attribute_docstrings` reads every source at each import.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema of this part, with the text below each key."""

        schema = handler(core_schema)
        keys = handler.resolve_ref_schema(schema).get("properties", {})
        for name, text in key_texts(cls).items():
            key = cls.model_fields[name].validation_alias or name
            keys[key].setdefault("description", text)
        return schema


def base_of(info: ValidationInfo) -> Path:
    """Return the configuration directory from which relative paths start."""
    return cast(Path, (info.context or {}).get("base", Path.cwd()))


def _from_base(path: Path, info: ValidationInfo) -> Path:
    return base_of(info) / path.expanduser()


def _url_from_base(url: str, info: ValidationInfo) -> str:
    scheme, _, rest = url.partition(":///")
    if scheme.split("+")[0] == "sqlite" and rest and not rest.startswith(("/", ":memory:", "file:")):
        return f"{scheme}:///{base_of(info) / rest}"
    if scheme in ("sqlite", "sqlite+pysqlite") or url.startswith("sqlite"):
        return url
    for short, driver in _SHORT.items():
        if url.startswith(short):
            return driver + url.removeprefix(short)
    if "://" not in url:
        raise ValueError("this is not a database URL: write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    return url


FilePath = Annotated[Path, AfterValidator(_from_base)]
DatabaseUrl = Annotated[str, AfterValidator(_url_from_base)]
NAMED = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
Name = Annotated[str, StringConstraints(pattern=NAMED)]
Code = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Quarter = Annotated[str, StringConstraints(pattern=r"^\d{4}Q[1-4]$")]


def key_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each key that has one, by the key's name in Python."""
    texts: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if issubclass(part, BaseModel) and part is not BaseModel:
            texts |= _in_file(inspect.getfile(part)).get(part.__name__, {})
    return texts


@cache
def _in_file(file: str) -> dict[str, dict[str, str]]:
    """Return the texts below the keys of each class of a file."""
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {defined.name: _below_keys(defined) for defined in tree.body if isinstance(defined, ast.ClassDef)}


def _below_keys(defined: ast.ClassDef) -> dict[str, str]:
    return {
        key.target.id: inspect.cleandoc(text.value.value)
        for key, text in pairwise(defined.body)
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
