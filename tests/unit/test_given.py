"""What a person gives: a video that is none, and a script with two lines of one name."""

import os
from pathlib import Path

import pytest

from dubwright.domain.errors import InputError, NotFoundError
from dubwright.jobs.dub_folder import read_script
from dubwright.jobs.given import require_video

LINE = '{"id": %d, "speaker": "S1", "span": {"start_ms": 0, "end_ms": 9}, "source_text": "x"}'


def test_a_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").write_bytes(b"x")
    require_video(tmp_path / "talk.mp4")


def test_where_nothing_is_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no file .*talk\.mp4"):
        require_video(tmp_path / "talk.mp4")


def test_a_folder_is_called_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        require_video(tmp_path)


def test_a_pipe_is_called_a_pipe_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "talk.mp4")
    with pytest.raises(InputError, match="is a pipe or a device"):
        require_video(tmp_path / "talk.mp4")


def test_two_lines_with_the_same_id_are_named(tmp_path: Path) -> None:
    lines = ",".join(LINE % number for number in (1, 7, 2, 7))
    script = tmp_path / "script.json"
    script.write_text(
        f'{{"source_language": "en", "target_language": "pt", "utterances": [{lines}]}}'
    )
    with pytest.raises(InputError, match="2 utterances have the id 7"):
        read_script(script)
