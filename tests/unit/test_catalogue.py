"""The model catalogue: bytes are taken on their hash alone, once, from whoever has them."""

import hashlib
import io
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from dubwright.catalogue import (
    CatalogueEntry,
    ModelFile,
    ModelStore,
    default_store,
    entries,
    entry,
)
from dubwright.catalogue.download import download
from dubwright.catalogue.entry import NpmArrays, PackagePart
from dubwright.catalogue.npm import repack
from dubwright.domain.errors import (
    NotFoundError,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderUnavailable,
)

WEIGHTS = bytes(range(256)) * 40
IN_PACKAGES = (
    "whisper-base",
    "kokoro-82m-int8",
    "bergamot-en-pt",
    "bergamot-pt-en",
    "deepfilternet3",
    "speaker-embedder",
)


class Server:
    """A web server on this machine that counts what it is asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                if self.path in server.redirects:
                    self.send_response(302)
                    self.send_header("Location", server.redirects[self.path])
                    self.end_headers()
                    return
                page = server.pages.get(self.path)
                self.send_response(404 if page is None else 200)
                self.end_headers()
                self.wfile.write(page or b"")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def file_of(content: bytes = WEIGHTS, **where: object) -> ModelFile:
    return ModelFile.model_validate(
        {
            "name": "weights.bin",
            "size_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            **where,
        }
    )


def model_of(*files: ModelFile) -> CatalogueEntry:
    return CatalogueEntry(
        id="tiny", title="Tiny", licence="MIT", attribution="us", upstream="here", files=files
    )


def store_of(folder: Path, *files: ModelFile, mirror: str | None = None) -> ModelStore:
    return ModelStore(folder, mirror=mirror, catalogue=(model_of(*files),))


def put(folder: Path, content: bytes = WEIGHTS) -> None:
    (folder / "tiny").mkdir(parents=True)
    (folder / "tiny" / "weights.bin").write_bytes(content)


# --- the catalogue itself


def test_every_model_has_an_id_of_its_own() -> None:
    ids = [known.id for known in entries()]
    assert len(ids) == len(set(ids))


def test_every_publisher_address_is_https() -> None:
    addresses = [file.hub for known in entries() for file in known.files if file.hub]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)


def test_every_model_names_its_licence_and_its_makers() -> None:
    assert all(known.licence and known.attribution and known.upstream for known in entries())


def test_an_unknown_model_is_named_with_the_way_to_the_list() -> None:
    with pytest.raises(NotFoundError, match="'nope'") as caught:
        entry("nope")
    assert "dubwright models list" in (caught.value.hint or "")


def test_the_digest_of_a_model_changes_with_any_file() -> None:
    assert model_of(file_of()).digest != model_of(file_of(WEIGHTS + b"!")).digest


def test_a_file_name_cannot_leave_its_folder() -> None:
    with pytest.raises(ValueError, match="pattern"):
        ModelFile(name="../weights.bin", size_bytes=1, sha256="0" * 64)


# --- the operator's folder


def test_a_model_in_the_operators_folder_is_prepared_on_first_use(tmp_path: Path) -> None:
    put(tmp_path)
    home = store_of(tmp_path, file_of()).locate("tiny")
    assert (home / "weights.bin").read_bytes() == WEIGHTS


def test_bytes_with_another_hash_are_not_taken(tmp_path: Path) -> None:
    put(tmp_path, WEIGHTS[::-1])
    store = store_of(tmp_path, file_of())
    with pytest.raises(ProviderNotReady, match="is not the expected file"):
        store.locate("tiny")
    assert store.status("tiny").state == "available"  # it is offered, and was not taken


def test_a_model_that_nobody_has_is_missing_and_the_hint_says_how_to_get_it(
    tmp_path: Path,
) -> None:
    store = store_of(tmp_path, file_of())
    assert store.status("tiny").state == "missing"
    assert not store.is_ready("tiny")
    with pytest.raises(ProviderNotReady, match=r"no source offers 'weights\.bin'") as caught:
        store.locate("tiny")
    assert "dubwright models prepare tiny" in (caught.value.hint or "")


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    put(tmp_path)
    blocked = tmp_path / "tiny" / "weights.bin"
    with pytest.raises(ProviderNotReady, match="cannot prepare model 'tiny'") as caught:
        store_of(blocked, file_of()).locate("tiny")
    assert "DUBWRIGHT_MODELS_FOLDER" in (caught.value.hint or "")


# --- installed packages


def install(folder: Path, name: str, files: dict[str, bytes]) -> None:
    """Lay out a Python package as an installer does."""
    folder.joinpath(f"{name}-1.0.dist-info").mkdir()
    folder.joinpath(f"{name}-1.0.dist-info", "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
    folder.joinpath(name).mkdir()
    folder.joinpath(name, "__init__.py").write_text("raise ImportError('never import a carrier')")
    for path, content in files.items():
        folder.joinpath(name, path).write_bytes(content)


def test_parts_in_installed_packages_are_joined_without_importing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install(site, "carrier_one", {"a.part": WEIGHTS[:100]})
    install(site, "carrier_two", {"b.part": WEIGHTS[100:]})
    monkeypatch.syspath_prepend(str(site))
    parts = (
        PackagePart(distribution="carrier-one", path="carrier_one/a.part"),
        PackagePart(distribution="carrier-two", path="carrier_two/b.part"),
    )
    store = store_of(tmp_path / "models", file_of(package=parts))
    assert store.status("tiny").origin == "package"
    assert (store.locate("tiny") / "weights.bin").read_bytes() == WEIGHTS


def test_a_package_that_lacks_a_part_offers_nothing(tmp_path: Path) -> None:
    part = PackagePart(distribution="no-such-package", path="x")
    assert not store_of(tmp_path, file_of(package=(part,))).is_ready("tiny")


# --- downloads


def test_a_mirror_serves_files_by_model_and_name(tmp_path: Path, server: Server) -> None:
    server.pages["/models/tiny/weights.bin"] = WEIGHTS
    store = store_of(tmp_path, file_of(), mirror=f"{server.url}/models/")
    assert (store.locate("tiny") / "weights.bin").read_bytes() == WEIGHTS


def test_the_publisher_is_asked_only_by_fetch(tmp_path: Path, server: Server) -> None:
    server.pages["/w"] = WEIGHTS
    store = store_of(tmp_path, file_of(hub=f"{server.url}/w"))
    for attempt in (store.locate, store.prepare):
        with pytest.raises(ProviderNotReady):
            attempt("tiny")
    assert server.asked == []
    assert store.status("tiny").state == "downloadable"
    assert (store.fetch("tiny") / "weights.bin").read_bytes() == WEIGHTS


def test_a_download_that_fails_is_not_advised_to_download(tmp_path: Path, server: Server) -> None:
    store = store_of(tmp_path, file_of(hub=f"{server.url}/absent"))
    with pytest.raises(ProviderNotReady) as caught:
        store.fetch("tiny")
    assert "models fetch" not in (caught.value.hint or "")
    assert "DUBWRIGHT_MODELS_FOLDER" in (caught.value.hint or "")


def test_the_next_source_serves_when_the_first_gives_other_bytes(
    tmp_path: Path, server: Server
) -> None:
    server.pages["/tiny/weights.bin"] = WEIGHTS[::-1]
    server.pages["/w"] = WEIGHTS
    store = store_of(tmp_path, file_of(hub=f"{server.url}/w"), mirror=server.url)
    assert (store.fetch("tiny") / "weights.bin").read_bytes() == WEIGHTS


def test_a_download_larger_than_expected_is_cut_off(server: Server) -> None:
    server.pages["/w"] = WEIGHTS
    with pytest.raises(ProviderRejected, match="more than the expected 10 bytes"):
        list(download(f"{server.url}/w", max_bytes=10))


def test_a_missing_page_is_told_with_its_address(server: Server) -> None:
    with pytest.raises(ProviderUnavailable, match="/gone"):
        list(download(f"{server.url}/gone", max_bytes=10))


def test_redirects_are_followed(server: Server) -> None:
    server.pages["/w"] = WEIGHTS
    server.redirects["/moved"] = f"{server.url}/w"
    assert b"".join(download(f"{server.url}/moved", max_bytes=len(WEIGHTS))) == WEIGHTS


ELSEWHERE = ["http://192.0.2.1/w", "file:///etc/hostname", "ftp://127.0.0.1/w"]


@pytest.mark.parametrize("address", [*ELSEWHERE, "w", ""])
def test_only_https_leaves_this_machine(address: str) -> None:
    with pytest.raises(ProviderRejected, match="not an https address"):
        list(download(address, max_bytes=10))


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_redirect_away_from_https_is_not_followed(address: str, server: Server) -> None:
    server.redirects["/moved"] = address
    with pytest.raises(ProviderError, match=r"not an https address|not allowed"):
        list(download(f"{server.url}/moved", max_bytes=10))


# --- npm packages


def tarball_of(arrays: dict[str, np.ndarray]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, values in arrays.items():
            content = values.astype("<f4").tobytes()
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def arrays_in(tarball: bytes) -> NpmArrays:
    return NpmArrays(
        package="voices",
        version="1.0.0",
        tarball_sha256=hashlib.sha256(tarball).hexdigest(),
        folder="package/voices",
        shape=(2, 3),
    )


def test_arrays_of_an_npm_package_become_one_archive_in_order() -> None:
    one, two = np.arange(6.0), np.arange(6.0, 12.0)
    paths = {"package/voices/b.bin": two, "package/voices/a.bin": one, "package/other.bin": one}
    tarball = tarball_of(paths)
    with np.load(io.BytesIO(repack(tarball, arrays_in(tarball)))) as packed:
        assert packed.files == ["a", "b"]
        assert packed["b"].tolist() == two.reshape(2, 3).tolist()


def test_an_npm_package_that_was_changed_is_refused() -> None:
    tarball = tarball_of({"package/voices/a.bin": np.zeros(6)})
    with pytest.raises(ProviderRejected, match=r"voices@1\.0\.0 is not the expected one"):
        repack(tarball + b"!", arrays_in(tarball))


def npm_that(folder: Path, script: str) -> str:
    """A folder for PATH with an npm program in it."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_npm_fetches_the_package_that_the_entry_pins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tarball = tarball_of({"package/voices/a.bin": np.zeros(6)})
    (tmp_path / "served").write_bytes(tarball)
    script = f'[ "$2" = voices@1.0.0 ] && cp {tmp_path}/served voices-1.0.0.tgz'
    monkeypatch.setenv("PATH", npm_that(tmp_path, script))
    content = repack(tarball, arrays_in(tarball))
    store = store_of(tmp_path / "models", file_of(content, npm=arrays_in(tarball)))
    with pytest.raises(ProviderNotReady):
        store.locate("tiny")  # npm reaches the network, so first use alone does not call it
    assert (store.prepare("tiny") / "weights.bin").read_bytes() == content


