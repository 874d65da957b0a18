"""Takes as people hear them, spoken by stand-in engines."""

import io
import wave

import pytest
from journeys import finished_upload, started

from dubwright import bootstrap
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.concluding import conclude_operation
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.probe import ProbeLimits
from dubwright.settings import Settings
from dubwright.testing.stand_ins import STAND_INS


@pytest.fixture
def talk(tmp_path):
    """Six seconds with two stretches of sound."""
    path = tmp_path / "talk.mp4"
    sound = "0.3*sin(2*PI*220*t)*lt(mod(t,3),1.6)*gt(mod(t,3),0.4)"
    picture = ["-f", "lavfi", "-i", "testsrc2=d=6:s=320x180:r=25"]
    heard = ["-f", "lavfi", "-i", f"aevalsrc='{sound}':d=6:s=48000"]
    Ffmpeg(None).run([*picture, *heard, "-c:a", "aac", str(path)], timeout_s=60)
    return path.read_bytes()


def work_on(service, operation, tmp_path):
    """Do an operation here and now."""
    means = Means(
        tools=lambda chosen: bootstrap.build_tools(Settings(), chosen={**STAND_INS, **chosen}),
        store=service.store,
        scratch=tmp_path / "scratch",
        workers=1,
        limits=ProbeLimits(),
        reporter=Reporter(lambda message: None),
        is_cancelled=lambda: False,
    )
    outcome = perform(begin_operation(service, operation, 1), means)
    assert outcome.failure is None
    conclude_operation(service, operation, 1, outcome)


def test_every_line_that_was_spoken_can_be_heard(client, service, talk, tmp_path):
    asked = {"upload": finished_upload(service, talk), "targets": ["pt"], "source_language": "en"}
    url = f"/v1/projects/{client.post('/v1/projects', json=asked).json()['id']}/targets/pt"
    work_on(service, started(client, f"{url}:synthesize"), tmp_path)
    first = client.get(f"{url}/utterances").json()["utterances"][0]
    take = client.get(f"{url}/utterances/{first['id']}/take")
    assert take.status_code == 200, take.text
    with wave.open(io.BytesIO(take.content)) as file:
        length_ms = 1000 * file.getnframes() / file.getframerate()
    assert length_ms > 100


def test_an_edited_line_is_heard_anew_once_it_was_spoken(client, service, talk, tmp_path):
    asked = {"upload": finished_upload(service, talk), "targets": ["pt"], "source_language": "en"}
    url = f"/v1/projects/{client.post('/v1/projects', json=asked).json()['id']}/targets/pt"
    work_on(service, started(client, f"{url}:run"), tmp_path)
    line = f"{url}/utterances/1"
    before = client.get(f"{line}/take")
    client.patch(line, json={"target_text": "Muito bem."}, headers={"If-Match": "*"})
    assert client.get(f"{line}/take").content == before.content
    work_on(service, started(client, f"{url}:synthesize"), tmp_path)
    after = client.get(f"{line}/take", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content
