"""How far a dub is and how long it still takes, judged by what each stage costs."""

from dubwright.pipeline.progress import StageEvent

# CPU seconds per second of speech on the machine the engines were measured on; only the
# proportions matter here. In the order in which a dub announces its stages.
_COST = {
    "extract": 0.01,
    "find_speech": 0.01,
    "tell_speakers": 0.02,
    "separate": 0.10,
    "transcribe": 0.12,
    "speak": 0.42,
    "mix": 0.04,
    "mux": 0.01,
    "hear_back": 0.10,
}


# A link's video comes first; how long that takes has nothing to do with its length.
_FETCH, _FETCHING_COUNTS = "fetch", 0.03
# Finished dubs are put together in these stages alone.
_TOGETHER = {"join_languages": 0.8, "zip_languages": 0.2}


class Forecast:
    """Adds up stage events. Times are seconds since the start, given by the caller."""

    def __init__(self) -> None:
        self._shares: dict[str, float] = {}
        self._pieces: dict[str, tuple[int, int]] = {}
        self._share_done = 0.0

    def take(self, event: StageEvent) -> None:
        """Note one event."""
        self._pieces[event.stage] = (event.done, event.total)
        self._shares[event.stage] = event.done / max(1, event.total)
        # Lines that become known later make the share smaller; the bar waits for them.
        self._share_done = max(self._share_done, self._estimate())

    @property
    def share_done(self) -> float:
        """The share of all work that is done, 0 to 1. It never falls."""
        return self._share_done

    def _estimate(self) -> float:
        if self._shares.keys() == {_FETCH}:
            return _FETCHING_COUNTS * min(1.0, self._shares[_FETCH])
        if self._shares.keys() & _TOGETHER.keys():
            return sum(cost * self._shares.get(stage, 0.0) for stage, cost in _TOGETHER.items())
        shares = self._with_skipped_stages()
        # Lines are counted as they are recognised, so early on there are more to come.
        shares["speak"] *= shares["transcribe"]
        done = sum(cost * shares[stage] for stage, cost in _COST.items())
        return min(1.0, done / sum(_COST.values()))

    def _with_skipped_stages(self) -> dict[str, float]:
        """The shares of all stages. One that was not heard of when a later one began is skipped."""
        shares, unheard = {}, 0.0
        for stage in reversed(_COST):
            if stage in self._shares:
                unheard = 1.0
            shares[stage] = self._shares.get(stage, unheard)
        return shares

    def pieces(self, stage: str) -> tuple[int, int]:
        """How many pieces of a stage are done, of how many known so far."""
        return self._pieces.get(stage, (0, 0))

    def seconds_left(self, elapsed_s: float) -> float | None:
        """What remains at the pace so far; None while it is too early to tell."""
        share = self.share_done
        if share < 0.05:
            return None
        return elapsed_s * (1 - share) / share
