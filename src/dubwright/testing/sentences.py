"""Ordinary sentences for contract tests, at least four a language, and texts that are not ordinary."""

from dubwright.domain.language import LanguageTag

SENTENCES: dict[LanguageTag, tuple[str, ...]] = {
    LanguageTag("en"): (
        "Good morning, everybody.",
        "Today we will look at how bread is made.",
        "First you need flour, water and a little salt.",
        "Thank you for watching.",
    ),
    LanguageTag("pt"): (
        "Bom dia a todos.",
        "Hoje vamos ver como se faz o pão.",
        "Primeiro você precisa de farinha, água e um pouco de sal.",
        "Obrigado por assistir.",
    ),
    LanguageTag("es"): (
        "Buenos días a todos.",
        "Hoy vamos a ver cómo se hace el pan.",  # codespell:ignore hace
        "Primero necesitas harina, agua y un poco de sal.",
        "Gracias por vernos.",
    ),
    LanguageTag("fr"): (
        "Bonjour à tous.",
        "Aujourd'hui, nous allons voir comment on fait le pain.",
        "D'abord, il faut de la farine, de l'eau et un peu de sel.",
        "Merci d'avoir regardé.",
    ),
    LanguageTag("it"): (
        "Buongiorno a tutti.",
        "Oggi vediamo come si fa il pane.",
        "Prima servono farina, acqua e un po' di sale.",
        "Grazie per averci seguito.",
    ),
    LanguageTag("de"): (
        "Guten Morgen zusammen.",
        "Heute sehen wir, wie man Brot macht.",
        "Zuerst braucht man Mehl, Wasser und ein wenig Salz.",
        "Danke fürs Zuschauen.",
    ),
}

ODD_TEXTS = (
    "7",
    "In 1985, 42 % of 3.5 million...",
    "🎉🎉",
    "Łódź, naïve, Ångström",
    "日本語",
    "مرحبا",
    "e\u0301 \u200b \u00a0 \ufeff",
    "<b>&amp;</b> $(echo) `x` \\ \" '",
    "?!",
)
"""What people write and recognisers hear: digits, marks, other scripts, invisible characters."""
