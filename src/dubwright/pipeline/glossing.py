"""A translator that keeps to a glossary, whatever engine does the work.

Translators know no glossaries, or each in its own way. So the terms are made sure of from the
outside, with the least harm first: the plain translation may have them; or their usual
translations are exchanged in it; or the engine is given the text with the wanted words in it; or
with made-up names in their place. Where none of that works, the plain translation stands.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dubwright.domain import glossary
from dubwright.domain.glossary import Occurrence, Terms
from dubwright.domain.language import LanguageTag
from dubwright.ports import Translation, TranslationRequest, Translator
from dubwright.ports.provider import ProviderOptions

_VERSION = 1
