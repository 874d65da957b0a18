"""The search for the best placement: dynamic programming over the lines.

Between two lines a state is what it has cost and when its placed lines end. Of all states only
those are kept that no other one beats in both (a Pareto set): a plain beam of the cheapest would
lose the early-ending states, and with them the only ones that still fit what follows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dubwright.domain import costs
from dubwright.domain.costs import Floats, Ints
from dubwright.domain.feasibility import Bounds
from dubwright.domain.fit_input import LineToFit, spoken_ms
from dubwright.domain.precedence import Committed, Precedence
from dubwright.domain.speech import SpeakerId

_STATES = 40
_EARLIEST_STATES = 12
_SPEED_STEP = 0.025
_EARLY_STARTS = 6
_BUCKET_MS = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """How one line is spoken, and when."""

    start_ms: int
    duration_ms: int
    speed: float
    variant: int


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways to say one line, shape (M,) each: every wording at every speed."""

    durations: Ints
    speeds: Floats
    variants: Ints
    costs: Floats


@dataclass(frozen=True, slots=True)
class _States:
    """The kept states, K of them, by rising `reach` and falling cost.

    `floors` (K,), `ends` (K, held lines, in the order of `held`), `speeds` (K, speakers).
    """

    costs: Floats
    floors: Ints
    ends: Ints
    speeds: Floats
    held: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Trail:
    """For each kept state after a line: where it came from, its cost, the line's start and way."""

    parents: Ints
    costs: Floats
    starts: Ints
    taken: Ints
    ways: _Ways


@dataclass(frozen=True, slots=True)
class Situation:
    """What the search is played on: who waits for whom, and what was placed before."""

    order: Sequence[Precedence]
    committed: Committed
    speeds: dict[SpeakerId, float]
    gap_ms: int
    slowest: float


def best_choices(
    lines: Sequence[LineToFit], bounds: Sequence[Bounds], at: Situation
) -> tuple[Choice, ...]:
    """The cheapest placement of all lines within bounds that the feasibility sweep can keep."""
    voices = {who: i for i, who in enumerate(dict.fromkeys(line.speaker for line in lines))}
    states = _first_states(voices, at)
    trails = []
    for index, (line, bound) in enumerate(zip(lines, bounds, strict=True)):
        place, voice = at.order[index], voices[line.speaker]
        states = _folded(states, place.folded, gap_ms=at.gap_ms)
        ways = _ways(line, slowest=at.slowest, fastest=bound.fastest)
        starts = _starts(states, place, line=line, bound=bound)
        trail = _extended(states, starts, ways, scored=_Scored(line, bound, voice, place.held))
        states = _next_states(states, trail, voice=voice, held_as=index)
        if not place.held:
            states = _folded(states, (index,), gap_ms=at.gap_ms)
        trails.append(trail)
    return _walk_back(trails, int(np.argmin(states.costs)))


def _first_states(voices: dict[SpeakerId, int], at: Situation) -> _States:
    held = tuple(at.committed.ends_ms)
    return _States(
        costs=np.zeros(1),
        floors=np.array([at.committed.floor_ms], dtype=np.int64),
        ends=np.array([[at.committed.ends_ms[name] for name in held]], dtype=np.int64),
        speeds=np.array([[at.speeds.get(who, 1.0) for who in voices]]),
        held=held,
    )


def _folded(states: _States, names: Sequence[int], *, gap_ms: int) -> _States:
    """The same states with some held lines moved into the floor."""
    if not names:
        return states
    columns = [states.held.index(name) for name in names]
    floors = np.maximum(states.floors, states.ends[:, columns].max(axis=1) + gap_ms)
    return _States(
        costs=states.costs,
        floors=floors,
        ends=np.delete(states.ends, columns, axis=1),
        speeds=states.speeds,
        held=tuple(name for name in states.held if name not in names),
    )


def _ways(line: LineToFit, *, slowest: float, fastest: float) -> _Ways:
    """Every allowed wording at every allowed speed."""
    speeds = [line.locked_speed] if line.locked_speed else _speed_grid(slowest, fastest)
    own_ms, pairs = (
        line.natural_ms[0],
        [
            (variant, natural, speed)
            for variant, natural in enumerate(line.wordings_ms)
            for speed in speeds
        ],
    )
    prices = [costs.text_cost(own_ms, natural) if variant else 0.0 for variant, natural, _ in pairs]
    array = np.array([speed for *_, speed in pairs])
    return _Ways(
        durations=np.array([spoken_ms(natural, speed) for _, natural, speed in pairs]),
        speeds=array,
        variants=np.array([variant for variant, *_ in pairs]),
        costs=costs.speed_cost(array) + np.array(prices),
    )


