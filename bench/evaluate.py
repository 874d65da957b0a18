"""`make eval`: dubs the evaluation videos, tries the odd files, and keeps the tables in the docs.

python bench/evaluate.py [videos] [odd] [recognition]      all three if none is named
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import measured
import numpy as np

from dubwright import bootstrap
from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import DubError
from dubwright.domain.fit_checks import FitSummary, summary
from dubwright.domain.language import parse_language
from dubwright.jobs.dub_video import DubOutcome, DubRequest, Running, dub_video
from dubwright.media.stretch import resample
from dubwright.pipeline.hearing import Heard, plain_words, word_error_rate
from dubwright.pipeline.progress import StageEvent
from dubwright.pipeline.taking import recorded_take, wording
from dubwright.pipeline.tools import Tools

_PAUSE_MS = 300
_WINDOW_MS = 28_000


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One dubbed evaluation video."""

    name: str
    direction: str
    outcome: DubOutcome
    figures: FitSummary
    floor: float | None
    speakers: str

    def check(self, name: str) -> float | None:
        return next((c.value for c in self.outcome.dub.quality.checks if c.name == name), None)


def main(parts: Sequence[str]) -> int:
    """Run the parts asked for."""
    folder = measured.evaluation_folder()
    wanted = set(parts) or {"videos", "odd", "recognition"}
    with tempfile.TemporaryDirectory(prefix="dubwright-eval-") as work:
        if "recognition" in wanted:
            evaluate_recognition(folder, _tools())
        if "videos" in wanted:
            evaluate_videos(folder, Path(work), _tools())
        if "odd" in wanted:
            evaluate_odd(folder, Path(work))
    return 0


def _tools() -> Tools:
    return bootstrap.build_tools(bootstrap.load_settings())


def evaluate_videos(folder: Path, work: Path, tools: Tools) -> None:
    """Dub every evaluation video with speech; say what happens to those without."""
    done = [
        _evaluated(video, work, tools)
        for video in sorted((folder / "video").glob("*.mp4"))
        if not video.name.startswith("nospeech")
    ]
    silent = [
        (video.name, *_refusal(video, work))
        for video in sorted((folder / "video").glob("nospeech_*"))
    ]
    text = "\n\n".join(
        [
            measured.machine() + ", made by `make eval`.",
            _videos_table(done),
            _sound_table(done),
            measured.table(
                ["video without speech", "exit code", "answer", "seconds"],
                [list(s) for s in silent],
            ),
        ]
    )
    measured.keep("videos", text, _headline(done))


def evaluate_recognition(folder: Path, tools: Tools) -> None:
    """Word errors of the recogniser on real speech with an independent transcript."""
    clips = json.loads((folder / "MANIFEST.json").read_text())
    rows, figures = [], {}
    for language in ("en", "pt"):
        chosen = [
            clip
            for clip in clips
            if clip["file"].startswith(f"speech/{language}/")
            and "transcript" in clip
            and not clip.get("transcript_by", "").startswith("collector")
        ]
        heard = [
            _hear_clip(folder / clip["file"], clip["transcript"], language, tools)
            for clip in chosen
        ]
        rate = word_error_rate(heard)
        words = sum(len(plain_words(h.spoken).split()) for h in heard)
        rows.append([language, len(chosen), words, _percent(rate)])
        figures[f"recognition-{language}"] = (
            f"{_percent(rate)} of {words} words" if words else "no independent transcripts at hand"
        )
    measured.keep(
        "recognition", measured.table(["language", "clips", "words", "wrong"], rows), figures
    )


def evaluate_odd(folder: Path, work: Path) -> None:
    """Give every odd and hostile file to the program and compare with what is expected."""
    clips = json.loads((folder / "MANIFEST.json").read_text())
    odd = [clip for clip in clips if clip["file"].startswith("odd/") and "bytes" in clip]
    rows, agreed = [], 0
    for clip in odd:
        code, answer, seconds = _refusal(folder / clip["file"], work)
        fits = _as_expected(clip.get("expect"), code)
        agreed += fits
        rows.append(
            [
                clip["file"][4:],
                clip.get("expect") or "—",
                code,
                answer,
                f"{seconds} s",
                "✓" if fits else "✗",
            ]
        )
    head = ["file", "expected", "exit code", "answer", "time", ""]
    measured.keep(
        "odd", measured.table(head, rows), {"odd-files": f"{agreed} of {len(rows)} as expected"}
    )


