"""Loading a provider's module must not load its engine: start-up stays fast."""

import json
import subprocess
import sys

import pytest

from dubwright import registry
from dubwright.testing.installed import is_required

HEAVY = (
    "torch", "onnxruntime", "ctranslate2", "faster_whisper", "av", "fxtranslate", "onnx",
    "google", "grpc", "requests",
)  # fmt: skip
OFFERS = [offer for kind in registry.KINDS for offer in registry.available(kind).values()]

# One process for all, in which every module is imported after the others were forgotten.
PROBE = """
import importlib, json, sys
heavy, modules = json.loads(sys.argv[1])
found = {}
for module in modules:
    for name in [n for n in sys.modules if n.split(".")[0] in heavy]:
        del sys.modules[name]
    try:
        importlib.import_module(module)
    except ImportError as exc:
        found[module] = f"not importable: {exc}"
    else:
        found[module] = [name for name in heavy if name in sys.modules]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str] | str]:
    question = json.dumps([HEAVY, sorted({offer.module for offer in OFFERS})])
    command = [sys.executable, "-c", PROBE, question]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, list[str] | str] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_loading_a_provider_loads_no_engine(offer, loaded):
    found = loaded[offer.module]
    if isinstance(found, str) and not is_required(offer.name):
        pytest.skip(found)
    assert found == []


def test_listing_the_providers_imports_none_of_them():
    code = (
        "import sys; from dubwright import registry;"
        "[registry.available(kind) for kind in registry.KINDS];"
        "print([m for m in sys.modules if m.startswith('dubwright.providers')])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
