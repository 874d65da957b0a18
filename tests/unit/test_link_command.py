"""`dubwright dub` with a link, as far as it gets without a network, and when links are taken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dubwright import bootstrap
from dubwright.settings import LinkSettings, ServerSettings, load_settings

LINK = "https://youtu.be/dQw4w9WgXcQ"


def run(
    *arguments: str | Path, folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dubwright.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "exit_code"),
    [
        ([LINK], {}, "rights_not_confirmed", 4),
        (["https://youtube.com/@somebody", "--i-have-the-rights"], {}, "link_refused", 4),
        (["https://127.0.0.1/a.mp4", "--i-have-the-rights"], {}, "link_refused", 4),
        (["file:///etc/passwd", "--i-have-the-rights"], {}, "link_refused", 4),
        ([LINK, "--i-have-the-rights"], {"DUBWRIGHT_LINKS__ENABLED": "off"}, "links_disabled", 12),
        ([LINK, "--i-have-the-rights"], {"DUBWRIGHT_LINKS__YOUTUBE": "false"}, "link_refused", 4),
        (["talk.mp4", "--i-have-the-rights"], {}, "invalid_input", 4),
        (["talk.mp4", "--use-captions"], {}, "invalid_input", 4),
        (["https:/one-slash/talk.mp4"], {}, "not_found", 4),
    ],
)
def test_a_link_that_is_not_followed_ends_with_its_code(
    tmp_path, arguments, environment, code, exit_code
):
    done = run("dub", *arguments, "--to", "pt", folder=tmp_path, **environment)
    assert done.stderr.startswith(f"{code}: "), done.stderr
    assert "\n→ " in done.stderr
    assert done.returncode == exit_code
    assert not list(tmp_path.glob("dubbed/.dubwright/links/*"))


def test_doctor_tells_how_old_yt_dlp_is_and_what_runs_javascript(tmp_path):
    told = run("doctor", folder=tmp_path).stdout
    assert "yt-dlp 20" in told
    assert "days old" in told
    assert "JavaScript runtime: " in told
    off = run("doctor", folder=tmp_path, DUBWRIGHT_LINKS__YOUTUBE="false").stdout
    assert "yt-dlp" not in off


@pytest.mark.parametrize(
    ("links", "server", "when"),
    [
        ({}, {}, "locally"),
        ({}, {"host": "::1"}, "locally"),
        ({}, {"host": "0.0.0.0"}, "never"),  # noqa: S104  # nothing is bound to it
        ({}, {"host": "192.0.2.7"}, "never"),
        ({}, {"auth": "required"}, "never"),
        ({"enabled": True}, {"host": "192.0.2.7", "auth": "required"}, "always"),
        ({"enabled": False}, {}, "never"),
    ],
)
def test_links_are_off_where_others_reach_the_service_unless_they_are_switched_on(
    tmp_path, links, server, when
):
    settings = load_settings().model_copy(
        update={
            "data_folder": tmp_path,
            "links": LinkSettings(**links),
            "server": ServerSettings(**server),
        }
    )
    service = bootstrap.build_service(settings)
    try:
        assert service.options.links.when == when
    finally:
        service.engine.close()
        service.database.close()
    fetcher = bootstrap.build_link_fetcher(settings, turns=tmp_path)
    assert (fetcher is None) == (links.get("enabled") is False)


def test_no_setting_lets_links_lead_to_private_places(tmp_path):
    settings = load_settings().model_copy(
        update={"server": ServerSettings(webhook_http=True, webhook_networks=("127.0.0.0/8",))}
    )
    fetcher = bootstrap.build_link_fetcher(settings, turns=tmp_path)
    assert fetcher is not None
    for policy in (fetcher.web.calls.policy, fetcher.youtube.policy):
        assert policy.private_networks == ()
        assert not policy.any_port
    assert fetcher.youtube.extractor is None


@pytest.mark.parametrize(
    ("written", "meant"), [("auto", "auto"), ("on", True), ("true", True), ("off", False)]
)
def test_the_switch_is_written_in_words(monkeypatch, written, meant):
    monkeypatch.setenv("DUBWRIGHT_LINKS__ENABLED", written)
    assert load_settings().links.enabled == meant
