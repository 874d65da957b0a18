"""Refusals of a server with the option that answers them: its own hints name fields of the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dubwright.cli.money import MORE_BUDGET
from dubwright.domain.errors import BudgetExceeded, DubError, RightsNotConfirmed
from dubwright.jobs.link_folder import CONFIRM_RIGHTS

_HINTS: Final[dict[type[DubError], str]] = {
    BudgetExceeded: MORE_BUDGET,
    RightsNotConfirmed: CONFIRM_RIGHTS,
}


@contextmanager
def hints_of_options() -> Iterator[None]:
    """Raise what is raised inside with a hint that can be typed."""
    try:
        yield
    except (BudgetExceeded, RightsNotConfirmed) as exc:
        raise type(exc)(exc.message, hint=_HINTS[type(exc)]) from exc
