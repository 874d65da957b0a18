"""What a process that runs others' code on strangers' answers may still do.

Python tells an audit hook of every connection, program and file before it happens, whatever
library asks for it. The hook cannot be taken out again. It does not reach into programs that are
started: those that are allowed are ffmpeg, which is given files, and deno, which is given no rights.
"""

import ipaddress
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dubwright.sources.addresses import AddressPolicy, may_call

_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONNECTING: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_CHANGING: Final = frozenset(
    {
        *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink"),
        *("os.truncate", "os.chmod", "os.chown", "os.utime", "os.mkfifo"),
    }
)
_STARTING: Final = frozenset(
    {
        *("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"),
        *("os.startfile", "pty.spawn"),
    }
)


class Confined(PermissionError):
    """Something was tried that is not allowed here."""


@dataclass(frozen=True, slots=True)
class Confines:
    """The only folder to write into, the only programs to start, and the addresses to call.

    `calls` are addresses with ports that may be called beside what the policy allows.
    """

    folder: Path
    programs: frozenset[str]
    policy: AddressPolicy
    calls: frozenset[str] = frozenset()


def confine(confines: Confines) -> None:
    """Keep this process within the confines until it ends."""
    inside = _Inside(confines)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        check = inside.check_of(event)
        if check is not None:
            check(arguments)

    sys.addaudithook(hook)


class _Inside:
    def __init__(self, confines: Confines) -> None:
        self._confines = confines
        self._folder = os.path.realpath(confines.folder)
        self._programs = frozenset(map(os.path.realpath, confines.programs))

    def check_of(self, event: str) -> Callable[[tuple[object, ...]], None] | None:
        """What to look at for an event; None for one that is free."""
        if event in _CONNECTING:
            return self._check_call
        if event == "subprocess.Popen":
            return self._check_program
        if event == "open":
            return self._check_open
        if event in _CHANGING:
            return self._check_paths
        return _refuse if event in _STARTING else None

    def _check_call(self, arguments: tuple[object, ...]) -> None:
        address = arguments[1] if len(arguments) > 1 else None
        if address is None:  # over a connection that was checked
            return
        match address:
            case (str(host), int(port), *_):
                if not self._may_be_called(host, port):
                    raise Confined(f"address {host} with port {port} is not public")
            case _:
                raise Confined("an address of another kind is not public")

    def _may_be_called(self, host: str, port: int) -> bool:
        policy = self._confines.policy
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:  # a name: nobody has looked up where it leads
            return False
        if f"{address} {port}" in self._confines.calls:
            return True
        return may_call(address, policy) and policy.allows_port(port)

    def _check_program(self, arguments: tuple[object, ...]) -> None:
        program = arguments[0]
        if not isinstance(program, str | bytes | os.PathLike):
            raise Confined("a program without a name may not be started")
        path = os.fsdecode(program)
        if os.path.realpath(path) not in self._programs:
            raise Confined(f"the program {path!r} may not be started")
        given = arguments[1]
        if isinstance(given, Sequence) and any(map(_is_address, given)):
            raise Confined("a program that fetches by itself: its address is not public")

    def _check_open(self, arguments: tuple[object, ...]) -> None:
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITES:
            self._check_path(path)

    def _check_paths(self, arguments: tuple[object, ...]) -> None:
        for argument in arguments:
            if isinstance(argument, str | bytes | os.PathLike):
                self._check_path(argument)

    def _check_path(self, path: object) -> None:
        if isinstance(path, int) or path == os.devnull:  # open already, or nowhere
            return
        if not isinstance(path, str | bytes | os.PathLike):
            raise Confined("a file without a name may not be written")
        named = os.path.realpath(os.fsdecode(path))
        if named != self._folder and not named.startswith(self._folder + os.sep):
            raise Confined(f"{named!r} lies outside the folder of this transfer")


def _is_address(argument: object) -> bool:
    """Whether a program would call something: it does so on its own, where no hook reaches."""
    if not isinstance(argument, str | bytes):
        return False
    scheme = _SCHEME.match(os.fsdecode(argument))
    return scheme is not None and scheme[1] != "file"


def _refuse(arguments: tuple[object, ...]) -> None:
    raise Confined("programs are started in one way only")
