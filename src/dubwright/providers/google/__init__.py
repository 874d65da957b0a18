"""Google Cloud's Speech-to-Text v2, Translation v3 and Text-to-Speech behind the ports.

Nothing of Google is imported before the first call. The package is the extra `dubwright[google]`.
"""

from dubwright.providers.google.diarizer import GoogleDiarizer
from dubwright.providers.google.recogniser import GoogleSpeechToText
from dubwright.providers.google.speaking import GoogleTextToSpeech
from dubwright.providers.google.translator import GoogleTranslator

__all__ = ["GoogleDiarizer", "GoogleSpeechToText", "GoogleTextToSpeech", "GoogleTranslator"]
