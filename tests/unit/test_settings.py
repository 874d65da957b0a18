import json
from pathlib import Path

import pytest

from dubwright.bootstrap import check_choices
from dubwright.domain.errors import InputError
from dubwright.settings import Settings, load_settings, settings_page


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory and an environment without settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DUBWRIGHT_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_settings_the_local_engines_are_used():
    settings = load_settings()
    kinds = ("voice_activity", "speech_to_text", "translator", "text_to_speech")
    assert [getattr(settings, kind).provider for kind in kinds] == [
        "silero",
        "whisper",
        "bergamot",
        "kokoro",
    ]
    assert (settings.diarizer.provider, settings.source_separator.provider) == (
        "embeddings",
        "deepfilter",
    )


def test_the_file_is_read_from_the_working_directory(folder):
    (folder / "dubwright.toml").write_text(
        'workers = 3\n[text_to_speech]\nprovider = "tone"\noptions = { ms_per_character = 40 }\n'
    )
    settings = load_settings()
    assert settings.workers == 3
    assert settings.text_to_speech.options == {"ms_per_character": 40}


def test_the_environment_wins_over_the_file(folder, monkeypatch):
    (folder / "dubwright.toml").write_text('workers = 3\nlog_format = "json"\n')
    monkeypatch.setenv("DUBWRIGHT_WORKERS", "5")
    settings = load_settings()
    assert (settings.workers, settings.log_format) == (5, "json")


def test_a_dot_is_two_underscores_in_the_environment(monkeypatch):
    monkeypatch.setenv("DUBWRIGHT_TRANSLATOR__PROVIDER", "echo")
    monkeypatch.setenv("DUBWRIGHT_LIMITS__MAX_SIZE_BYTES", "2GiB")
    settings = load_settings()
    assert settings.translator.provider == "echo"
    assert settings.limits.max_size_bytes == 2 * 2**30
    assert settings.limits.max_duration_s == 4 * 60 * 60


def test_options_alone_keep_the_default_engine(monkeypatch):
    monkeypatch.setenv("DUBWRIGHT_SPEECH_TO_TEXT__OPTIONS", '{"beam_size": 5}')
    assert load_settings().speech_to_text.provider == "whisper"


def test_fallbacks_are_a_list_of_engines(monkeypatch):
    monkeypatch.setenv("DUBWRIGHT_TRANSLATOR__FALLBACKS", '[{"provider": "echo"}]')
    assert [choice.provider for choice in load_settings().translator.fallbacks] == ["echo"]


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("DUBWRIGHT_WORKERS", "0", "workers"),
        ("DUBWRIGHT_LOG_LEVEL", "loud", "log_level"),
        ("DUBWRIGHT_RETRY__ATTEMPTS", "no", "retry.attempts"),
        ("DUBWRIGHT_MODELS_MIRROR", "ftp://models", "models_mirror"),
        ("DUBWRIGHT_LINKS__ENABLED", "perhaps", "links.enabled"),
        ("DUBWRIGHT_TRANSLATOR__FALLBACKS", '[{"provider": 1}]', "translator.fallbacks.0.provider"),
        ("DUBWRIGHT_TRANSLATOR__FALLBACKS", "[{}]", "translator.fallbacks.0.provider"),
        ("DUBWRIGHT_SERVER__WEBHOOK_NETWORKS", '["all"]', "server.webhook_networks.0"),
        ("DUBWRIGHT_STORAGE__CDN__BASE_URL", "ftp://cdn", "storage.cdn.base_url"),
        ("DUBWRIGHT_LINKS__PAWS_S", "3", "links.paws_s"),
    ],
)
def test_a_bad_setting_is_named_with_its_variable(monkeypatch, variable, value, setting):
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError, match=f"'{setting}'") as caught:
        load_settings()
    assert f"`{variable}`" in (caught.value.hint or "")


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
@pytest.mark.parametrize(
    "setting",
    [
        "links.pause_s",
        "retry.longest_wait_s",
        "retry.deadline_s",
        "worker.lease_s",
        "storage.silence_s",
        "translator.calls_per_minute",
        "limits.max_size_bytes",
        "limits.max_duration_s",
    ],
)
def test_a_number_that_has_no_end_is_refused(folder, monkeypatch, setting, value):
    table, name = setting.split(".")
    needed = 'provider = "echo"\n' if table == "translator" else ""
    (folder / "dubwright.toml").write_text(f"[{table}]\n{needed}{name} = {value}\n")
    with pytest.raises(InputError, match=f"'{setting}'"):
        load_settings()
    (folder / "dubwright.toml").unlink()
    variable = f"DUBWRIGHT_{table}__{name}".upper()
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError, match=f"'{setting}'") as caught:
        load_settings()
    assert variable in (caught.value.hint or "")


