from pathlib import Path

import pytest

from dubwright.domain.errors import ProviderNotReady
from dubwright.ports import Translator
from dubwright.testing.installed import REQUIRED_VARIABLE, installed, ready

KEYLESS = """
from dubwright.domain.errors import ProviderNotReady
from dubwright.ports import ProviderOptions
class Keyless:
    name, Options, fingerprint = "keyless", ProviderOptions, "1"
    def __init__(self, options): ...
    def check(self): raise ProviderNotReady("no key", provider="keyless", hint="buy one")
"""


@pytest.fixture(autouse=True)
def keyless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed translator that is not ready."""
    (tmp_path / "keyless_plugin.py").write_text(KEYLESS)
    facts = tmp_path / "keyless-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: keyless\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[dubwright.translator]\nkeyless = keyless_plugin:Keyless\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv(REQUIRED_VARIABLE, raising=False)


def ready_keyless() -> Translator:
    return ready("translator", Translator, "keyless")  # type: ignore[type-abstract]  # a label


def test_a_provider_that_is_not_ready_is_skipped_with_reason_and_remedy():
    with pytest.raises(pytest.skip.Exception, match="no key; buy one"):
        ready_keyless()


def test_a_required_provider_that_is_not_ready_fails(monkeypatch):
    monkeypatch.setenv(REQUIRED_VARIABLE, "echo, keyless")
    with pytest.raises(ProviderNotReady, match="no key"):
        ready_keyless()


def test_providers_with_models_are_marked_and_stand_ins_are_not():
    marks = {param.values[0]: [m.name for m in param.marks] for param in installed("translator")}
    assert (marks["bergamot"], marks["echo"], marks["keyless"]) == (["engines"], [], ["engines"])


def test_a_provider_that_costs_money_is_skipped_unless_it_is_required(monkeypatch):
    priced = {"product": "some.product"}
    with pytest.raises(pytest.skip.Exception, match="costs money"):
        ready("translator", Translator, "echo", priced)  # type: ignore[type-abstract]  # a label
    monkeypatch.setenv(REQUIRED_VARIABLE, "echo")
    assert ready("translator", Translator, "echo", priced).name == "echo"  # type: ignore[type-abstract]  # as above
