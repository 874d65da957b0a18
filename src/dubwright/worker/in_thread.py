"""Blocking calls on threads of their own, awaited; nobody waits for them when the program ends."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from dubwright.observability.logs import in_this_context

R = TypeVar("R")


def in_thread(call: Callable[[], R], *, name: str) -> asyncio.Future[R]:
    """What `call` will return or raise, on the running loop. Cancelling it leaves the call running."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[R] = loop.create_future()

    def settle(result: R | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # None only when R allows it

    def run() -> None:
        result, error = None, None
        try:
            result = call()
        except Exception as exc:  # noqa: BLE001  # handed on to whoever awaits
            error = exc
        # The loop may have been closed meanwhile: then nobody waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=in_this_context(run), name=name, daemon=True).start()
    return future
