"""How people call a setting: by its name in the file, and by its variable in the environment."""

from itertools import takewhile
from typing import Final, get_args

from pydantic import BaseModel

PREFIX: Final = "DUBWRIGHT_"
DELIMITER: Final = "__"

Place = tuple[str | int, ...]
"""Where a value stands, from the outside in: names of settings, and positions in lists."""


def value_at(whole: type[BaseModel], place: Place) -> Place:
    """`place` without what checks add to it, such as the kind of value that was tried."""
    table: type[BaseModel] | None = whole
    followed: Place = ()
    for part in place:
        if isinstance(part, str):
            if table is None:
                break
            field = table.model_fields.get(part)
            table = None if field is None else _table_in(field.annotation)
        followed = (*followed, part)
    return followed


def variable_of(place: Place) -> str:
    """The environment variable that sets what stands there; a list is set as a whole, as JSON."""
    names = takewhile(lambda part: isinstance(part, str), place)
    return PREFIX + DELIMITER.join(map(str, names)).upper()


def _table_in(kind: object) -> type[BaseModel] | None:
    """The table that a setting is, or is a list of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next(filter(None, map(_table_in, get_args(kind))), None)
