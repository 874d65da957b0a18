"""How well the diarizer tells people apart, in conversations mixed from single recordings.

python bench/speakers.py [CONVERSATIONS]

The people of `TUNED_ON` were used to choose the diarizer's settings, those of `HELD_OUT` were not.
Every conversation has one to five people, each heard for at least some seconds, in turns of two
to six seconds. An error is a window of speech that is given to the wrong person.
"""

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import measured
import numpy as np

from dubwright.domain.timeline import TimeSpan
from dubwright.media.wav import WavRecording
from dubwright.providers.embeddings import EmbeddingDiarizer, EmbeddingOptions
from dubwright.providers.embeddings.grouping import voices_of
from dubwright.providers.embeddings.windows import Window, windows
from dubwright.providers.silero import SileroOptions, SileroVoiceActivity

TUNED_ON = {
    "LJSpeech": "en/LJ*",
    "Kennedy": "en/jfk*",
    "LibriSpeech 1088": "en/ls-1088*",
    "LibriSpeech 2412": "en/ls-2412*",
    "LibriSpeech 61": "en/ls-61*",
    "VCTK p240": "en/vctk*",
    "Nicoletto": "pt/gc-ptbr*",
    "IBM A": "pt/ibm*Sample1-16*",
}
HELD_OUT = {
    "Wycherley": "en/gc-*",
    "Coudoin": "fr/gc-*",
    "Romero": "es/gc-*",
    "MLS 13697": "es/mls*",
    "LibriVox": "de/*",
    "IBM B": "pt/ibm*Sample2-16*",
}
_MOST_PEOPLE = 5
_STEP_MS, _WINDOW_MS, _PAUSE_MS = 400, 800, 900
_LEAST_EACH = 12
_LONGEST = 230

Prints = np.ndarray


def main(conversations: int) -> None:
    """Print the errors of both groups of people."""
    options = EmbeddingOptions()
    folder = measured.evaluation_folder() / "speech"
    rows = []
    for seed, (title, people) in enumerate((("tuned on", TUNED_ON), ("held out", HELD_OUT))):
        heard = {name: list(prints_of(folder, pattern)) for name, pattern in people.items()}
        dice = np.random.default_rng(seed)
        errors, counted = [], []
        for number in range(conversations):
            truth, turns = conversation(heard, 1 + number % _MOST_PEOPLE, dice)
            found = voices_of(
                np.concatenate(turns), windows_of(turns), options=options, speakers=None
            )
            errors.append(error(truth, found))
            counted.append(found.max() == truth.max())
        rows.append([title, f"{100 * np.mean(errors):.1f} %", f"{100 * np.mean(counted):.0f} %"])
    print(measured.table(["people", "speech given to the wrong one", "right number"], rows))


def prints_of(folder: Path, pattern: str) -> Iterator[Prints]:
    """The voiceprints of each stretch of speech in somebody's recordings."""
    ears, diarizer = SileroVoiceActivity(SileroOptions()), EmbeddingDiarizer(EmbeddingOptions())
    with tempfile.TemporaryDirectory(prefix="dubwright-bench-") as place:
        for clip in sorted(folder.glob(pattern)):
            sound = mono(clip, Path(place) / "clip.wav")
            for span in ears.detect(sound).spans:
                count = len(windows(span, 0))
                if count > 1:
                    yield diarizer._voiceprints(sound, span, count)  # noqa: SLF001  # prints alone


def mono(clip: Path, to: Path) -> WavRecording:
    """A clip as 16 kHz mono."""
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", str(clip), "-ac", "1", "-ar", "16000", str(to)],
        check=True,
        timeout=60,
    )
    return WavRecording(to)


def conversation(
    heard: Mapping[str, Sequence[Prints]], people: int, dice: np.random.Generator
) -> tuple[np.ndarray, list[Prints]]:
    """Who speaks in each window, and the voiceprints of each turn."""
    present = dice.choice(list(heard), people, replace=False).tolist()
    decks = [itertools.cycle(shuffled_turns(heard[name], dice)) for name in present]
    wanted = max(_LEAST_EACH * people, int(dice.integers(50, _LONGEST)))
    if people == 1:
        wanted = min(wanted, sum(len(prints) for prints in heard[present[0]]))
    turns: list[Prints] = []
    speakers: list[int] = []
    for turn in itertools.count():
        if turn >= people and sum(map(len, turns)) >= wanted:
            break
        others = [one for one in range(people) if people == 1 or one not in speakers[-1:]]
        speakers.append(turn if turn < people else int(dice.choice(others)))
        turns.append(next(decks[speakers[-1]]))
    return np.repeat(speakers, [len(prints) for prints in turns]), turns


def shuffled_turns(stretches: Sequence[Prints], dice: np.random.Generator) -> list[Prints]:
    """Stretches cut into turns of 4 to 15 windows, in any order."""
    turns = []
    for rest in map(list, stretches):
        while rest:
            cut = int(dice.integers(4, 16))
            cut = len(rest) if len(rest) - cut < 3 else cut
            turns.append(np.stack(rest[:cut]))
            del rest[:cut]
    return [turns[k] for k in dice.permutation(len(turns))]


def windows_of(turns: Sequence[Prints]) -> list[Window]:
    """The windows of turns that follow each other with a pause between."""
    placed, now_ms = [], 0
    for number, prints in enumerate(turns):
        starts = range(now_ms, now_ms + _STEP_MS * len(prints), _STEP_MS)
        placed += [
            Window(number, TimeSpan(start_ms=start_ms, end_ms=start_ms + _WINDOW_MS))
            for start_ms in starts
        ]
        now_ms += _STEP_MS * len(prints) + _PAUSE_MS
    return placed


def error(truth: np.ndarray, found: np.ndarray) -> float:
    """The share of windows given to the wrong person, names matched in the best way."""
    size = int(max(truth.max(), found.max())) + 1
    shared = np.zeros((size, size), np.int64)
    np.add.at(shared, (truth, found), 1)
    best = max(
        shared[range(size), list(order)].sum() for order in itertools.permutations(range(size))
    )
    return 1 - float(best) / len(truth)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
