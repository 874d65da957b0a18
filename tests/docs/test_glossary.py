"""The glossary defines every word that the code may use for an idea, once."""

import re
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parents[2] / "docs/glossary.md"
WORDS = [
    *("Source", "Track", "Stem", "Word", "Segment", "Transcript", "SpeakerTurn", "Speaker"),
    *("Utterance", "Script", "Voice", "Cast", "Take", "Slot", "Gap", "Fit", "Placement", "Overrun"),
    *("Mix", "Ducking", "Loudness", "Mux", "Cue", "Stage", "Project", "Target", "Operation"),
    *("Document", "Provider", "Artifact", "Batch", "Revision", "Glossary"),
    *("Fallback", "Product", "Charge", "Budget", "Turn"),
    *("Account", "Key", "Ticket", "Quota", "Upload", "Event", "Worker", "Webhook", "Delivery"),
]


def test_the_glossary_defines_every_word_once() -> None:
    defined = re.findall(r"^\*\*(\w+)\*\*\n: \S", GLOSSARY.read_text(), re.MULTILINE)
    assert sorted(defined) == sorted(WORDS)
