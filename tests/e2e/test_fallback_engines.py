"""Dubs in which a fallback answers for an engine that fails: every line of it says so."""

import dataclasses
import json
from pathlib import Path

import pytest

from dubwright import bootstrap
from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderThrottled, ProviderUnavailable
from dubwright.domain.language import parse_language
from dubwright.guard import Guard, GuardedTextToSpeech, GuardedTranslator, RetryPolicy
from dubwright.jobs.dub_video import DubOutcome, DubRequest, Running, dub_video
from dubwright.pipeline.tools import Tools
from dubwright.ports import SpeechRequest
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech
from dubwright.testing.stand_ins import STAND_INS

GUARD = Guard(retry=RetryPolicy(attempts=1))
LINES = ("A day.", "Two days go by.", "Three of them.", "Four, then.")


class Hoarse(ToneTextToSpeech):
    """A voice that fails for some texts."""

    name = "hoarse"

    def __init__(self, *lost: str) -> None:
        super().__init__(ToneOptions())
        self._lost = lost

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        if any(word in request.text for word in self._lost):
            raise ProviderThrottled("too many lines", provider=self.name)
        return super().synthesize(request)


class Mute(EchoTranslator):
    """A translator that is down."""

    name = "mute"

    def translate(self, requests, *, source, target):
        raise ProviderUnavailable("down", provider=self.name)


@pytest.fixture
def tools() -> Tools:
    return bootstrap.build_tools(bootstrap.load_settings(), chosen=STAND_INS)


def dub(video: Path, output: Path, tools: Tools) -> DubOutcome:
    output.mkdir(parents=True, exist_ok=True)
    cues = output / "lines.srt"
    cues.write_text(
        "\n".join(
            f"{n + 1}\n00:00:{3 * n:02d},400 --> 00:00:{3 * n + 1:02d},600\n{text}\n"
            for n, text in enumerate(LINES)
        )
    )
    asked = DubRequest(
        video=video,
        output=output,
        target_language=parse_language("pt"),
        source_language=parse_language("en"),
        transcript=cues,
    )
    quiet = Running(workers=2, progress=lambda event: None, is_cancelled=lambda: False)
    return dub_video(asked, tools, quiet)


def hoarse(tools: Tools, *lost: str) -> Tools:
    spare = ToneTextToSpeech(ToneOptions())
    voices = GuardedTextToSpeech(Hoarse(*lost), spare, guard=GUARD)
    return dataclasses.replace(tools, text_to_speech=voices)


def note_of(outcome: DubOutcome) -> str:
    checks = {check.name: check for check in outcome.dub.quality.checks}
    return checks["lines by fallback engines"].note


def test_a_line_that_another_engine_spoke_says_so_in_the_fit_and_the_proof(talk, tmp_path, tools):
    outcome = dub(talk, tmp_path, hoarse(tools, "Two", "Three"))
    assert outcome.dub.quality.completed
    report = json.loads((outcome.folder / "fit.json").read_text())
    assert [one["spoken_by"] for one in report["placements"]] == ["", "tone", "tone", ""]
    assert note_of(outcome) == "spoken by tone: 2–3; with more than one voice: S1"


def test_a_later_run_that_speaks_nothing_still_says_so(talk, tmp_path, tools):
    dub(talk, tmp_path, hoarse(tools, "Two"))
    again = dub(talk, tmp_path, hoarse(tools, "Two"))
    assert note_of(again) == "spoken by tone: 2; with more than one voice: S1"


def test_a_line_that_another_engine_translated_says_so_in_the_script(talk, tmp_path, tools):
    spare = EchoTranslator(EchoOptions())
    translator = GuardedTranslator(Mute(EchoOptions()), spare, guard=GUARD)
    outcome = dub(talk, tmp_path, dataclasses.replace(tools, translator=translator))
    script = json.loads((outcome.folder / "script.json").read_text())
    assert {line["translated_by"] for line in script["utterances"]} == {"echo"}
    assert note_of(outcome) == "translated by echo: 1–4"


def test_nobody_is_named_where_every_engine_answers(talk, tmp_path, tools):
    assert note_of(dub(talk, tmp_path, hoarse(tools))) == ""
