"""What a confined process may still do: tried in one, since nothing frees it again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from link_sites import canary

TRY = """
import ipaddress, json, os, pathlib, socket, subprocess, sys
from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.confinement import Confines, confine
told = json.load(sys.stdin)
os.chdir(told["folder"])
policy = AddressPolicy(private_networks=tuple(map(ipaddress.ip_network, told["networks"])), any_port=True)
confine(Confines(pathlib.Path(told["folder"]), frozenset(told["programs"]), policy, frozenset(told["calls"])))
outcomes = {}
for statement in told["statements"]:
    try:
        exec(statement)
        outcomes[statement] = "done"
    except Exception as error:
        outcomes[statement] = f"{type(error).__name__}: {error}"
print(json.dumps(outcomes), flush=True)
os._exit(0)
"""


def tried(
    folder: Path,
    *statements: str,
    networks: tuple[str, ...] = (),
    calls: tuple[str, ...] = (),
) -> dict[str, str]:
    """What became of each statement in a process that may write into the folder alone."""
    told = {
        "folder": str(folder),
        "networks": networks,
        "calls": calls,
        "programs": [shutil.which("ffmpeg")],
        "statements": statements,
    }
    done = subprocess.run(
        [sys.executable, "-B", "-c", TRY],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "file").touch()
    return folder


def test_no_program_is_started_but_those_that_are_named(inside):
    outcomes = tried(
        inside,
        "subprocess.run(['id'])",
        "subprocess.run('id', shell=True)",
        "subprocess.run(['./ffmpeg'])",
        "os.system('id')",
        "os.popen('id')",
        "os.posix_spawn('/usr/bin/id', ['id'], {})",
        "os.fork()",
        "os.execv('/usr/bin/id', ['id'])",
        "import pty; pty.fork()",
        "subprocess.run(['ffmpeg', '-i', 'http://127.0.0.1/a.m3u8', 'out.mp4'])",
        "subprocess.run(['ffmpeg', '-i', 'concat:a|b', 'out.mp4'])",
        "subprocess.run([b'ffmpeg', b'-i', b'tcp://127.0.0.1:1', b'out.mp4'])",
    )
    assert {outcome.partition(":")[0] for outcome in outcomes.values()} == {"Confined"}, outcomes


def test_a_program_that_is_named_works_on_files(inside):
    (outcome,) = tried(
        inside,
        "subprocess.run([told['programs'][0], '-v', 'error', '-i', 'file:none.mp4', '-f', 'null', '-'],"
        " stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)",
    ).values()
    assert outcome == "done"


def test_nothing_is_written_outside_the_folder(inside, tmp_path):
    outside = tmp_path / "outside"
    (tmp_path / "kept").write_text("kept")
    outcomes = tried(
        inside,
        f"open('{outside}', 'w')",
        "open('../outside', 'a')",
        f"os.open('{outside}', os.O_RDWR | os.O_CREAT)",
        f"os.mkdir('{outside}')",
        f"os.symlink('/etc/passwd', '{outside}')",
        f"os.link('file', '{outside}')",
        f"os.rename('file', '{outside}')",
        f"os.rename('{tmp_path / 'kept'}', 'taken')",
        f"os.remove('{tmp_path / 'kept'}')",
        f"os.truncate('{tmp_path / 'kept'}', 0)",
        f"os.chmod('{tmp_path / 'kept'}', 0o777)",
        f"pathlib.Path('{outside}').touch()",
        f"os.symlink('{tmp_path}', 'way')",
    )
    assert {outcome.partition(":")[0] for outcome in outcomes.values()} == {"Confined"}, outcomes
    assert {one.name for one in tmp_path.iterdir()} == {"inside", "kept"}
    assert (tmp_path / "kept").read_text() == "kept"


def test_a_way_out_that_was_there_before_is_seen_through(inside, tmp_path):
    (inside / "way").symlink_to(tmp_path)
    (outcome,) = tried(inside, "open('way/outside', 'w')").values()
    assert outcome.startswith("Confined")


def test_in_the_folder_everything_is_free_and_all_may_be_read(inside):
    outcomes = tried(
        inside,
        "open('new', 'w').write('x')",
        "os.mkdir('deep'); open('deep/new', 'w').close()",
        "os.rename('new', 'renamed'); os.remove('renamed')",
        "open('/etc/hostname').read()",
        "open(os.devnull, 'w').close()",
    )
    assert set(outcomes.values()) == {"done"}, outcomes


def test_no_address_is_called_that_is_not_public(inside):
    with canary() as bird:
        outcomes = tried(
            inside,
            f"socket.create_connection(('127.0.0.1', {bird.port}))",
            f"socket.create_connection(('localhost', {bird.port}))",
            f"socket.create_connection(('::1', {bird.port}))",
            f"socket.create_connection(('::ffff:127.0.0.1', {bird.port}))",
            f"socket.socket().connect(('localhost', {bird.port}))",
            f"socket.socket().connect(('2130706433', {bird.port}))",
            f"socket.socket().connect_ex(('127.0.0.1', {bird.port}))",
            f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {bird.port}))",
            f"socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('::1', {bird.port}))",
            "socket.socket(socket.AF_UNIX).connect('/tmp/x')",
            f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{bird.port}/')",
            f"import httpx; httpx.get('http://[::1]:{bird.port}/')",
        )
        free = {what: how for what, how in outcomes.items() if "not public" not in how}
        assert free == {}
        assert bird.calls == []


def test_an_address_is_called_in_a_network_that_is_allowed_or_when_it_is_named(inside):
    with canary() as bird:
        call = f"socket.create_connection(('127.0.0.1', {bird.port})).close()"
        assert tried(inside, call, networks=("127.0.0.1/32",))[call] == "done"
        assert tried(inside, call, calls=(f"127.0.0.1 {bird.port}",))[call] == "done"
        other = tried(inside, call, calls=(f"127.0.0.1 {bird.port + 1}",))[call]
        assert other.startswith("Confined")
