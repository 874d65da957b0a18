"""The tables of the README are what Dubwright and these providers take."""

import re
import tomllib
from pathlib import Path

from dubwright_openai_compatible import (
    OpenAiSpeechToText,
    OpenAiTextToSpeech,
    OpenAiTranslator,
    RecogniserOptions,
    SpeakingOptions,
    TranslatorOptions,
)

from dubwright.domain.pricing import PriceList, parse_prices

PAGE = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
SETTINGS, PRICES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_settings_are_taken():
    settings = tomllib.loads(SETTINGS)
    options = TranslatorOptions.model_validate(settings["translator"]["options"])
    assert options.base_url == "https://models.example.com/v1"
    voices = OpenAiTextToSpeech(
        SpeakingOptions.model_validate(settings["text_to_speech"]["options"])
    )
    voices.check()
    assert [voice.gender for voice in voices.voices("pt")] == ["female", "male"]


def test_the_price_file_has_a_price_for_everything_that_is_charged():
    prices = parse_prices(PRICES, name="README.md").over(PriceList())
    chat = OpenAiTranslator(TranslatorOptions()).product()
    for product, unit in (
        (chat, "characters"),
        (f"{chat}.output", "characters"),
        (OpenAiTextToSpeech(SpeakingOptions()).product(), "characters"),
        (OpenAiSpeechToText(RecogniserOptions()).product(), "ms"),
    ):
        assert prices.price("openai-compatible", product, unit) is not None


def test_every_option_is_on_the_page():
    models = (TranslatorOptions, SpeakingOptions, RecogniserOptions)
    names = {name for model in models for name in model.model_fields}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()
