"""How much memory this process uses, for tests of what is given back."""

from pathlib import Path

import pytest

_STATUS = Path("/proc/self/status")

needs_linux = pytest.mark.skipif(
    not _STATUS.exists(), reason="only Linux tells how much memory a process of its own uses"
)


def own_memory_mb() -> float:
    """What lies in memory and belongs to no file, in MB."""
    rows = dict(row.split(":", 1) for row in _STATUS.read_text().splitlines())
    return int(rows["RssAnon"].split()[0]) / 1024