def test_the_words_of_a_failing_npm_are_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", npm_that(tmp_path, "echo no route >&2; exit 1"))
    tarball = tarball_of({"package/voices/a.bin": np.zeros(6)})
    store = store_of(tmp_path / "models", file_of(npm=arrays_in(tarball)))
    with pytest.raises(ProviderNotReady, match=r"npm cannot fetch voices@1\.0\.0: no route"):
        store.prepare("tiny")


# --- preparing once


def test_threads_that_want_the_same_model_prepare_it_once(tmp_path: Path, server: Server) -> None:
    server.pages["/tiny/weights.bin"] = WEIGHTS
    store = store_of(tmp_path, file_of(), mirror=server.url)
    with ThreadPoolExecutor(8) as pool:
        homes = set(pool.map(store.locate, ["tiny"] * 16))
    assert len(homes) == 1
    assert server.asked == ["/tiny/weights.bin"]


def test_processes_that_want_the_same_folder_make_it_once(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from dubwright.catalogue.folders import make_once
root = Path(sys.argv[1])
def make(folder):
    with (root / "log").open("a") as log:
        log.write("made\\n")
    (folder / "x").write_text("x")
make_once(root / "home", make, is_whole=Path.is_dir)
"""
    running = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]
    assert [one.wait(timeout=60) for one in running] == [0, 0, 0]
    assert (tmp_path / "log").read_text() == "made\n"


def test_a_prepared_model_needs_its_source_no_more(tmp_path: Path) -> None:
    put(tmp_path)
    store = store_of(tmp_path, file_of())
    home = store.locate("tiny")
    (tmp_path / "tiny" / "weights.bin").unlink()
    assert store.locate("tiny") == home
    assert store.status("tiny").state == "ready"


def test_a_preparation_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    put(tmp_path, WEIGHTS[::-1])
    with pytest.raises(ProviderNotReady):
        store_of(tmp_path, file_of()).locate("tiny")
    kept = [path.name for path in (tmp_path / "tiny").iterdir() if not path.name.endswith(".lock")]
    assert kept == ["weights.bin"]


def test_a_truncated_prepared_file_is_made_again(tmp_path: Path) -> None:
    put(tmp_path)
    store = store_of(tmp_path, file_of())
    (store.locate("tiny") / "weights.bin").write_bytes(WEIGHTS[:10])
    assert (store.locate("tiny") / "weights.bin").read_bytes() == WEIGHTS


def test_verify_finds_a_damaged_file_and_prepare_repairs_it(tmp_path: Path) -> None:
    put(tmp_path)
    store = store_of(tmp_path, file_of())
    (store.locate("tiny") / "weights.bin").write_bytes(WEIGHTS[::-1])
    assert [check.intact for check in store.verify("tiny")] == [False]
    store.prepare("tiny")
    assert [check.intact for check in store.verify("tiny")] == [True]


def test_a_model_that_is_not_prepared_cannot_be_verified(tmp_path: Path) -> None:
    with pytest.raises(ProviderNotReady, match="has not been prepared"):
        store_of(tmp_path, file_of()).verify("tiny")


# --- derived files


def write(content: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / "derived").write_text(content)

    return make


def test_derived_files_are_made_once_for_each_version(tmp_path: Path) -> None:
    store = store_of(tmp_path, file_of())
    first = store.derived("tiny", name="graphs", version="1", make=write("one"))
    again = store.derived("tiny", name="graphs", version="1", make=write("other"))
    newer = store.derived("tiny", name="graphs", version="2", make=write("two"))
    assert (again / "derived").read_text() == "one"
    assert (newer / "derived").read_text() == "two"
    assert first == again != newer
    assert store.has_derived("tiny", name="graphs", version="1")


def test_derived_files_that_fail_leave_no_folder(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise ProviderRejected("no", provider="tiny")

    store = store_of(tmp_path, file_of())
    with pytest.raises(ProviderRejected):
        store.derived("tiny", name="graphs", version="1", make=fail)
    assert not store.has_derived("tiny", name="graphs", version="1")


# --- the default store


def test_the_default_store_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DUBWRIGHT_MODELS_FOLDER", raising=False)
    monkeypatch.setenv("DUBWRIGHT_MODELS_MIRROR", "https://models.example")
    assert default_store().folder == tmp_path / "cache" / "dubwright" / "models"
    assert default_store().mirror == "https://models.example"
    monkeypatch.setenv("DUBWRIGHT_MODELS_FOLDER", str(tmp_path / "own"))
    assert default_store().folder == tmp_path / "own"
    assert default_store(tmp_path / "given").folder == tmp_path / "given"


@pytest.mark.engines
@pytest.mark.parametrize("model_id", IN_PACKAGES)
def test_the_installed_packages_carry_the_official_files(model_id: str) -> None:
    store = default_store()
    if not store.is_ready(model_id):
        pytest.skip(f"the packages that carry {model_id} are not installed")
    store.locate(model_id)
    assert all(check.intact for check in store.verify(model_id))
