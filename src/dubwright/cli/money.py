"""Money on the command line: what a dub would cost, what it may cost, and what it did cost."""

import math
import sys
from typing import Final

from rich.console import Console
from rich.table import Table
from typer import BadParameter

from dubwright.domain.errors import InputError
from dubwright.domain.pricing import PriceList, to_micro_usd, to_usd, told_usd
from dubwright.guard.purse import Allowance, Purse
from dubwright.jobs.dub_estimate import DubEstimate
from dubwright.jobs.quoting import StageEstimate
from dubwright.sources.links import looks_like_link

MORE_BUDGET: Final = (
    "run it again with a higher `--max-cost`; what was made is kept, and not paid again"
)


def amount_of_money(given: float | None) -> float | None:
    """An option's amount of dollars. Raises `BadParameter` for `nan`, which no limit catches."""
    if given is not None and math.isnan(given):
        raise BadParameter("this is not an amount of dollars, such as `2.50`")
    return given


def purse_for(prices: PriceList, max_cost: float | None) -> Purse:
    """A purse with so many US dollars; without a limit for None."""
    if max_cost is None:
        return Purse(prices)
    most = to_micro_usd(max_cost)
    allowance = Allowance(
        budget_micro_usd=most, spent_micro_usd=0, left_micro_usd=most, remedy=MORE_BUDGET
    )
    return Purse(prices, allowance)


def refuse_estimate_of_what_is_elsewhere(*, server: str | None, video: str) -> None:
    """Raise `InputError` where the video or its engines are not on this machine."""
    if server is not None:
        raise InputError(
            "`--estimate` does not work with `--server`",
            hint="send the video and ask with `POST /v1/projects/{project}:estimate`",
        )
    if looks_like_link(video):
        raise InputError(
            "`--estimate` needs the video itself, not a link",
            hint="download it, or dub with `--max-cost`",
        )


def tell_estimate(estimate: DubEstimate, *, as_json: bool) -> None:
    """Print an estimate for people, or as one JSON line."""
    if as_json:
        sys.stdout.write(estimate.model_dump_json() + "\n")
        return
    console = Console(markup=False, highlight=False)
    table = Table("stage", "engine", "calls", "units", "cost", box=None, pad_edge=False)
    for stage in estimate.stages:
        engine = " ".join(filter(None, (stage.provider or "none", stage.product)))
        table.add_row(stage.stage, engine, str(stage.calls), _units(stage), _cost(stage.cost))
    console.print(table)
    kind = "exactly" if estimate.characters_are_exact else "about"
    console.print(
        f"{estimate.media_minutes} minutes of video, {kind} {estimate.characters} characters to "
        f"speak, about {estimate.wall_s} s of work",
        soft_wrap=True,
    )
    console.print(f"cost: {_cost(estimate.cost)}", style="bold")
    if estimate.price_as_of is not None:
        console.print(f"{estimate.prices} Prices of {estimate.price_as_of}.", soft_wrap=True)


def remote_cost_told(cost: float | None) -> str:
    """What a server's dub cost, in a sentence; empty where it cost nothing."""
    if cost is None:
        return "cost: not known, for calls without a price were made"
    return f"cost: {told_usd(to_micro_usd(cost))} at list prices" if cost else ""


def cost_told(purse: Purse) -> str:
    """What a dub cost, in a sentence; empty where nothing was billed."""
    unpriced = purse.unpriced_calls
    more = f", and {unpriced} calls whose price is not known" if unpriced else ""
    if not purse.spent_micro_usd and not unpriced:
        return ""
    return f"cost: {told_usd(purse.spent_micro_usd)} at list prices{more}"


def known_cost(purse: Purse) -> float | None:
    """What a dub cost in US dollars; None where the price of a call is not known."""
    return None if purse.unpriced_calls else to_usd(purse.spent_micro_usd)


def _units(stage: StageEstimate) -> str:
    if stage.done:
        return "done before"
    return f"{stage.units / 60_000:.1f} min" if stage.unit == "ms" else f"{stage.units} characters"


def _cost(dollars: float | None) -> str:
    return "not known" if dollars is None else told_usd(round(dollars * 1_000_000))