@cache
def _speed_grid(slowest: float, fastest: float) -> tuple[float, ...]:
    """Speeds from slowest to fastest, both included, every 0.025."""
    steps = math.ceil(round((fastest - slowest) / _SPEED_STEP, 6))
    return (*(round(slowest + _SPEED_STEP * i, 4) for i in range(steps)), fastest)


def _starts(states: _States, place: Precedence, *, line: LineToFit, bound: Bounds) -> Ints:
    """The starts worth trying from each state, shape (K, starts).

    On time, some steps earlier down to the earliest, and as soon as the lines before allow.
    Waiting longer than that only costs.
    """
    ready = states.floors
    for name, wait in place.waits:
        ready = np.maximum(ready, states.ends[:, states.held.index(name)] + wait)
    on_time = max(line.span.start_ms, bound.earliest_ms)
    wanted = np.linspace(on_time, bound.earliest_ms, _EARLY_STARTS).astype(np.int64)
    if ready.min() >= on_time:
        wanted = wanted[:1]
    return np.maximum(ready[:, None], wanted[None, :])


@dataclass(frozen=True, slots=True)
class _Scored:
    """What the cost of a placed line depends on, besides its start and way."""

    line: LineToFit
    bound: Bounds
    voice: int
    held: bool


def _extended(states: _States, starts: Ints, ways: _Ways, *, scored: _Scored) -> _Trail:
    """Every way at every start from every state, reduced to those worth keeping."""
    span, bound = scored.line.span, scored.bound
    ends = starts[:, :, None] + ways.durations
    of_start = states.costs[:, None] + costs.onset_cost(starts - span.start_ms)
    of_way = ways.costs + costs.change_cost(states.speeds[:, scored.voice, None], ways.speeds)
    total = of_start[:, :, None] + of_way[:, None, :] + costs.overrun_cost(ends - span.end_ms)
    # One number stands for how soon the placed lines end: the sum of all that later lines wait for.
    others = states.ends.sum(axis=1) + (states.floors if scored.held else 0)
    reach = ends + others[:, None, None]
    allowed = (starts <= bound.latest_ms)[:, :, None] & (ends <= bound.end_ms)
    kept = _pareto(np.where(allowed, total, np.inf).ravel(), reach.ravel())
    parents, columns, taken = np.unravel_index(kept, total.shape)
    return _Trail(parents, total.ravel()[kept], starts[parents, columns], taken, ways)


def _pareto(prices: Floats, reach: Ints) -> Ints:
    """The entries that no other one beats in both price and reach, by rising reach.

    Thinned to a fixed number: the earliest always stay, for they decide whether the rest fits.
    """
    possible = _promising(prices, reach)
    order = possible[np.lexsort((prices[possible], reach[possible]))]
    cheapest_so_far = np.minimum.accumulate(prices[order])
    better = np.concatenate(([True], prices[order][1:] < cheapest_so_far[:-1]))
    front = order[better]
    if len(front) <= _STATES:
        return front
    rest = np.linspace(_EARLIEST_STATES, len(front) - 1, _STATES - _EARLIEST_STATES)
    return front[np.concatenate((np.arange(_EARLIEST_STATES), rest.round().astype(np.int64)))]


def _promising(prices: Floats, reach: Ints) -> Ints:
    """The possible entries without most of the beaten ones: sorting those would take the time.

    An entry is beaten if one in an earlier bucket of reach is cheaper.
    """
    possible = np.flatnonzero(np.isfinite(prices))
    buckets = (reach[possible] - reach[possible].min()) // _BUCKET_MS
    cheapest = np.full(int(buckets.max()) + 2, np.inf)
    np.minimum.at(cheapest, buckets + 1, prices[possible])
    unbeaten = prices[possible] < np.minimum.accumulate(cheapest)[buckets]
    return np.compress(unbeaten, possible)


def _next_states(states: _States, trail: _Trail, *, voice: int, held_as: int) -> _States:
    """The states after the line, which is held for now."""
    speeds = states.speeds[trail.parents]
    speeds[:, voice] = trail.ways.speeds[trail.taken]
    ends = trail.starts + trail.ways.durations[trail.taken]
    return _States(
        costs=trail.costs,
        floors=states.floors[trail.parents],
        ends=np.column_stack((states.ends[trail.parents], ends)),
        speeds=speeds,
        held=(*states.held, held_as),
    )


def _walk_back(trails: Sequence[_Trail], last: int) -> tuple[Choice, ...]:
    """The choices that lead to the state `last`, in order of the lines."""
    found = []
    for trail in reversed(trails):
        way = int(trail.taken[last])
        found.append(
            Choice(
                start_ms=int(trail.starts[last]),
                duration_ms=int(trail.ways.durations[way]),
                speed=float(trail.ways.speeds[way]),
                variant=int(trail.ways.variants[way]),
            )
        )
        last = int(trail.parents[last])
    return tuple(reversed(found))
