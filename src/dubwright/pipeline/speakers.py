"""Who speaks when: as a batch where the diarizer takes batches, else asked at once."""

from pathlib import Path

from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.media.wav import WavRecording
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.submissions import NotTaken, SubmittedBatch, collected
from dubwright.ports import BackedDiarizer, BatchDiarizer, Diarizer


@stage(version=1)
def tell_speakers(
    sound: Path, speech: SpeechMap, diarizer: Diarizer, speakers: int | None, *, run: Runner
) -> Speakers:
    """Who speaks when.

    Where a batch is not taken or refused, the fallbacks are asked: the diarizer itself would
    submit the same batch again.
    """
    if not isinstance(diarizer, BatchDiarizer) or not diarizer.takes_batches:
        return diarizer.diarize(WavRecording(sound), speech, speakers=speakers)
    told = _collected(sound, speech, diarizer, speakers, run=run)
    if not isinstance(told, NotTaken):
        return told
    fallback = diarizer.fallback if isinstance(diarizer, BackedDiarizer) else None
    if fallback is None:
        raise told.failure
    return tell_speakers(sound, speech, fallback, speakers, run=run)


@stage(version=1)
def submit_speakers(
    sound: Path, attempt: int, diarizer: BatchDiarizer, *, mark: str
) -> SubmittedBatch:
    """Hand the recording over. `attempt` tells a repeated submission from the first."""
    return SubmittedBatch(batch=diarizer.submit_batch(WavRecording(sound)), run=mark)


def _collected(
    sound: Path, speech: SpeechMap, diarizer: BatchDiarizer, speakers: int | None, *, run: Runner
) -> Speakers | NotTaken:
    return collected(
        lambda attempt, mark: run.document(
            SubmittedBatch, submit_speakers, sound, attempt, diarizer, mark=mark
        ),
        lambda submitted: diarizer.collect_batch(
            submitted.batch,
            WavRecording(sound),
            speech,
            speakers=speakers,
            is_cancelled=run.is_cancelled,
        ),
    )