def _evaluated(video: Path, work: Path, tools: Tools) -> Evaluated:
    source = "pt" if video.name.startswith("pt") else "en"
    target = "en" if source == "pt" else "pt"
    request = DubRequest(
        video=video,
        target_language=parse_language(target),
        source_language=parse_language(source),
        output=work / "dubs",
    )
    running = Running(workers=2, progress=_unseen, is_cancelled=lambda: False)
    outcome = dub_video(request, tools, running)
    return Evaluated(
        name=video.stem,
        direction=f"{source}→{target}",
        outcome=outcome,
        figures=summary(outcome.dub.fit),
        floor=_floor(outcome, work, tools),
        speakers=_speakers(outcome, video.with_suffix(".json")),
    )


def _floor(outcome: DubOutcome, work: Path, tools: Tools) -> float | None:
    """Word errors when the recogniser hears the takes alone, without bed and encoding."""
    language = outcome.dub.script.target_language
    heard, clips, texts = [], [], []
    lines = {line.id: line for line in outcome.dub.script.utterances}
    for placed in outcome.dub.fit.placements:
        path = outcome.dub.recorded[placed.utterance]
        clips.append(resample(recorded_take(path), 16_000).samples)
        texts.append(wording(lines[placed.utterance], placed.variant))
        if sum(len(c) for c in clips) > 16 * (_WINDOW_MS - 8_000):
            heard.append(_hear_takes(clips, texts, language, tools))
            clips, texts = [], []
    if clips:
        heard.append(_hear_takes(clips, texts, language, tools))
    return word_error_rate(heard)


def _hear_takes(clips: list[np.ndarray], texts: list[str], language: str, tools: Tools) -> Heard:
    pause = np.zeros(16 * _PAUSE_MS, np.float32)
    sound = np.concatenate([part for clip in clips for part in (pause, clip)])[: 16 * 29_500]
    said = tools.speech_to_text.transcribe(
        SpeechClip(sound, 16_000), language=parse_language(language)
    )
    return Heard(lines=(), spoken=" ".join(texts), heard=" ".join(s.text for s in said.segments))


def _hear_clip(path: Path, spoken: str, language: str, tools: Tools) -> Heard:
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", "16000", "-f", "f32le", "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    samples = np.frombuffer(raw, np.float32)
    said = [
        segment.text
        for start in range(0, len(samples), 16 * 28_000)
        for segment in tools.speech_to_text.transcribe(
            SpeechClip(samples[start : start + 16 * 28_000], 16_000),
            language=parse_language(language),
        ).segments
    ]
    return Heard(lines=(), spoken=spoken, heard=" ".join(said))


def _speakers(outcome: DubOutcome, truth: Path) -> str:
    """How many speakers were found of how many, how many lines are right, registers right."""
    if not truth.exists():
        return "—"
    segments = json.loads(truth.read_text())["segments"]
    pairs = Counter()
    for line in outcome.dub.script.utterances:
        middle = (line.span.start_ms + line.span.end_ms) / 2000
        said = min(segments, key=lambda s: max(s["start"] - middle, middle - s["end"], 0))
        pairs[said["speaker"], line.speaker] += 1
    people = {speaker for speaker, _ in pairs}
    main_voice = {
        person: max((p for p in pairs if p[0] == person), key=lambda p: pairs[p])[1]
        for person in people
    }
    right = sum(count for (person, voice), count in pairs.items() if main_voice[person] == voice)
    registers = sum(
        _is_woman(person) == (outcome.dub.cast.voices[voice].gender == "female")
        for person, voice in main_voice.items()
    )
    return (
        f"{len(set(main_voice.values()))} of {len(people)}; {right} of {sum(pairs.values())} lines; "
        f"register {registers} of {len(people)}"
    )


def _is_woman(person: str) -> bool:
    return "(F" in person


def _refusal(video: Path, work: Path) -> tuple[int, str, float]:
    """Exit code, answer and seconds of one run with engines that need no models."""
    began = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dubwright.cli.main", "dub", str(video), "--to", "pt"),
            *("--from", "en", "--json", "--output", str(work / "odd" / video.stem)),
            *("--use", "text_to_speech=tone", "--use", "translator=echo"),
            *("--use", "diarizer=solo", "--use", "source_separator=none"),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    seconds = round(time.monotonic() - began, 1)
    last = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    answer = last.get("message") or ("dubbed" if done.returncode == 0 else done.stderr[-200:])
    return done.returncode, answer.replace("|", "/").replace("\n", " "), seconds


def _as_expected(expect: str | None, code: int) -> bool:
    expected = {
        "dub": {0},
        "reject": {4},
        "reject_or_say_nothing_to_dub": {3, 4},
        "either_but_no_crash": {0, 3, 4},
        None: {0, 3, 4},
    }
    return code in expected[expect]


