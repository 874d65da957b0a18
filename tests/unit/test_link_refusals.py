"""What people are told when a video is not fetched, and what is judged before it is."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import DubError, ProviderError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.exit_codes import INTERNAL, exit_code
from dubwright.sources.refusals import Reason, reason_in, refusal
from dubwright.sources.youtube_choice import chosen_captions, estimated_bytes, unfit
from dubwright.sources.youtube_talk import YoutubeOrder

ORDER = YoutubeOrder(
    url="https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    folder="/nowhere",
    max_bytes=1_000_000,
    max_duration_ms=60_000,
    max_height=720,
    ffmpeg="ffmpeg",
)
FIT = {"duration": 30, "live_status": "not_live", "age_limit": 0, "filesize": 1_000}

WORDS = {
    "robot": ["[youtube] x: Sign in to confirm you’re not a bot. Use --cookies", "LOGIN_REQUIRED"],
    "throttled": ["HTTP Error 429: Too Many Requests", "This content isn't available, try again later. Your account has been rate-limited"],
    "age": ["Sign in to confirm your age. This video may be inappropriate for some users.", "This video is age-restricted"],
    "members": ["Join this channel to get access to members-only content", "This video requires payment to watch"],
    "private": ["Private video. Sign in if you've been granted access", "This video is private"],
    "region": ["The uploader has not made this video available in your country", "not available from your location"],
    "live": ["This live event will begin in 3 hours", "Premieres in 2 days", "The channel is offline"],
    "protected": ["This video is DRM protected"],
    "no_format": ["Requested format is not available. Use --list-formats", "No video formats found!", "Only images are available for download"],
    "forbidden": ["unable to download video data: HTTP Error 403: Forbidden"],
    "removed": ["Video unavailable", "This video has been removed by the uploader", "the account associated with this video has been terminated", "unable to download video data: HTTP Error 404: Not Found"],
    "unreachable": ["Unable to download API page: [Errno 111] Connection refused", "Failed to resolve 'www.youtube.com'", "The read operation timed out", "HTTP Error 502: Bad Gateway", "IncompleteRead(3 bytes read)"],
    "not_public": ["Unable to download webpage: address 127.0.0.1 with port 80 is not public (caused by Confined())"],
    "no_runtime": ["No supported JavaScript runtime could be found"],
    "cookies": ["'x' does not look like a Netscape format cookies file"],
    "changed": ["Unable to extract nsig function code", "something that nobody has seen before", ""],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "words"), [(reason, words) for reason, many in WORDS.items() for words in many]
)
def test_the_words_of_a_failure_tell_its_reason(reason, words):
    assert reason_in(words) == reason


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_a_sentence_a_code_and_a_way_on(reason):
    error = refusal(reason, "1, and 2 are")
    assert error.message.endswith(": 1, and 2 are")
    assert error.hint
    assert error.code != DubError.code
    assert exit_code(error) != INTERNAL
    assert not isinstance(error, ProviderError) or error.provider == "yt-dlp"


@pytest.mark.parametrize(
    "reason", ["robot", "forbidden", "age", "region", "throttled", "changed", "no_runtime"]
)
def test_where_the_site_is_in_the_way_the_way_on_is_an_upload(reason):
    assert "upload the file" in (refusal(reason).hint or "")


@given(st.text(max_size=300))
def test_any_words_have_a_reason_that_repeats_none_of_them(words):
    error = refusal(reason_in(words))
    assert len(words) < 12 or words not in error.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"_type": "playlist"}, "many"),
        ({"_type": "multi_video"}, "many"),
        ({"is_live": True}, "live"),
        ({"live_status": "is_live"}, "live"),
        ({"live_status": "is_upcoming"}, "live"),
        ({"live_status": "post_live"}, "live"),
        ({"has_drm": True}, "protected"),
        ({"requested_formats": [{"has_drm": True}]}, "protected"),
        ({"availability": "subscriber_only"}, "members"),
        ({"availability": "premium_only"}, "members"),
        ({"age_limit": 18}, "age"),
        ({"duration": None}, "no_length"),
        ({"duration": 0}, "no_length"),
        ({"duration": "long"}, "no_length"),
        ({"duration": 60.1}, "too_long"),
        ({"filesize": 1_000_001}, "too_large"),
        ({"filesize": None, "filesize_approx": 1_000_001}, "too_large"),
        ({"filesize": None, "tbr": 300}, "too_large"),
        ({"requested_formats": [{"filesize": 600_000}, {"filesize_approx": 600_000}]}, "too_large"),
    ],
)
def test_what_is_not_dubbed_is_seen_before_it_is_fetched(changes, reason):
    refused = unfit({**FIT, **changes}, ORDER)
    assert refused is not None
    assert refused.reason == reason


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"live_status": "was_live"},
        {"age_limit": None},
        {"duration": 60},
        {"availability": "unlisted"},
    ],
)
def test_anything_else_is_fetched(changes):
    assert unfit({**FIT, **changes}, ORDER) is None


def test_a_size_that_nobody_tells_is_reckoned_from_the_rate():
    assert estimated_bytes({"duration": 10, "tbr": 80}) == 100_000
    assert estimated_bytes({"duration": 10}) == 0


VTT = [{"ext": "json3"}, {"ext": "vtt"}]


@pytest.mark.parametrize(
    ("names", "spoken", "asked", "chosen"),
    [
        (["en", "de"], None, "de", "de"),
        (["en-US"], None, "en", "en-US"),
        (["en-GB", "en"], None, "en", "en"),
        (["en", "en-GB"], None, "en-GB", "en-GB"),
        (["en-nP7-2PuUl7o"], None, "en", "en-nP7-2PuUl7o"),
        (["pt-BR", "de"], "pt", None, "pt-BR"),
        (["en", "de"], None, None, None),
        (["de"], None, None, "de"),
        (["de"], None, "en", None),
        (["live_chat"], None, None, None),
        ([], "en", "en", None),
    ],
)
def test_captions_are_chosen_by_the_language_that_is_spoken(names, spoken, asked, chosen):
    forms = {name: ([{"ext": "json"}] if name == "live_chat" else VTT) for name in names}
    found = {**FIT, "language": spoken, "subtitles": forms, "automatic_captions": {"en": VTT}}
    assert chosen_captions(found, asked and LanguageTag(asked)) == chosen
