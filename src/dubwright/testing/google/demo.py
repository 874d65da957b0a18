"""A video dubbed by `dubwright dub` in a process of its own, through the doubles; and the bill."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dubwright.domain.pricing import PriceList, to_usd
from dubwright.guard.prices import load_prices
from dubwright.testing.google.ledger import Statement

if TYPE_CHECKING:
    from dubwright.testing.google.cloud import GoogleCloud

_LOOK_S = 0.2
_STOP_S = 10.0
_OF_ANOTHER_ACCOUNT = ("GOOGLE_", "GCE_", "GRPC_")


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What to dub. `location` is where sound is recognised, such as `us`."""

    video: Path
    target: str
    source: str | None
    output: Path
    location: str = "us"


def dub_through(cloud: "GoogleCloud", order: DemoOrder, *, stop: threading.Event) -> int:
    """Dub with the provider `google` for speech, translation and voices; the exit code.

    Prints what was asked of the doubles and what Google would have billed.
    """
    language = ["--from", order.source] if order.source else []
    command = [
        *(sys.executable, "-m", "dubwright.cli.main", "dub", str(order.video)),
        *("--to", order.target, *language, "--output", str(order.output)),
    ]
    code = _run(command, {**_own_environment(), **cloud.environment(order.location)}, stop)
    print("\n".join(bill_lines(cloud.statement(), load_prices())), flush=True)  # noqa: T201  # for people
    return code


def bill_lines(statement: Statement, prices: PriceList) -> list[str]:
    """The requests by method, then what is billed by product at list prices."""
    lines = [
        f"{use.requests:6} {method}" + (f" ({use.failed} refused)" if use.failed else "")
        for method, use in statement.methods.items()
    ]
    total = 0
    for product, units in sorted(statement.billed().items()):
        is_sound = product.startswith("speech.")
        price = prices.price("google", product, "ms" if is_sound else "characters")
        cost = price.cost_micro_usd(units * 1000 if is_sound else units) if price else 0
        total += cost
        unit = "seconds" if is_sound else "characters"
        lines.append(f"{units:6} {unit} of {product}: ${to_usd(cost):.4f}")
    return ["Asked of the doubles, and what Google would bill:", *lines, f"${to_usd(total):.4f}"]


def _run(command: list[str], environment: dict[str, str], stop: threading.Event) -> int:
    """Run to the end, or end it when we are asked to stop."""
    with subprocess.Popen(command, env=environment) as child:
        while True:
            try:
                return child.wait(_LOOK_S)
            except subprocess.TimeoutExpired:
                if stop.is_set():
                    break
        child.terminate()
        try:
            return child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()


def _own_environment() -> dict[str, str]:
    """Ours, without what leads to somebody's real account."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OF_ANOTHER_ACCOUNT)
    }
