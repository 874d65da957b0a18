"""What the repository promises about itself: sizes, lengths, locks, and no trace of a machine."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import dubwright

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"build", "dist", "dubbed", "data", "node_modules", "__pycache__"}
MEDIA = {".mp4", ".mov", ".mkv", ".webm", ".wav", ".flac", ".opus", ".mp3", ".m4a"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
LARGEST_EXAMPLE_BYTES = 2 * 2**20

# Written in two parts, so that this file does not hold what it looks for.
PLACES = re.compile(
    r"(?<![\w.])/(?:wor"
    r"k|roo"
    r"t|home/\w+|Users/\w+|opt/(?:wheels|pypi)|tmp/t)/"
    r"|pypi\.or"
    r"g|pythonhosted\.or"
    r"g|registry\.npm"
)


def own_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name not in {".ci", ".gitignore"}
        if hidden or path.name in LEFT_OUT or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from own_files(path)
        else:
            yield path


def lines_naming_places(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return [line for line in text.splitlines() if PLACES.search(line)]


def test_no_file_names_a_machine_path_or_a_package_registry() -> None:
    found = {str(path.relative_to(ROOT)): lines_naming_places(path) for path in own_files(ROOT)}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_machine_path_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("see " + "/wo" + "rk/main/x\nnothing here\n" + "pypi" + ".org\n")
    assert len(lines_naming_places(page)) == 2


def test_example_media_are_at_most_two_mebibytes() -> None:
    sizes = {
        path.name: path.stat().st_size
        for path in own_files(ROOT / "examples")
        if path.suffix in MEDIA
    }
    assert sizes
    assert max(sizes.values()) <= LARGEST_EXAMPLE_BYTES


def test_the_architecture_fits_on_two_pages() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    assert len(text.splitlines()) <= 100
    assert len(text.split()) <= 1000


@pytest.mark.parametrize(
    "record", sorted((ROOT / "docs/decisions").glob("0*.md")), ids=lambda path: path.stem
)
def test_a_decision_has_at_most_forty_lines_and_all_its_parts(record: Path) -> None:
    text = record.read_text()
    assert len(text.splitlines()) <= 40
    assert text.startswith(f"# {record.stem[:4]} ")
    assert re.findall(r"^(?:## (\w+)|(Status):)", text, re.MULTILINE) == [
        ("", "Status"),
        ("Context", ""),
        ("Decision", ""),
        ("Consequences", ""),
    ]
    assert f"({record.name})" in (record.parent / "README.md").read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_pinned_packages_and_hashes_and_nothing_else(lock: Path) -> None:
    lines = lock.read_text().splitlines()
    allowed = re.compile(r"[a-z0-9._-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not allowed.fullmatch(line)] == []


def test_the_run_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["local"]]
    names = {re.split(r"[<>=\[; ]", one)[0] for one in declared}
    lock = (ROOT / "requirements/run.txt").read_text()
    assert {name for name in names if not re.search(rf"^{name}==", lock, re.MULTILINE)} == set()


def test_both_locks_pin_the_same_versions() -> None:
    pins = [
        set(
            re.findall(
                r"^(\S+==\S+)", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("run", "dev")
    ]
    assert pins[0] <= pins[1]


def test_the_notice_names_every_package_that_carries_a_model() -> None:
    notice = (ROOT / "NOTICE").read_text()
    carriers = re.findall(
        r"^([a-z0-9-]+)==", (ROOT / "requirements/models.txt").read_text(), re.MULTILINE
    )
    assert carriers
    missing = [name for name in carriers if re.sub(r"-model-\d$", "", name) not in notice]
    assert missing == []


def test_every_make_target_in_the_contributing_page_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+)(?: [a-z-]+)*:", makefile, re.MULTILINE))
    targets |= {"bench", "eval"}
    named = re.findall(r"`make ([a-z]+)", (ROOT / "CONTRIBUTING.md").read_text())
    assert named
    assert set(named) <= targets


def test_every_folder_of_tests_stands_in_the_contributing_page() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    folders = {test.parent.name for test in (ROOT / "tests").glob("*/test_*.py")}
    assert [name for name in sorted(folders) if f"`{name}`" not in page] == []


def test_every_folder_of_the_package_stands_in_the_architecture() -> None:
    tour = (ROOT / "ARCHITECTURE.md").read_text()
    folders = [folder.parent.name for folder in (ROOT / "src/dubwright").glob("*/__init__.py")]
    assert [name for name in sorted(folders) if f"`{name}/`" not in tour] == []


def test_the_package_the_project_and_the_changelog_name_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == dubwright.__version__
    assert f"## [{dubwright.__version__}]" in (ROOT / "CHANGELOG.md").read_text()
