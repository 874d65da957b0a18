"""What accounts and keys can be called."""

from typing import Final

from dubwright.domain.errors import InputError

_LONGEST: Final = 100


def require_name(whose: str, name: str) -> None:
    """Raise `InputError` for a name that is blank, long, or cannot be shown on one line."""
    if not name.strip() or len(name) > _LONGEST or not name.isprintable():
        raise InputError(
            f"{whose} cannot be called {name!r}",
            hint=f"a name is one line of 1 to {_LONGEST} printable characters",
        )
