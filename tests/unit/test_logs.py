import io
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Segment, Transcript
from dubwright.domain.timeline import TimeSpan
from dubwright.observability.logs import configure_logs, in_this_context, log_context, redact

SAID = "the launch code is four"


@pytest.fixture
def lines() -> Callable[[], list[dict[str, object]]]:
    """What was logged, as JSON, at level info."""
    stream = io.StringIO()
    configure_logs(level="info", log_format="json", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


def test_an_event_has_its_level_time_and_fields(lines):
    structlog.get_logger().info("stage.finished", stage="translate", elapsed_ms=812)
    [event] = lines()
    assert event.pop("timestamp")
    assert event == {
        "event": "stage.finished",
        "level": "info",
        "stage": "translate",
        "elapsed_ms": 812,
    }


def test_events_below_the_level_are_left_out(lines):
    structlog.get_logger().debug("stage.started")
    assert lines() == []


def test_ids_are_on_every_event_of_a_block_and_none_after_it(lines):
    log = structlog.get_logger()
    with log_context(job="j1", stage="mix"):
        log.info("ffmpeg.started")
    log.info("ffmpeg.stopped")
    inside, after = lines()
    assert (inside["job"], inside["stage"]) == ("j1", "mix")
    assert "job" not in after


def test_ids_follow_the_work_to_other_threads(lines):
    with log_context(job="j1"), ThreadPoolExecutor(2) as pool:
        work = in_this_context(lambda n: structlog.get_logger().info("take.spoken", number=n))
        list(pool.map(work, range(8)))
    assert [event["job"] for event in lines()] == ["j1"] * 8


@pytest.mark.parametrize(
    "name", ["key", "api_key", "API-Key", "token", "access_tokens", "authorization", "password"]
)
def test_secrets_are_redacted_whatever_their_type(name):
    for secret in ("sk-123", 123, b"123", ["sk-123"], {"a": "sk-123"}):
        assert redact(None, "info", {name: secret}) == {name: "[redacted]"}


@pytest.mark.parametrize(
    "name", ["text", "target_text", "transcript", "words", "lines", "spoken", "variants"]
)
def test_what_was_said_is_redacted_and_how_much_is_not(name):
    assert redact(None, "info", {name: SAID}) == {name: "[redacted]"}
    assert redact(None, "info", {name: 12}) == {name: 12}


def test_names_that_only_resemble_secret_ones_stay():
    fields = {"kind": "text_to_speech", "keyboard": "qwerty", "context": "c", "linear": "x"}
    assert redact(None, "info", dict(fields)) == fields


def test_secrets_inside_tables_and_lists_are_redacted():
    event = redact(None, "info", {"request": {"headers": [{"authorization": SAID}], "size": 3}})
    assert event == {"request": {"headers": [{"authorization": "[redacted]"}], "size": 3}}


def test_documents_are_named_and_not_shown():
    segment = Segment(text=SAID, span=TimeSpan(start_ms=0, end_ms=1))
    result = Transcript(language=LanguageTag("en"), segments=(segment,))
    assert redact(None, "info", {"result": result}) == {"result": "<Transcript>"}


def test_web_addresses_lose_their_credentials_and_queries():
    event = redact(None, "info", {"source": "from https://me:pw@host/a.mp4?sig=abc#x to disk"})
    assert event == {"source": "from https://host/a.mp4 to disk"}


def test_paths_are_shown():
    assert redact(None, "info", {"script_path": Path("a/b")}) == {"script_path": "a/b"}


NESTED = st.recursive(
    st.just(SAID), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(fields=st.dictionaries(st.sampled_from(["text", "words", "api_key", "spoken"]), NESTED))
def test_nothing_under_a_redacted_name_gets_out_however_it_is_packed(fields):
    assert SAID not in str(redact(None, "info", {"event": "line.heard", "answer": fields}))


def test_a_traceback_shows_no_local_variables(lines):
    def fail() -> None:
        heard = SAID
        raise ValueError(len(heard))

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("stage.failed")
    [event] = lines()
    assert "ValueError" in str(event["exception"])
    assert SAID not in str(event)


def test_people_get_lines_without_escape_codes_in_a_file():
    stream = io.StringIO()
    configure_logs(level="info", log_format="console", stream=stream)
    structlog.get_logger().info("stage.finished", stage="mix")
    structlog.reset_defaults()
    assert "stage.finished" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_importing_the_module_sets_nothing_up():
    code = "import structlog, dubwright.observability.logs; print(structlog.is_configured())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
