"""What a log may say of a fault: where it happened, without what people wrote."""

import traceback
from collections.abc import Iterator

from pydantic import ValidationError

from dubwright.domain.errors import DubError

# Their messages are about code, files or connections. Others may quote what they were given.
_SAFE = (DubError, OSError, ImportError, NameError, AttributeError, TypeError, RuntimeError)


def fault_trace(fault: BaseException) -> str:
    """The places and kinds of a fault and of what led to it, the first cause first."""
    return "\n".join(_told(link) for link in reversed(list(_causes(fault))))


def _causes(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = fault
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _told(fault: BaseException) -> str:
    places = "".join(traceback.format_tb(fault.__traceback__)).rstrip()
    return f"{places}\n{type(fault).__name__}{_words(fault)}".lstrip()


def _words(fault: BaseException) -> str:
    if isinstance(fault, ValidationError):
        places = ("/".join(str(part) for part in error["loc"]) for error in fault.errors())
        return f" of {fault.title} at {', '.join(places)}"
    return f": {fault}" if isinstance(fault, _SAFE) else ""
