"""`make tour`: the pictures of docs/tour.md, taken in a real browser on a service of its own.

It dubs the shipped example as the page's reader would, and stops at each step for a picture.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "browser")]

import fleet  # noqa: E402
import studio  # noqa: E402

PICTURES = ROOT / "docs" / "tour"
LARGEST_BYTES = 150_000
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
_FLAGS += [
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def main() -> int:
    """Take every picture; 1 where one is too large."""
    program = shutil.which("chromium")
    if program is None:
        print("Chromium is missing: install `chromium`")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dubwright-tour-") as folder:
        service = fleet.Fleet(Path(folder), {})
        with service.running(), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
            look = {"locale": "en-US", "base_url": service.url}
            page = browser.new_page(viewport={"width": 1360, "height": 860}, **look)
            walk(page)
            phone = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, **look)
            phone.goto(page.url)
            studio.wait_until_dubbed(phone)
            take(phone, "phone")
            browser.close()
    large = [file.name for file in PICTURES.iterdir() if file.stat().st_size > LARGEST_BYTES]
    print(
        f"too large: {', '.join(large)}" if large else f"pictures in {PICTURES.relative_to(ROOT)}"
    )
    return 1 if large else 0


def walk(page: Page) -> None:
    """The way from a video to a corrected dub."""
    page.goto("/")
    page.get_by_role("heading", level=1).wait_for()
    take(page, "new-dub")
    studio.choose_video(page)
    studio.choose_language(page, "Spoken language", "engl", "English")
    page.get_by_text("No paid service is used").wait_for(timeout=120_000)
    take(page, "ready-to-start")
    page.get_by_role("button", name="Start dubbing").click()
    page.wait_for_url("**/p/**", timeout=60_000)
    page.get_by_text("of the whole").first.wait_for(timeout=120_000)
    take(page, "working")
    studio.wait_until_dubbed(page)
    page.wait_for_load_state("networkidle")
    studio.line(page, 4).get_by_role("button", name="Play from").click()
    studio.play_until(page, 23)
    page.keyboard.press("Escape")
    take(page, "studio")
    correct(page)
    for name, address in (("library", "/library"), ("health", "/health")):
        studio_address = page.url
        page.goto(address)
        page.wait_for_load_state("networkidle")
        take(page, name)
        page.goto(studio_address)


def correct(page: Page) -> None:
    """One line gets other words and is spoken again."""
    field = studio.translation(page, 4)
    field.fill("Acredito que este país deve assumir o compromisso")
    field.blur()
    again = studio.line(page, 4).get_by_role("button", name="Speak again")
    again.wait_for()
    take(page, "edited")
    again.click()
    studio.line(page, 4).get_by_text("Edited, not spoken yet").wait_for(
        state="hidden", timeout=studio.DUB_MS
    )
    studio.wait_until_dubbed(page)
    page.get_by_role("button", name="Download").click()
    page.get_by_role("menu").wait_for()
    take(page, "download")
    page.keyboard.press("Escape")


def take(page: Page, name: str) -> None:
    """One picture, once everything that moves has come to rest."""
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=64)


if __name__ == "__main__":
    sys.exit(main())
