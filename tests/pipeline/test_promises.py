"""The promises: each holds at its limit and is broken just past it."""

from collections.abc import Callable

import pytest

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.media import Source, VideoTrack
from dubwright.domain.quality import Check, QcReport
from dubwright.domain.speech import SpeakerId
from dubwright.pipeline import promises

LENGTH_MS = 60_000


def placed(number: int, start_ms: int, duration_ms: int, **more: object) -> Placement:
    chosen = {"speaker": SpeakerId("S1"), "speed": 1.0, **more}
    return Placement(utterance=number, start_ms=start_ms, duration_ms=duration_ms, **chosen)


def fitted(*placements: Placement) -> dict[str, Check]:
    checks = promises.fitted(FitReport(placements=placements), LENGTH_MS)
    return {check.name: check for check in checks}


def source(duration_ms: int, *, frame_ms: int = 40) -> Source:
    picture = VideoTrack(index=0, codec="h264", width=320, height=180, frame_ms=frame_ms)
    return Source(
        sha256="0", container="mp4", duration_ms=duration_ms, size_bytes=1, video=picture, audio=()
    )


def test_lines_of_one_speaker_may_touch_and_not_overlap():
    name = "overlap within a speaker"
    touching = fitted(placed(1, 0, 1_000), placed(2, 1_000, 500))
    over = fitted(placed(1, 0, 1_001), placed(2, 1_000, 500))
    assert (touching[name].passed, over[name].passed, over[name].value) == (True, False, 1)


def test_lines_of_two_speakers_may_overlap():
    both = fitted(placed(1, 0, 1_000), placed(2, 500, 1_000, speaker=SpeakerId("S2")))
    assert both["overlap within a speaker"].passed


def test_a_line_may_end_with_the_file_and_not_after_it():
    at_end = fitted(placed(1, LENGTH_MS - 500, 500))["speech cut"]
    after = fitted(placed(1, LENGTH_MS - 500, 501))["speech cut"]
    assert (at_end.passed, after.passed, after.value) == (True, False, 48)


def test_a_line_may_be_as_fast_as_the_top_speed():
    at_top, faster = fitted(placed(1, 0, 9, speed=1.35)), fitted(placed(1, 0, 9, speed=1.36))
    assert (at_top["fastest line"].passed, faster["fastest line"].passed) == (True, False)


@pytest.mark.parametrize(("fast_lines", "holds"), [(1, True), (2, False)])
def test_nine_lines_in_ten_are_calm(fast_lines, holds):
    speeds = [1.3] * fast_lines + [1.2] * (10 - fast_lines)
    lines = [placed(n, 1_000 * n, 900, speed=speed) for n, speed in enumerate(speeds, start=1)]
    assert fitted(*lines)["lines at ≤ 1.20×"].passed is holds


@pytest.mark.parametrize(("name", "limit_ms"), [("onset error p50", 100), ("onset error p95", 300)])
@pytest.mark.parametrize("sign", [1, -1])
def test_onsets_may_be_off_up_to_the_limit_either_way(name, limit_ms, sign):
    at_limit = fitted(placed(1, 0, 9, onset_error_ms=sign * limit_ms))[name]
    past = fitted(placed(1, 0, 9, onset_error_ms=sign * (limit_ms + 1)))[name]
    assert (at_limit.passed, past.passed) == (True, False)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_dub_is_as_long_as_its_source_within_a_frame(sign):
    original = source(LENGTH_MS)
    assert promises.length(source(LENGTH_MS + sign * 40), original).passed
    assert not promises.length(source(LENGTH_MS + sign * 41), original).passed


LIMITS: list[tuple[Callable[[float], Check], float, float]] = [
    (lambda lufs: promises.loudness(-20, lufs), -19.0, -18.99),
    (lambda lufs: promises.loudness(-20, lufs), -21.0, -21.01),
    (promises.peak, -1.0, -0.9),
    (promises.bed, 1.0, 1.01),
    (promises.bed, -1.0, -1.01),
    (lambda db: promises.bed(db, chosen_db=-12.0), -13.0, -13.01),
    (lambda db: promises.bed(db, chosen_db=-12.0), -11.0, 0.0),
    (promises.in_slots, 0.95, 0.949),
    (lambda ms: promises.in_step([0, int(ms), 3]), 40, 41),
    (lambda ms: promises.in_step([0, int(ms), 3]), -40, -41),
    (promises.understood, 0.15, 0.151),
    (lambda changed: promises.picture(not changed), 0, 1),
]


@pytest.mark.parametrize(("promise", "at_limit", "past"), LIMITS)
def test_a_promise_holds_at_its_limit_and_not_past_it(promise, at_limit, past):
    assert (promise(at_limit).passed, promise(past).passed) == (True, False)


@pytest.mark.parametrize(
    "check",
    [
        promises.loudness(None, -20),
        promises.loudness(-20, None),
        promises.peak(None),
        promises.bed(None),
        promises.in_slots(None),
        promises.in_slots(None, voice_over=True),
        promises.in_step([]),
        promises.understood(None),
        promises.not_heard("whisper does not understand tlh"),
    ],
    ids=lambda check: check.name,
)
def test_what_cannot_be_measured_says_why_and_stops_nothing(check):
    assert (check.value, check.passed, check.hard) == (None, True, False)
    assert check.note


def test_a_broken_hard_rule_alone_keeps_a_dub_from_being_completed():
    soft, hard = promises.peak(0.0), promises.picture(same=False)
    assert QcReport(checks=(soft,)).completed
    assert not QcReport(checks=(soft, hard)).completed


def test_the_hard_rules_are_those_of_the_fit_and_the_picture():
    checks = [
        *fitted(placed(1, 0, 9)).values(),
        promises.length(source(1_000), source(1_000)),
        *(promise(at_limit) for promise, at_limit, _ in LIMITS),
    ]
    assert {check.name for check in checks if check.hard} == {
        "overlap within a speaker",
        "speech cut",
        "fastest line",
        "length against the source",
        "picture packets changed",
    }
