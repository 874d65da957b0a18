"""The words behind `domain.wording`: per language, what may go when there is little time.

Entries are regular expressions without capture groups. Adding a language is adding an entry.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordingRules:
    """What one language can do without.

    `openers` stand before a comma at the start of a sentence, `asides` between commas or after the
    last one, `tags` turn a statement into a question, `emphasis` strengthens the next word,
    `hedges` start a sentence softly, `turns` are long turns of phrase with their short form.
    """

    openers: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    emphasis: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    turns: tuple[tuple[str, str], ...] = ()


_CLAUSE_START = r"(?<!\w )"
_CLAUSE = r"(?= (?:i|you|he|she|it|we|they|the|this|these|those|there|my|your|our|their)\b)"
_VERB = (
    r"(?= (?!(?:the|a|an|my|your|his|her|our|their|this|that|these|those|bed|school|work|church)\b)"
    r"(?-i:[a-z]))"
)

ENGLISH = WordingRules(
    openers=(
        "well", "so", "now", "okay", "ok", "alright", "all right", "right", "oh", "ah", "um", "uh",
        "er", "you know", "you see", "i mean", "look", "listen", "actually", "basically",
        "of course", "obviously", "honestly", "frankly", "in fact", "as a matter of fact",
        "by the way", "anyway", "yeah", "to be honest",
    ),
    asides=(
        "you know", "you see", "i mean", "of course", "actually", "basically", "obviously",
        "in fact", "as a matter of fact", "by the way", "for that matter", "so to speak", "um",
        "uh", "er", "to be honest",
    ),
    tags=("right", "okay", "ok", "you know", "huh"),
    emphasis=(
        "really", "actually", "basically", "literally", "simply", "absolutely", "totally",
        "completely", "truly", "certainly", "extremely", "quite(?! a| an| the| some)",
        "very(?! much| few| little| same| first| last| own| end| best)",
    ),
    hedges=(
        f"i (?:think|guess|believe|suppose)(?: that)?{_CLAUSE}",
        f"it seems(?: that)?{_CLAUSE}", "as you can see,?", "as you know,?",
        "please note that", "keep in mind that",
    ),
    turns=(
        ("in order to", "to"), ("due to the fact that", "because"), ("in the event that", "if"),
        ("at this point in time", "now"), ("(?:is|are) able to", "can"),
        ("make sure(?: that)?", "ensure"), ("take a look at", "see"), ("the majority of", "most"),
        ("a large number of", "many"), ("with regard to", "about"), ("prior to", "before"),
        ("in spite of", "despite"), ("each and every", "every"),
        (rf"{_CLAUSE_START}i (?:have|need) to", "I must"),
        (rf"{_CLAUSE_START}you (?:have|need) to", "you must"),
        (rf"{_CLAUSE_START}we (?:have|need) to", "we must"),
        (rf"{_CLAUSE_START}they (?:have|need) to", "they must"),
        (rf"i(?: a|')m going to{_VERB}", "I'll"), (rf"you(?: a|')re going to{_VERB}", "you'll"),
        (rf"we(?: a|')re going to{_VERB}", "we'll"), (rf"they(?: a|')re going to{_VERB}", "they'll"),
        ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("is not", "isn't"),
        ("are not", "aren't"), ("cannot", "can't"), ("will not", "won't"),
        ("it is(?= [a-z])", "it's"), ("i am(?= [a-z])", "I'm"), ("you are(?= [a-z])", "you're"),
        ("we are(?= [a-z])", "we're"), ("they are(?= [a-z])", "they're"),
        ("i will(?= [a-z])", "I'll"), ("you will(?= [a-z])", "you'll"),
        ("we will(?= [a-z])", "we'll"),
    ),
)  # fmt: skip

_PRAISED = (
    "bom|boa|bons|boas|bem|importantes?|interessantes?|fácil|fáceis|difícil|difíceis|simples|mais"
    "|melhor|obrigad[oa]|rápid[oa]s?|legal|bonit[oa]s?|grandes?"
)

PORTUGUESE = WordingRules(
    openers=(
        "bem", "bom", "então", "agora", "ok", "okay", "certo", "ah", "oh", "olha", "olhe", "veja",
        "veja bem", "tipo", "aí", "claro", "é claro", "na verdade", "de fato", "você sabe", "sabe",
        "quer dizer", "basicamente", "obviamente", "honestamente", "aliás", "enfim", "bom então",
        "pois", "por sinal", "a propósito",
    ),
    asides=(
        "sabe", "você sabe", "quer dizer", "na verdade", "de fato", "claro", "é claro", "tipo",
        "basicamente", "obviamente", "com certeza", "por sinal", "a propósito", "aliás",
        "digamos assim", "então",
    ),
    tags=("né", "certo", "tá", "ok", "okay", "sabe", "viu"),
    emphasis=(
        "realmente", "simplesmente", "basicamente", "literalmente", "absolutamente",
        "totalmente", "completamente", "extremamente", "certamente", "verdadeiramente",
        rf"muito(?= (?:{_PRAISED})\b)",
    ),
    hedges=(
        "eu acho que", "acho que", "eu acredito que", "acredito que", "parece que",
        "como você pode ver,?", "como vocês podem ver,?", "como você sabe,?", "lembre-se de que",
        "observe que",
    ),
    turns=(
        ("a fim de", "para"), ("com o objetivo de", "para"), ("no entanto,?", "mas"),
        ("entretanto,?", "mas"), ("devido ao fato de que", "porque"), ("uma vez que", "pois"),
        ("neste momento(?! em que)", "agora"), ("é capaz de", "consegue"),
        ("são capazes de", "conseguem"), ("a maior parte(?= d)", "a maioria"),
        ("certifique-se de que", "garanta que"), ("de acordo com", "segundo"),
        ("mais uma vez", "de novo"), ("a respeito de", "sobre"), ("em cima de", "sobre"),
        ("dê uma olhada em", "veja"), ("aproximadamente", "cerca de"), ("atualmente", "hoje"),
        ("posteriormente", "depois"), ("anteriormente", "antes"), ("através de", "por"),
        ("juntamente com", "com"), ("diversos", "vários"), ("diversas", "várias"),
        ("utilizar", "usar"), ("utilize", "use"), ("utilizando", "usando"), ("utiliza", "usa"),
        ("realizar", "fazer"), ("realize", "faça"), ("realizando", "fazendo"),
        ("visualizar", "ver"), ("compreender", "entender"), ("fornecer", "dar"),
        ("solicitar", "pedir"), ("permanecer", "ficar"), ("retornar", "voltar"),
        ("possui", "tem"), ("possuem", "têm"), ("deseja", "quer"),
        ("selecione", "escolha"), ("tem que", "deve"), ("temos que", "devemos"),
        ("têm que", "devem"), ("em seguida", "depois"), ("bem como", "e"),
        (rf"{_CLAUSE_START}nós (?!mesmos\b)(?=[a-zà-ú]+mos\b)", ""),
        (rf"{_CLAUSE_START}eu (?=(?:vou|estou|sou|tenho|quero|posso|fui|fiz)\b)", ""),
    ),
)  # fmt: skip

RULES = {"en": ENGLISH, "pt": PORTUGUESE}

NEGATIONS = {
    "de": ("nicht", "kein", "keine", "keinen", "keinem", "nie", "niemals", "niemand", "nichts", "ohne"),
    "en": ("not", "no", "never", "nothing", "nobody", "none", "neither", "nor", "nowhere", "without", "cannot"),
    "es": ("no", "nunca", "jamás", "nada", "nadie", "ni", "ningún", "ninguno", "ninguna", "sin", "tampoco"),
    "fr": ("pas", "jamais", "rien", "aucun", "aucune", "personne", "sans", "ni", "non"),
    "it": ("non", "no", "mai", "nessuno", "nessuna", "niente", "nulla", "senza", "né"),
    "pt": ("não", "nunca", "jamais", "nada", "ninguém", "nem", "nenhum", "nenhuma", "sem", "tampouco"),
}  # fmt: skip
