"""Firefox's translation models on this machine: sentence by sentence, with shorter wordings."""

from dubwright.providers.bergamot.provider import BergamotOptions, BergamotTranslator

__all__ = ["BergamotOptions", "BergamotTranslator"]
