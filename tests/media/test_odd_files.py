import pytest
from footage import OddFile, evaluation_folder, odd_files

from dubwright.domain.errors import InputError, NothingToDub
from dubwright.domain.media import Source
from dubwright.media.probe import probe

pytestmark = pytest.mark.evaluation

# Nobody speaks in these; that is heard later, not probed.
_SILENT = {"silent_audio.mp4", "tiny_16x16.mp4", "very_short_0.1s.mp4"}


@pytest.mark.skipif(not odd_files(), reason=f"no evaluation data in {evaluation_folder()}")
def test_the_odd_files_are_there() -> None:
    assert len(odd_files()) > 80


@pytest.mark.parametrize("odd", odd_files(), ids=lambda odd: odd.path.name)
def test_an_odd_file_is_taken_or_refused_as_expected(odd: OddFile) -> None:
    outcome = _outcome(odd)
    assert _is_as_expected(odd, outcome), f"{odd.expect}, but: {outcome!r}"
    assert isinstance(outcome, Source) or outcome.hint, "a refusal names the next step"


def _outcome(odd: OddFile) -> Source | InputError:
    try:
        return probe(odd.path)
    except InputError as refusal:
        return refusal


def _is_as_expected(odd: OddFile, outcome: Source | InputError) -> bool:
    match odd.expect:
        case "dub":
            return isinstance(outcome, Source)
        case "reject":
            return isinstance(outcome, InputError) and not isinstance(outcome, NothingToDub)
        case "reject_or_say_nothing_to_dub":
            return isinstance(outcome, InputError) or odd.path.name in _SILENT
        case _:
            return True
