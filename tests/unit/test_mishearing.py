"""When a line of the dub was understood as something else."""

import pytest

from dubwright.domain.language import LanguageTag
from dubwright.domain.quality import HeardLine
from dubwright.pipeline.mishearing import is_misheard


def misheard(spoken: str, heard: str, language: str = "pt") -> bool:
    line = HeardLine(utterance=1, spoken=spoken, heard=heard)
    return is_misheard(line, LanguageTag(language))


@pytest.mark.parametrize(
    ("spoken", "heard"),
    [
        ("Bom dia a todos!", "bom dia, a todos"),
        ("Sim.", ""),
        ("Sim.", "Cinco"),
        ("O Jo\u00e3o mora em Lisboa h\u00e1 anos.", "O Juan mora em Lisboa h\u00e1 anos."),
        ("Em 2024 fomos embora daqui.", "Em dois mil e vinte e quatro fomos embora daqui."),
        ("", "alguma coisa aqui"),
    ],
)
def test_small_differences_do_not_nag(spoken: str, heard: str) -> None:
    assert not misheard(spoken, heard)


@pytest.mark.parametrize(
    ("spoken", "heard"),
    [
        ("Bom dia a todos.", "O tomate \u00e9 vermelho."),
        ("Bom dia a todos.", ""),
        ("Muito obrigado.", "Mas tamb\u00e9m obrigado, n\u00e3o \u00e9?"),
        ("Em 2024 fomos embora.", "Em 1999 ficamos a\u00ed."),
    ],
)
def test_a_line_whose_sense_is_gone_is_misheard(spoken: str, heard: str) -> None:
    assert misheard(spoken, heard)


def test_writing_without_blanks_is_compared_by_characters() -> None:
    spoken = "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d"
    slip = "\u4eca\u65e5\u306f\u826f\u3044\u5929\u6c17\u3067\u3059\u306d"
    other = "\u660e\u65e5\u306f\u96e8\u304c\u964d\u308a\u307e\u3059\u3088"
    assert not misheard(spoken, slip, "ja")
    assert misheard(spoken, other, "ja")
