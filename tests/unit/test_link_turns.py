"""One transfer at a time from one site, and none that lasts without getting on."""

import threading
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import Cancelled, SiteUnreachable
from dubwright.sources.pace import Pace, Patience
from dubwright.sources.turns import turn_at
from dubwright.sources.youtube_readiness import YoutubeReadiness, youtube_readiness
from link_sites import until


def never() -> bool:
    return False


def test_the_second_waits_for_the_first_and_the_pause_after_it(tmp_path):
    ended: list[float] = []
    began: list[float] = []

    def second() -> None:
        with turn_at("example.org", tmp_path, pause_s=0.5, is_cancelled=never):
            began.append(time.time())

    with turn_at("example.org", tmp_path, pause_s=0.5, is_cancelled=never):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.4)
        assert began == []
        ended.append(time.time())
    thread.join()
    assert began[0] - ended[0] >= 0.45


def test_other_sites_and_the_first_of_all_wait_for_nobody(tmp_path):
    began = time.monotonic()
    with (
        turn_at("one.example.org", tmp_path, pause_s=60, is_cancelled=never),
        turn_at("two.example.org", tmp_path, pause_s=60, is_cancelled=never),
    ):
        assert time.monotonic() - began < 5


def test_who_waits_can_be_stopped(tmp_path):
    stop = threading.Event()
    stopped: list[BaseException] = []

    def wait() -> None:
        try:
            with turn_at("example.org", tmp_path, pause_s=0, is_cancelled=stop.is_set):
                raise AssertionError("it was not its turn")
        except Cancelled as exc:
            stopped.append(exc)

    with turn_at("example.org", tmp_path, pause_s=0, is_cancelled=never):
        thread = threading.Thread(target=wait)
        thread.start()
        stop.set()
        assert until(lambda: bool(stopped)) < 2
        thread.join()


def test_a_transfer_that_failed_gives_its_turn_back(tmp_path):
    with (
        pytest.raises(SiteUnreachable),
        turn_at("example.org", tmp_path, pause_s=0, is_cancelled=never),
    ):
        raise SiteUnreachable("gone")
    with turn_at("example.org", tmp_path, pause_s=0, is_cancelled=never):
        pass


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


PATIENCE = Patience(longest_s=1_000, stretch_s=10, least_bytes=100)


def test_a_transfer_goes_on_as_long_as_enough_arrives():
    clock = Clock()
    pace = Pace(PATIENCE, never, clock)
    for number in range(1, 90):
        clock.now += 9
        pace.arrived(100 * number)
        assert not pace.is_over()
    clock.now += 10.1
    assert pace.is_over()


@given(st.lists(st.integers(0, 11), max_size=50))
def test_too_little_does_not_buy_more_time(pieces):
    """Fewer bytes in each stretch than are wanted end a transfer at the end of the first."""
    clock = Clock()
    pace = Pace(PATIENCE, never, clock)
    arrived = 0
    for piece in pieces:
        clock.now += 1.25
        arrived += piece
        pace.arrived(arrived)
        assert pace.is_over() == (clock.now > 10)


def test_what_has_all_arrived_may_be_joined_in_peace_but_not_for_ever():
    clock = Clock()
    pace = Pace(PATIENCE, never, clock)
    pace.all_arrived()
    clock.now = 999
    assert not pace.is_over()
    clock.now = 1_001
    assert pace.is_over()
    with pytest.raises(SiteUnreachable):
        pace.left_s()


def test_a_wish_to_stop_is_noticed_wherever_time_is_asked_for():
    with pytest.raises(Cancelled):
        Pace(PATIENCE, lambda: True, Clock()).left_s()


def test_the_age_of_yt_dlp_is_told_in_days():
    found = youtube_readiness(date(2100, 1, 1))
    assert found.version is not None
    assert found.age_days is not None
    assert found.age_days > 26_000
    assert found.is_old
    assert found.ready
    assert not youtube_readiness(date(2000, 1, 1)).is_old
    assert not YoutubeReadiness(None, None, "deno").ready
