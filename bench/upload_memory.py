"""Sends a large upload to a real API process, cuts it and resumes it, and watches the memory.

    python bench/upload_memory.py [--size-gib 3] [--folder FOLDER]

Prints the peak of the process's resident memory; exits with 1 when it grew by more than 100 MiB.
The folder needs as much room as the upload.
"""

import argparse
import hashlib
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

MOST_GROWTH_MIB = 100
BLOCK = bytes(2**20)
PIECE_TYPE = "application/offset+octet-stream"

SERVER = """
import sys
from pathlib import Path
import uvicorn
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.engine import Database
from dubwright.db.migrate import upgrade
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

folder = Path(sys.argv[1])
database = Database(f"sqlite:///{folder}/dubwright.sqlite")
upgrade(database)
store = LocalObjectStore(folder / "objects", UrlSigner(b"0" * 32))
app = create_app(Service(database, store, None, ServiceOptions(folder)), ApiOptions())
uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False, ws="none")
"""


def main() -> int:
    """Start the API, upload, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-gib", type=float, default=3.0)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    size = int(options.size_gib * 2**30)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="upload-") as folder:
        port = free_port()
        command = [sys.executable, "-c", SERVER, folder, str(port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                return upload(server.pid, port, size)
            finally:
                server.terminate()


def upload(pid: int, port: int, size: int) -> int:
    """Send all of it in two pieces, the first cut off at an odd byte."""
    wait_for(port)
    location = create(port, size)
    # One small upload first: what the process needs anyway is not growth.
    send(port, create(port, 2**20), 0, 2**20, until=2**20)
    before_mib = memory_mib(pid, "VmRSS")
    begun = time.monotonic()
    send(port, location, 0, size, until=size * 2 // 5 + 12_345)
    offset = settled_offset(port, location)
    send(port, location, offset, size, until=size)
    elapsed_s = time.monotonic() - begun
    peak_mib = memory_mib(pid, "VmHWM")
    shown = get(port, location)
    assert shown["complete"]
    assert shown["sha256"] == zeros_sha256(size)
    print(f"size            {size / 2**30:.2f} GiB, cut and resumed at {offset}")
    print(f"time            {elapsed_s:.1f} s, {size / 2**20 / elapsed_s:.0f} MiB/s")
    print(f"resident memory {before_mib:.0f} MiB before, {peak_mib:.0f} MiB at most")
    print(f"growth          {peak_mib - before_mib:.0f} MiB of {MOST_GROWTH_MIB}")
    return int(peak_mib - before_mib > MOST_GROWTH_MIB)


def create(port: int, size: int) -> str:
    """Announce an upload; its path."""
    head = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size)}
    request = urllib.request.Request(  # our own server
        f"http://127.0.0.1:{port}/v1/uploads", b"", head, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return str(answer.headers["Location"])


def send(port: int, location: str, offset: int, size: int, *, until: int) -> None:
    """Send the bytes from `offset` on; the line is cut when not all of them are to be sent."""
    lines = [
        f"PATCH {location} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Tus-Resumable: 1.0.0",
        f"Content-Type: {PIECE_TYPE}",
        f"Upload-Offset: {offset}",
        f"Content-Length: {size - offset}",
        "\r\n",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
        line.sendall("\r\n".join(lines).encode())
        for start in range(offset, until, len(BLOCK)):
            line.sendall(BLOCK[: until - start])
        if until == size:
            answer = line.recv(4096)
            assert b" 204 " in answer.splitlines()[0], answer


def settled_offset(port: int, location: str) -> int:
    """How far the upload is, once the cut piece was put away."""
    known, deadline = -1, time.monotonic() + 60
    while time.monotonic() < deadline:
        offset = int(str(get(port, location)["received_bytes"]))
        if offset == known and offset > 0:
            return offset
        known = offset
        time.sleep(1)
    raise TimeoutError("the cut upload does not settle")


def get(port: int, location: str) -> dict[str, object]:
    """An upload as JSON."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{location}", timeout=30) as answer:
        shown: dict[str, object] = json.load(answer)
        return shown


def wait_for(port: int) -> None:
    """Until the API takes connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the API did not start")


def memory_mib(pid: int, field: str) -> float:
    """`VmRSS` or `VmHWM` of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def zeros_sha256(size: int) -> str:
    """The checksum of so many zero bytes."""
    sum_ = hashlib.sha256()
    for start in range(0, size, len(BLOCK)):
        sum_.update(BLOCK[: size - start])
    return sum_.hexdigest()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
