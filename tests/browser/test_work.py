"""Work that is stopped, that fails, and that finds nothing to do."""

import subprocess
import uuid
from pathlib import Path

import fleet
from playwright.sync_api import Page, expect
from studio import client_of, line, made_project, wait_until_dubbed


def test_work_is_cancelled_and_begun_again_in_the_studio(
    slow_page: Page, slow_stand_ins: fleet.Fleet, talk: Path
) -> None:
    client = client_of(slow_stand_ins)
    project = made_project(client, talk, targets=("es",))
    client.run(project, key=uuid.uuid4().hex)
    client.http.close()
    slow_page.goto(f"/p/{project}")
    progress = slow_page.get_by_role("region", name="Progress")
    progress.get_by_role("button", name="Cancel").click(timeout=60_000)
    stopped = slow_page.get_by_text("This was stopped. What was finished is kept.")
    expect(stopped).to_be_visible(timeout=60_000)
    slow_page.reload()
    expect(stopped).to_be_visible()
    slow_page.get_by_role("button", name="Try again").click()
    wait_until_dubbed(slow_page)
    expect(stopped).to_be_hidden()
    expect(line(slow_page, 1)).to_contain_text("[es]")


def test_a_failure_tells_what_why_and_what_to_do_and_is_tried_again(
    quick_page: Page, stand_ins: fleet.Fleet, talk: Path, tmp_path: Path
) -> None:
    client = client_of(stand_ins)
    video = fleet.copies(talk, 1, tmp_path, label=uuid.uuid4().hex)[0]
    project = made_project(client, video)
    kept = _kept_copy(stand_ins, video)
    whole = kept.read_bytes()
    kept.write_bytes(b"not a video any more")
    ended = client.wait([client.run(project, key=uuid.uuid4().hex)], within_s=60)
    client.http.close()
    error = next(iter(ended.values()))["error"]
    quick_page.goto(f"/p/{project}")
    notice = quick_page.get_by_role("alert", name="Progress")
    expect(notice).to_contain_text("This did not work")
    expect(notice).to_contain_text(error["message"][1:40])
    expect(notice).to_contain_text(error["hint"][1:40])
    notice.get_by_role("button", name="Log").click()
    log = quick_page.get_by_role("dialog", name="What happened")
    expect(log.get_by_role("row").first).to_be_visible()
    expect(log.get_by_role("button", name="Copy")).to_be_visible()
    quick_page.keyboard.press("Escape")
    expect(log).to_be_hidden()
    kept.write_bytes(whole)
    notice.get_by_role("button", name="Try again").click()
    wait_until_dubbed(quick_page)
    expect(line(quick_page, 1)).to_contain_text("[pt]")


def test_a_video_in_which_nobody_speaks_ends_calmly(
    quick_page: Page, stand_ins: fleet.Fleet, tmp_path: Path
) -> None:
    client = client_of(stand_ins)
    project = made_project(client, _quiet_video(tmp_path))
    client.wait([client.run(project, key=uuid.uuid4().hex)], within_s=60)
    client.http.close()
    quick_page.goto(f"/p/{project}")
    expect(quick_page.get_by_role("heading", name="Nobody speaks in this video")).to_be_visible()
    expect(quick_page.get_by_role("alert")).to_be_hidden()


def _kept_copy(service: fleet.Fleet, video: Path) -> Path:
    """The file in which the service keeps the video."""
    size = video.stat().st_size
    files = [one for one in (service.folder / "data").rglob("*") if one.is_file()]
    (kept,) = [
        one
        for one in files
        if one.stat().st_size == size and one.read_bytes() == video.read_bytes()
    ]
    return kept


def _quiet_video(folder: Path) -> Path:
    file = folder / "quiet.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=d=4:s=160x90:r=10"),
            *("-f", "lavfi", "-i", "anullsrc=d=4", "-pix_fmt", "yuv420p", "-shortest", str(file)),
        ],
        check=True,
        timeout=60,
    )
    return file