def _videos_table(done: Sequence[Evaluated]) -> str:
    head = [
        "video",
        "",
        "lines",
        "overlap",
        "cut",
        "fastest",
        "≤ 1.20×",
        "onset p50 / p95",
        "review",
        "heard back",
        "floor",
        "speakers",
    ]
    rows = [
        [
            one.name,
            one.direction,
            one.figures.lines,
            f"{one.check('overlap within a speaker'):g} ms",
            f"{one.check('speech cut'):g}",
            f"{one.figures.fastest:.2f}×",
            f"{100 * one.figures.share_at_or_below_120:.0f} %",
            f"{one.figures.onset_p50_ms} / {one.figures.onset_p95_ms} ms",
            _measures(one),
            f"{one.check('word errors heard back'):.1f} %",
            _percent(one.floor),
            one.speakers,
        ]
        for one in done
    ]
    return measured.table(head, rows)


def _measures(one: Evaluated) -> str:
    steps = Counter(step for placed in one.outcome.dub.fit.placements for step in placed.measures)
    return ", ".join(f"{count} {step.replace('_', ' ')}" for step, count in steps.items()) or "—"


def _sound_table(done: Sequence[Evaluated]) -> str:
    checks = [
        ("length", "length against the source", "ms"),
        ("picture", "picture packets changed", ""),
        ("loudness", "loudness against the source", "LU"),
        ("true peak", "true peak", "dBTP"),
        ("bed", "bed between lines", "dB"),
        ("in slots", "speech inside its slots", "%"),
        ("out of step", "sound out of step", "ms"),
    ]
    rows = [
        [one.name, *(_shown(one.check(name), unit) for _, name, unit in checks)] for one in done
    ]
    return measured.table(["video", *(title for title, _, _ in checks)], rows)


def _headline(done: Sequence[Evaluated]) -> dict[str, str]:
    lines = sum(one.figures.lines for one in done)
    calm = sum(one.figures.share_at_or_below_120 * one.figures.lines for one in done)
    onsets = sorted(abs(p.onset_error_ms) for one in done for p in one.outcome.dub.fit.placements)

    def worst(name: str) -> float:
        return max(abs(one.check(name) or 0) for one in done)

    return {
        "overlap": f"{worst('overlap within a speaker'):g} ms in {lines} lines",
        "cut": f"{worst('speech cut'):g} samples",
        "top-speed": f"{max(one.figures.fastest for one in done):.2f}×",
        "calm-lines": f"{100 * calm / lines:.0f} %",
        "onset": f"{onsets[len(onsets) // 2]} ms, {onsets[int(len(onsets) * 0.95)]} ms",
        "duration": f"{worst('length against the source'):g} ms at most",
        "picture": "identical" if worst("picture packets changed") == 0 else "changed",
        "loudness": f"{worst('loudness against the source'):.1f} LU, {max(one.check('true peak') or -99 for one in done):.1f} dBTP",
        "heard-back": _all_heard_back(done),
        "heard-back-pt": _span(
            one.check("word errors heard back") for one in done if one.direction.endswith("pt")
        ),
        "heard-back-en": _span(
            one.check("word errors heard back") for one in done if one.direction.endswith("en")
        ),
        "speakers": "; ".join(f"{one.name}: {one.speakers}" for one in done if one.speakers != "—"),
    }


def _all_heard_back(done: Sequence[Evaluated]) -> str:
    """Word errors over all videos, and the worst one with its floor."""
    words = {
        one.name: sum(
            len(plain_words(line.spoken).split()) for line in one.outcome.dub.quality.heard
        )
        for one in done
    }
    rates = {one.name: one.check("word errors heard back") or 0.0 for one in done}
    total = sum(rates[name] * count for name, count in words.items()) / sum(words.values())
    worst = max(done, key=lambda one: rates[one.name])
    return (
        f"{total:.1f} % of {sum(words.values())} words; worst `{worst.name}` "
        f"({words[worst.name]} words): {rates[worst.name]:.1f} %, floor {_percent(worst.floor)}"
    )


def _span(rates: Iterable[float | None]) -> str:
    known = [rate for rate in rates if rate is not None]
    return f"{min(known):.1f} to {max(known):.1f} %" if known else "—"


def _shown(value: float | None, unit: str) -> str:
    return "—" if value is None else f"{value:.1f} {unit}".replace(".0 ", " ").strip()


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{100 * rate:.1f} %"


def _unseen(event: StageEvent) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DubError as exc:
        sys.exit(f"{exc.code}: {exc.message} ({exc.hint})")
