"""How far a dub is and how long it still takes, judged by what each stage costs."""

from dubwright.pipeline.progress import StageEvent

# CPU seconds per second of speech on the machine the engines were measured on; only the
# proportions matter here.
_COST = {
    "extract": 0.01,
    "find_speech": 0.01,
    "tell_speakers": 0.02,
    "transcribe": 0.12,
    "speak": 0.42,
    "separate": 0.10,
    "mix": 0.02,
    "master": 0.02,
    "mux": 0.01,
    "hear_back": 0.10,
}


class Forecast:
    """Adds up stage events. Times are seconds since the start, given by the caller."""

    def __init__(self) -> None:
        self._shares: dict[str, float] = {}
        self._pieces: dict[str, tuple[int, int]] = {}

    def take(self, event: StageEvent) -> None:
        """Note one event."""
        self._pieces[event.stage] = (event.done, event.total)
        self._shares[event.stage] = event.done / max(1, event.total)

    @property
    def share_done(self) -> float:
        """The share of all work that is done, 0 to 1."""
        recognised = self._shares.get("transcribe", 0.0)
        done = 0.0
        for stage, cost in _COST.items():
            share = self._shares.get(stage, 0.0)
            # Lines are counted as they are recognised, so early on there are more to come.
            done += cost * (share * recognised if stage == "speak" else share)
        return done / sum(_COST.values())

    def pieces(self, stage: str) -> tuple[int, int]:
        """How many pieces of a stage are done, of how many known so far."""
        return self._pieces.get(stage, (0, 0))

    def seconds_left(self, elapsed_s: float) -> float | None:
        """What remains at the pace so far; None while it is too early to tell."""
        share = self.share_done
        if share < 0.05:
            return None
        return elapsed_s * (1 - share) / share
