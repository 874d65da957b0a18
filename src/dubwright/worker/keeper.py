"""The keeper of a child process: when the child or its worker dies, nothing of it goes on.

A worker must be able to stop ffmpeg and native code at once, and a worker that is killed must not
leave them behind. The child may be deep in native code, and what it starts may be in sessions of
its own; so a process that does nothing else stands above it, adopts whatever loses its parent, and
ends it all. It is forked before anything is imported: it costs almost no memory.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SIGNALLED = 128


def keep(*, life: int, talk: int) -> None:
    """Fork. Returns in the child; the keeper stays until the child ends, or `life` is closed.

    `life` is the reading end of a pipe whose other end only the worker has, `talk` is what the
    child alone shall have. The keeper exits with the child's exit code, or 128 plus the signal
    that ended it.
    """
    _adopt_orphans()
    alive, held = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(alive)
        _die_with_the_keeper()
        return
    os.close(held)
    os.close(talk)
    for unwanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(unwanted, signal.SIG_IGN)
    select.select([life, alive], [], [])
    os._exit(_end_all(child))


def exit_reason(code: int) -> str:
    """A keeper's exit code in words."""
    if code <= _SIGNALLED:
        return f"exit code {code}"
    number = code - _SIGNALLED
    try:
        return f"signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"


def _end_all(child: int) -> int:
    """Kill until there is nobody left: each death may leave orphans, which become ours."""
    code = 0
    living = {child}
    while living:
        for pid in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        pid, status = os.wait()
        if pid == child:
            ended = os.waitstatus_to_exitcode(status)
            code = ended if ended >= 0 else _SIGNALLED - ended
        living = (living - {pid}) | set(_children())
    return code


def _children() -> Iterator[int]:
    """Our children, from /proc; none on systems that have no such folder."""
    me = os.getpid()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name, in parentheses, may hold anything; the state and the parent follow it.
            after_name = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(after_name[1]) == me:
                yield int(stat.parent.name)


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _die_with_the_keeper() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
