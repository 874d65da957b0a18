import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dubwright import registry
from dubwright.domain.errors import InputError, ProviderNotReady
from dubwright.ports import Translator
from dubwright.providers.echo import EchoTranslator

Install = Callable[..., None]

WORKING = """
from dubwright.ports import ProviderOptions
class Options(ProviderOptions):
    url: str = "local"
class Plugin:
    name = "{name}"
    Options = Options
    fingerprint = "1"
    def __init__(self, options): self.options = options
    def check(self): pass
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a package with one translator where Python finds it, as pip would."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, source: str = WORKING) -> None:
        module = f"{name}_plugin"
        monkeypatch.delitem(sys.modules, module, raising=False)
        (tmp_path / f"{module}.py").write_text(source.replace("{name}", name))
        facts = tmp_path / f"acme_{module}-2.1.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: acme-{module}\nVersion: 2.1\n"
        )
        (facts / "entry_points.txt").write_text(
            f"[dubwright.translator]\n{name} = {module}:Plugin\n"
        )

    return write


def create(name: str, **options: object) -> Translator:
    return registry.create("translator", Translator, name, options)  # type: ignore[type-abstract]  # a label


BUILT_IN = {
    "voice_activity": {"silero", "energy"},
    "speech_to_text": {"whisper", "scripted"},
    "translator": {"bergamot", "echo"},
    "text_to_speech": {"kokoro", "tone"},
    "diarizer": {"embeddings", "solo"},
    "source_separator": {"deepfilter", "passthrough"},
}


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_kind_has_a_stand_in_and_a_local_engine(kind):
    assert BUILT_IN[kind] <= set(registry.available(kind))


def test_a_provider_is_made_with_its_options():
    echo = create("echo", languages=["en", "fr"])
    assert echo.pairs() == {("en", "fr"), ("fr", "en")}


def test_an_unknown_name_is_answered_with_the_installed_ones():
    with pytest.raises(InputError, match="'nobody'") as caught:
        create("nobody")
    assert "`bergamot`, `echo`" in (caught.value.hint or "")


def test_a_bad_option_is_named():
    with pytest.raises(InputError, match=r"'languages\.0'") as caught:
        create("echo", languages=[7, "en"])
    assert caught.value.hint == "options of `echo`: `languages`, `product`"


def test_an_option_that_does_not_exist_is_named():
    with pytest.raises(InputError, match="'volume'"):
        create("echo", volume=11)


def test_a_bad_option_is_not_repeated_in_the_message():
    with pytest.raises(InputError) as caught:
        create("echo", languages="sk-secret")
    assert "sk-secret" not in f"{caught.value.message} {caught.value.hint}"


def test_a_third_party_provider_is_found_by_its_entry_point(install):
    install("acme")
    assert create("acme", url="there").name == "acme"


def test_a_third_party_provider_cannot_take_a_built_in_name(install):
    install("echo")
    assert isinstance(create("echo"), EchoTranslator)


def test_a_missing_package_is_named_with_the_remedy(install):
    install("acme", "import acme_engine_that_is_not_there")
    with pytest.raises(ProviderNotReady, match="'acme_engine_that_is_not_there'") as caught:
        create("acme")
    assert caught.value.hint == "run `pip install --force-reinstall acme-acme_plugin`"


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0",
        "syntax error",
        "",
        "class Plugin: pass",
        "class Plugin:\n    Options = dict",
        "Plugin = 3",
    ],
    ids=["raises", "no Python", "empty", "no Options", "odd Options", "no class"],
)
def test_a_plug_in_that_breaks_is_reported_and_hides_no_other(install, source):
    install("acme", source)
    install("fine")
    with pytest.raises(ProviderNotReady) as caught:
        create("acme")
    assert caught.value.__cause__ is not None
    assert not registry.describe("translator", "acme").ready
    assert {"acme", "fine", "echo"} <= set(registry.available("translator"))
    assert registry.describe("translator", "fine").ready


def test_a_plug_in_that_breaks_while_it_is_made_is_reported(install):
    install("acme", WORKING.replace("self.options = options", "raise OSError('no room')"))
    with pytest.raises(ProviderNotReady, match="OSError: no room"):
        create("acme")


def test_a_check_that_breaks_is_a_problem_and_not_a_crash(install):
    install("acme", WORKING.replace("def check(self): pass", "def check(self): return 1 / 0"))
    told = registry.describe("translator", "acme")
    assert not told.ready
    assert "ZeroDivisionError" in told.problem
    assert "acme-acme_plugin" in told.remedy


def test_a_ready_provider_is_described_with_its_package_and_options(install):
    install("acme")
    told = registry.describe("translator", "acme")
    assert (told.distribution, told.version, told.ready) == ("acme-acme_plugin", "2.1", True)
    assert told.options_schema is not None
    assert told.options_schema["properties"] == {
        "url": {"default": "local", "title": "Url", "type": "string"}
    }


def test_a_provider_that_wants_an_option_says_which(install):
    install("acme", WORKING.replace('url: str = "local"', "url: str"))
    assert "'url'" in registry.describe("translator", "acme").problem
    assert registry.describe("translator", "acme", {"url": "there"}).ready


def test_a_description_survives_json():
    told = registry.describe("text_to_speech", "tone")
    assert registry.ProviderDescription.model_validate_json(told.model_dump_json()) == told
