"""What progress looks like: to programs, in a log, on a terminal, and when nobody wants it."""

import importlib
import io
import json
import pkgutil

import pytest
from rich.console import Console

from dubwright import pipeline
from dubwright.cli.display import JsonDisplay, LiveDisplay, LogDisplay, choose_display
from dubwright.pipeline.progress import StageEvent

EVENTS = [
    StageEvent("transcribe", "started", 0, 2),
    StageEvent("transcribe", "advanced", 1, 2),
    StageEvent("speak", "started", 0, 4),
    StageEvent("transcribe", "finished", 2, 2),
    StageEvent("speak", "reused", 4, 4),
]


def stages() -> set[str]:
    """Every stage of the pipeline, by the mark that `stage` leaves on it."""
    modules = [
        importlib.import_module(f"{pipeline.__name__}.{found.name}")
        for found in pkgutil.iter_modules(pipeline.__path__)
    ]
    return {
        name
        for module in modules
        for name, made in vars(module).items()
        if hasattr(made, "stage_version") and made.__name__ == name
    }


def logged(*events: StageEvent) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    with LogDisplay(console) as display:
        for event in events:
            display(event)
    return console.file.getvalue().splitlines()


def test_programs_get_every_event_as_a_line_of_json(capsys):
    with choose_display(as_json=True, quiet=False) as display:
        for event in EVENTS:
            display(event)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == {
        "event": "progress",
        "stage": "transcribe",
        "state": "advanced",
        "done": 1,
        "total": 2,
    }
    assert [(line["stage"], line["state"]) for line in lines] == [
        (event.stage, event.state) for event in EVENTS
    ]


def test_quiet_shows_nothing(capsys):
    with choose_display(as_json=False, quiet=True) as display:
        for event in EVENTS:
            display(event)
    assert capsys.readouterr() == ("", "")


def test_json_is_json_even_when_quiet():
    assert isinstance(choose_display(as_json=True, quiet=True), JsonDisplay)


def test_without_a_terminal_progress_is_logged_on_standard_error(capsys):
    with choose_display(as_json=False, quiet=False) as display:
        for event in EVENTS:
            display(event)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [line.split(" s  ")[1] for line in printed.err.splitlines()] == [
        "recognising",
        "speaking",
    ]


def test_a_stage_is_logged_once_however_often_it_ends():
    ends = StageEvent("translate", "finished", 1, 1), StageEvent("translate", "finished", 2, 2)
    assert len(logged(*ends)) == 1


@pytest.mark.parametrize("stage", sorted(stages()))
def test_every_stage_has_words_for_people(stage):
    (line,) = logged(StageEvent(stage, "finished", 1, 1))
    assert line.split(" s  ")[1] != stage


def test_a_terminal_shows_stage_lines_and_time_left():
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with LiveDisplay(console) as display:
        display(StageEvent("transcribe", "finished", 1, 1))
        display(StageEvent("speak", "advanced", 3, 8))
    shown = console.file.getvalue()
    assert "speaking" in shown
    assert "3 of 8 lines" in shown
    assert "left" in shown