def test_an_option_of_an_engine_that_has_no_end_is_refused(folder):
    chosen = '[text_to_speech]\nprovider = "tone"\noptions = { ms_per_character = inf }\n'
    (folder / "dubwright.toml").write_text(chosen)
    with pytest.raises(InputError, match=r"text_to_speech\.options.*finite"):
        load_settings()


def test_an_empty_variable_counts_as_not_set(folder, monkeypatch):
    (folder / "dubwright.toml").write_text('prices = "prices.toml"\n')
    monkeypatch.setenv("DUBWRIGHT_PRICES", "")
    monkeypatch.setenv("DUBWRIGHT_WORKERS", "")
    monkeypatch.setenv("DUBWRIGHT_LINKS__COOKIES_FILE", "")
    settings = load_settings()
    assert settings.prices == Path("prices.toml")
    (folder / "dubwright.toml").unlink()
    settings = load_settings()
    assert (settings.prices, settings.workers, settings.links.cookies_file) == (None, None, None)


def test_an_unknown_setting_in_the_file_is_named(folder):
    (folder / "dubwright.toml").write_text("worker = 3\n")
    with pytest.raises(InputError, match="'worker'"):
        load_settings()


def test_a_file_that_is_not_toml_is_named(folder):
    (folder / "dubwright.toml").write_text("workers: 3\n")
    with pytest.raises(InputError, match=r"'dubwright\.toml' is not TOML"):
        load_settings()


def test_an_environment_that_is_not_json_is_an_input_error(monkeypatch):
    monkeypatch.setenv("DUBWRIGHT_TRANSLATOR__OPTIONS", "{not json")
    with pytest.raises(InputError, match="translator"):
        load_settings()


def test_a_bad_setting_is_not_repeated_in_the_message(monkeypatch):
    monkeypatch.setenv("DUBWRIGHT_WORKERS", "sk-secret")
    with pytest.raises(InputError) as caught:
        load_settings()
    assert "sk-secret" not in f"{caught.value.message} {caught.value.hint}"


def test_every_setting_says_what_it_means():
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"`{name}`" in page or f"`{name}." in page


def test_the_settings_page_in_the_docs_is_fresh():
    kept = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
    assert kept.read_text() == settings_page(), (
        "run `python -m dubwright.settings > docs/settings.md`"
    )


@pytest.mark.parametrize(
    ("fallbacks", "reason"),
    [
        ([{"provider": "kokoro"}], "its own fallback"),
        ([{"provider": "tone", "fallbacks": [{"provider": "kokoro"}]}], "list them in a row"),
    ],
)
def test_fallbacks_that_change_nothing_are_refused(monkeypatch, fallbacks, reason):
    monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__PROVIDER", "kokoro")
    monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__FALLBACKS", json.dumps(fallbacks))
    with pytest.raises(InputError, match=reason):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        (
            "DUBWRIGHT_TEXT_TO_SPEECH__FALLBACKS",
            [{"provider": "nope"}],
            "text_to_speech.fallbacks.0",
        ),
        ("DUBWRIGHT_HEAR_BACK", {"provider": "nope"}, "hear_back"),
        ("DUBWRIGHT_TRANSLATOR", {"provider": "echo", "options": {"x": 1}}, "translator"),
    ],
)
def test_engines_that_cannot_be_are_named_with_their_setting(monkeypatch, variable, value, setting):
    monkeypatch.setenv(variable, json.dumps(value))
    with pytest.raises(InputError, match=f"setting {setting!r}"):
        check_choices(load_settings())
