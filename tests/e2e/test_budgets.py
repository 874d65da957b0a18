"""A service with an engine that charges: what runs cost, and where a budget stops them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from making import make_video

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import fleet  # noqa: E402  # it lies beside the tests, in bench/

PRICES = """
as_of = 2026-03-01
source = "tests"
[[price]]
provider = "tone"
product = "voice"
per_million_characters = 1000
"""


@pytest.fixture(scope="module")
def talk_of_ten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=10)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fleet.Client]:
    """A service whose voice costs a thousandth of a dollar for a character."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "prices.toml").write_text(PRICES)
    settings = {
        **fleet.stand_in_settings(),
        "DUBWRIGHT_TEXT_TO_SPEECH__OPTIONS": json.dumps({"product": "voice", "delay_s": 0.02}),
        "DUBWRIGHT_PRICES": str(folder / "prices.toml"),
        "DUBWRIGHT_WORKERS": "2",
    }
    if request.param == "postgresql":
        server = request.getfixturevalue("_shared_postgresql")
        server.execute("CREATE DATABASE budgets")
        settings["DUBWRIGHT_DATABASE_URL"] = server.url("budgets")
    with fleet.Fleet(folder, settings).running() as client:
        yield client


def new_project(client: fleet.Client, talk: Path, folder: Path, **more: object) -> str:
    """A project of a file that nobody has sent yet: the same sound, and no take of it is kept."""
    folder.mkdir()
    [video] = fleet.copies(talk, 1, folder, label=uuid4().hex)
    return client.project(client.upload(video), key=uuid4().hex, **more)


def ended(client: fleet.Client, operation: str) -> dict[str, object]:
    return client.wait([operation], within_s=120)[operation]


def usage(client: fleet.Client, operation: str) -> dict[str, object]:
    return dict(client.call("GET", f"/v1/operations/{operation}/usage").json())


def billed_characters(client: fleet.Client, operation: str) -> int:
    return sum(line["billed_units"] for line in usage(client, operation)["lines"])


def test_a_budget_that_ends_in_the_middle_is_raised_and_nothing_is_paid_twice(
    client: fleet.Client, talk_of_ten: Path, tmp_path: Path
) -> None:
    free = new_project(client, talk_of_ten, tmp_path / "free")
    whole = client.run(free, key=uuid4().hex)
    assert ended(client, whole)["state"] == "succeeded"
    characters = billed_characters(client, whole)
    assert usage(client, whole)["cost"] == pytest.approx(characters / 1000)

    budget = round(characters / 2000, 3)
    project = new_project(client, talk_of_ten, tmp_path / "limited", budget=budget)
    operation = client.run(project, key=uuid4().hex)
    stopped = ended(client, operation)
    assert stopped["state"] == "failed"
    assert stopped["error"]["code"] == "budget_exceeded"
    assert f"PATCH /v1/projects/{project}" in stopped["error"]["hint"]
    spent = client.call("GET", f"/v1/projects/{project}").json()["spent"]
    assert 0 < spent <= budget
    assert spent == usage(client, operation)["cost"]

    raised = {"json": {"budget": 1_000}, "headers": {"If-Match": "*"}}
    client.call("PATCH", f"/v1/projects/{project}", **raised)
    client.call("POST", f"/v1/operations/{operation}:retry")
    assert ended(client, operation)["state"] == "succeeded"
    assert billed_characters(client, operation) == characters
    shown = client.call("GET", f"/v1/projects/{project}").json()
    assert (shown["budget"], shown["spent"]) == (1_000, pytest.approx(characters / 1000))


def test_with_a_budget_of_nothing_nothing_is_paid(
    client: fleet.Client, talk_of_ten: Path, tmp_path: Path
) -> None:
    project = new_project(client, talk_of_ten, tmp_path / "poor", budget=0)
    operation = client.run(project, key=uuid4().hex)
    assert ended(client, operation)["error"]["code"] == "budget_exceeded"
    assert billed_characters(client, operation) == 0
    assert usage(client, operation)["cost"] == 0


def test_the_estimate_after_the_transcript_is_near_what_is_billed(
    client: fleet.Client, talk_of_ten: Path, tmp_path: Path
) -> None:
    project = new_project(client, talk_of_ten, tmp_path / "told")
    heard = client.call("POST", f"/v1/projects/{project}:transcribe").json()["id"]
    assert ended(client, heard)["state"] == "succeeded"
    estimate = client.call("POST", f"/v1/projects/{project}:estimate").json()
    run = client.run(project, key=uuid4().hex)
    assert ended(client, run)["state"] == "succeeded"
    assert estimate["price_as_of"] == "2026-03-01"
    assert estimate["cost"] == pytest.approx(usage(client, run)["cost"], rel=0.15)
