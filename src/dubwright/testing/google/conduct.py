"""How all the gRPC doubles of one set behave: what is counted, limited, late or to go wrong."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from dubwright.testing.google.failures import Failure
from dubwright.testing.google.faults import Faults
from dubwright.testing.google.ledger import Ledger
from dubwright.testing.google.quotas import Quotas

TYPICAL_LATENCIES: Mapping[str, float] = {
    "Speech/Recognize": 1.5,
    "Speech/BatchRecognize": 0.3,
    "Operations/Batch": 12.0,
    "TranslationService/TranslateText": 0.3,
    "TextToSpeech/SynthesizeSpeech": 0.9,
    "TextToSpeech/ListVoices": 0.2,
}
"""Seconds that the services take, as users measured them; `Operations/Batch` is a whole batch."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """`latencies` are seconds by method; an answer that takes longer by itself is not delayed."""

    ledger: Ledger = field(default_factory=Ledger)
    faults: Faults[Failure] = field(default_factory=Faults)
    quotas: Quotas = field(default_factory=Quotas)
    latencies: Mapping[str, float] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)

    def wait(self, delay_s: float) -> None:
        """Wait, unless the doubles are being closed."""
        if delay_s > 0:
            self.closing.wait(delay_s)
