"""The plain way: the same engines, one after another, nothing overlapped. What `make bench` compares with.

python bench/plain.py VIDEO OUTPUT.wav FROM TO
"""

import sys
from pathlib import Path

import numpy as np

from dubwright import bootstrap
from dubwright.domain.audio import SpeechClip
from dubwright.domain.casting import cast_voices
from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.language import parse_language
from dubwright.domain.segmentation import write_utterances
from dubwright.domain.timeline import TimeSpan
from dubwright.media.extract import extract_mix, extract_speech
from dubwright.media.probe import choose_audio, probe
from dubwright.media.stretch import resample
from dubwright.media.wav import RawSound, WavRecording
from dubwright.ports import SpeechRequest, TranslationRequest

BLOCK_MS = 30_000


def main(video: Path, output: Path, source_tag: str, target_tag: str) -> None:
    """Recognise everything, translate everything, speak everything, separate everything, mix."""
    tools = bootstrap.build_tools(bootstrap.load_settings())
    language, target = parse_language(source_tag), parse_language(target_tag)
    source = probe(video)
    track = choose_audio(source)[0]
    sound = extract_speech(
        video, source, track, output.with_suffix(".16k.wav"), ffmpeg=tools.ffmpeg
    )
    mix = extract_mix(video, source, track, output.with_suffix(".raw"), ffmpeg=tools.ffmpeg)

    speech = tools.voice_activity.detect(sound)
    speakers = tools.diarizer.diarize(sound, speech)
    words = []
    for chunk in recognition_chunks(speech):
        heard = tools.speech_to_text.transcribe(sound.read(chunk), language=language)
        words += [
            word.model_copy(update={"span": word.span.shifted(chunk.start_ms)})
            for segment in heard.segments
            for word in segment.words
        ]
    lines = write_utterances(words, speakers.turns, speech)
    texts = tools.translator.translate(
        [TranslationRequest(line.source_text) for line in lines], source=language, target=target
    )
    cast = cast_voices(speakers.people, tools.text_to_speech.voices(target), chosen={})
    takes = [
        tools.text_to_speech.synthesize(SpeechRequest(text.text, cast.voices[line.speaker]))
        for line, text in zip(lines, texts, strict=True)
    ]
    bed = separated(mix, tools.separator) if tools.separator else mix.read(0, mix.frames)
    for line, take in zip(lines, takes, strict=True):
        laid = resample(take, mix.sample_rate).samples
        at = line.span.start_ms * mix.sample_rate // 1000
        room = bed[at : at + len(laid)]
        room += laid[: len(room), None]
    bed.astype("<f4").tofile(output)
    heard_back(sound, speech, tools, target)


def separated(mix: RawSound, separator: object) -> np.ndarray:
    """The whole background, block by block."""
    bed = mix.read(0, mix.frames)
    step = BLOCK_MS * mix.sample_rate // 1000
    for start in range(0, mix.frames, step):
        block = bed[start : start + step]
        stems = separator.separate(SpeechClip(block.mean(axis=1), mix.sample_rate))
        block -= stems.vocals[:, None]
    return bed


def heard_back(sound: WavRecording, speech: object, tools: object, target: str) -> None:
    """Recognise as much again, as the proof of a dub does."""
    for chunk in recognition_chunks(speech):
        tools.speech_to_text.transcribe(
            sound.read(TimeSpan(start_ms=chunk.start_ms, end_ms=chunk.end_ms)), language=target
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
