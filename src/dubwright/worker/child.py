"""A child process: performs one assignment after another, keeps its models loaded, knows no database.

Started by `worker.seat` as `python -m dubwright.worker.child TALK LIFE MODULE:FUNCTION`: the numbers
of a socket to the worker and of a pipe that is closed when the worker ends.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from dubwright.worker.keeper import keep

if TYPE_CHECKING:
    from dubwright.domain.job import Failure
    from dubwright.worker.conversation import Conversation

Work = Callable[[str, "Conversation"], str]
"""`work(assignment, worker)`: gives the outcome; it and the assignment are JSON of their own kind."""


def main() -> None:
    """Become a keeper and a child, and perform until the worker hangs up."""
    talk, life, work = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    keep(life=life, talk=talk)
    os.close(life)
    for unwanted in (signal.SIGINT, signal.SIGTERM):
        # The worker says when to stop. A function, not SIG_IGN: programs would inherit that.
        signal.signal(unwanted, lambda *_: None)
    _perform_all(talk, work)


def _perform_all(talk: int, name: str) -> None:
    # Imported only now: the keeper shall stay small.
    from dubwright.bootstrap import share_memory_between_threads
    from dubwright.worker.conversation import Conversation

    share_memory_between_threads()
    conversation = Conversation(talk)
    work = _load(name)
    conversation.be_ready()
    for assignment in conversation.assignments():
        _perform(work, assignment, conversation)


def _load(name: str) -> Work:
    module, _, function = name.partition(":")
    work: Work = getattr(importlib.import_module(module), function)
    return work


def _perform(work: Work, assignment: str, conversation: "Conversation") -> None:
    import structlog

    from dubwright.domain.errors import Cancelled, DubError
    from dubwright.domain.job import Failure
    from dubwright.worker.messages import Failed, Stopped, Succeeded

    try:
        outcome = work(assignment, conversation)
        conversation.conclude(Succeeded(outcome=outcome))
    except Cancelled:
        conversation.conclude(Stopped())
    except DubError as exc:
        conversation.conclude(Failed(failure=Failure.of(exc)))
    except Exception as exc:  # noqa: BLE001  # the worker's loop: one operation must not end the child
        structlog.get_logger().error("operation.broke", exc_info=exc)
        conversation.conclude(Failed(failure=_unexpected()))


def _unexpected() -> "Failure":
    from dubwright.domain.job import Failure

    return Failure(
        code="internal",
        message="the operation ended because of a mistake in this program",
        hint="the worker's log has the cause, under `operation.broke`; report it with the request id",
    )


if __name__ == "__main__":
    main()
