"""A person's name: whether words look like one, whose it is, and how it is written without ornament."""

from __future__ import annotations

import re
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import fold, unaccented, unmarked

EMAIL = re.compile(r"(?<![\w@.])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?-?){1,3}\.?$")
_TOKEN = re.compile(r"(?:[^\W\d_](?:[^\W\d_]|['’.-])*|['’][ts])$")  # "'t" as in "van 't Hoff"
_BETWEEN = re.compile(r"\s+|(?<=\.)(?=[^\W\d_])")  # "J.P.Durand" is three tokens
_NAME_AT_MOST = 60
_TOKENS_AT_MOST = 7
_PROPER_AT_MOST = 5  # without particles

_GROUPED = re.compile(r"\{([\w.,;|\s-]{3,200})\}\s?@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})")


def without_list(name: str) -> str:
    """A name in From without what a list wrote behind it: "Ada Moreau via Lecture"."""
    via = _via().search(unaccented(name))
    return name[: via.start()] if via else name


@cache
def _via() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{vocabulary.either(vocabulary.words('quoting', 'via'))})\s", re.IGNORECASE)


def particles() -> frozenset[str]:
    """The small words of family names: "de la", "von", "bin"."""
    return word_list("particles")


@cache
def between() -> re.Pattern[str]:
    """What stands between two names of a list: a comma, "and"."""
    return re.compile(rf"\s?(?:,|&|\s(?:{vocabulary.either(vocabulary.words('people', 'and'))})\s)\s?")


@cache
def word_list(key: str) -> frozenset[str]:
    """The words under `[people] key` of every language, folded."""
    return frozenset(vocabulary.words("people", key))


def looks_like_name(text: str, *, trusted: bool = False) -> bool:
    """Whether the words could be a person's name; `trusted` where a label says so."""
    tokens = _BETWEEN.split(text.strip())
    if not (1 if trusted else 2) <= len(tokens) <= _TOKENS_AT_MOST or len(text) > _NAME_AT_MOST:
        return False
    if not all(_TOKEN.match(token) for token in tokens):
        return False
    folded = fold(text).split()
    if not folded or _of_something_else(folded, trusted=trusted):
        # "Sá" is a family, "SA" a kind of company.
        short = [fold(token) for token in tokens[1:] if len(token) == 2 and token.istitle()]
        left = [word for word in folded if word not in short]
        if not short or not left or _of_something_else(left, trusted=trusted):
            return False
    proper = [token for token in tokens if token.lower().lstrip("'’") not in particles()]
    if len(proper) > _PROPER_AT_MOST:
        return False
    if trusted and len(tokens) == 1:
        return bool(proper) and not text.isupper()
    if trusted:
        small = [token for token in proper if not _capital(token)]
        # "Le Hoang": a particle with a capital at the beginning is a name too.
        return len(proper) + (_opens_with_particle(tokens) or _ends_with_particles(tokens)) >= 2 and not (
            small and _small_words(small)
        )
    capital = all(map(_capital, proper))
    return (
        len(proper) + (bool(proper) and _ends_with_particles(tokens)) >= 2
        and capital
        and not all(token.isupper() and len(token) > 2 for token in proper)
    )


def _capital(token: str) -> bool:
    """Whether a word has a capital, behind the particle that is joined to it: "d'Alès", "al-Rahman"."""
    if not token[0].islower():
        return True
    joined = _joined_particle().match(token)
    return joined is not None and token[joined.end()].isupper()


@cache
def _joined_particle() -> re.Pattern[str]:
    return re.compile(rf"(?:{vocabulary.either(particles() | word_list('joined'))})['’-](?=[^\W\d_])")


def _of_something_else(folded: list[str], *, trusted: bool) -> bool:
    """Whether words of institutions, places or jobs say that these are no name."""
    if not word_list("organisations").isdisjoint(folded):
        return True
    places = word_list("places")
    if not trusted and (folded[0] in word_list("articles") or not places.isdisjoint(folded)):
        return True
    if " ".join(folded) in places:
        return True
    return folded[0] in word_list("roles") or (not trusted and folded[-1] in word_list("jobs"))


def _opens_with_particle(tokens: list[str]) -> bool:
    return len(tokens) > 1 and tokens[0][0].isupper() and tokens[0].lower() in particles()


def _ends_with_particles(tokens: list[str]) -> bool:
    """Whether a family is called by two of those words, with capitals: "Morwenna Le Du"."""
    return len(tokens) > 2 and all(one.istitle() and one.lower() in particles() for one in tokens[-2:])


def _small_words(tokens: list[str]) -> bool:
    """Whether words in lower case are a sentence's rather than a name typed in haste."""
    return not _stop_words().isdisjoint(map(fold, tokens))


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(vocabulary.words("language", "stop")) - particles()


def same_person(one: str | None, other: str | None) -> bool:
    """Whether two names are plausibly one person's: "F. Champ", "CHAMP Florian", "Florian"."""
    left, right = fold(one or "").split(), fold(other or "").split()
    if len(left) > len(right):
        left, right = right, left
    if not left or not any(len(token) > 1 and token in right for token in left):
        return False
    rest = list(right)
    for token in left:
        match = next((word for word in rest if word == token), None)
        if match is None:
            match = next(
                (word for word in rest if min(len(word), len(token)) == 1 and word[0] == token[0]), None
            )
        if match is None:
            return False
        rest.remove(match)
    return True


def initials_of(text: str, name: str | None) -> bool:
    """Whether a line is only the initials of that name: "S.J.", "KR"."""
    letters = fold(text).replace(" ", "")
    return (
        1 <= len(letters) <= 4
        and len(text) <= 8
        and letters == "".join(w[0] for w in fold(name or "").split())
    )


def owns(name: str, address: str) -> bool:
    """Whether an address is spelt after a name: "k.oder@", "karl-oder@", "oder@", "koder@", "oderk@"."""
    local = re.sub(r"[^a-z]", " ", fold(address.partition("@")[0].replace("_", " ")))
    parts, tokens = local.split(), [token for token in fold(name).split() if token not in particles()]
    if not parts or not tokens:
        return False
    # "Deshmukh-Roy" is also written "deshmukhroy".
    compound = ["".join(fold(word).split()) for word in name.split()]
    together, families = "".join(parts), {tokens[-1], compound[-1]}
    if any(len(token) >= 3 and token in parts for token in (*tokens, *compound)):
        return True
    spellings = {"".join(compound), "".join(tokens)}
    spellings |= {spelt for family in families for spelt in (tokens[0][0] + family, family + tokens[0][0])}
    initials = "".join(token[0] for token in fold(name).split())
    return (
        together in spellings
        or (len(together) >= 2 and together == initials)
        or any(len(family) >= 5 and family in together for family in families)
    )


def plain_addresses(text: str) -> str:
    """The text with its addresses as programs write them: "ada at lire dot fr", "ada(at)lire.fr", "{ada,karl}@..."."""
    text = _GROUPED.sub(_ungrouped, text) if "}" in text else text
    return _disguised().sub(_undisguised, text) if _disguise().search(text) else text


def addresses_in(text: str) -> list[str]:
    """Every address in a text."""
    return EMAIL.findall(plain_addresses(text))


def _ungrouped(match: re.Match[str]) -> str:
    return ", ".join(f"{local.strip()}@{match[2]}" for local in re.split(r"[,;|]", match[1]) if local.strip())


def _undisguised(match: re.Match[str]) -> str:
    # "see you at example.org" is no address.
    if not match["at"].strip().isalpha() or _dot().search(match["host"]):
        return f"{_dot().sub('.', match['local'])}@{_dot().sub('.', match['host'])}"
    return match[0]


@cache
def _dot() -> re.Pattern[str]:
    some = vocabulary.either(word_list("address_dot"))
    return re.compile(rf"\s?[\[({{]\s?(?:{some}|\.)\s?[\])}}]\s?|\s(?:{some})\s", re.IGNORECASE)


@cache
def _disguise() -> re.Pattern[str]:
    """Something that only a disguised address has."""
    some = vocabulary.either(word_list("address_at"))
    return re.compile(rf"[\[({{<]\s?(?:{some}|@)\s?[\])}}>]|{_dot().pattern}", re.IGNORECASE)


@cache
def _disguised() -> re.Pattern[str]:
    some, dot = vocabulary.either(word_list("address_at")), rf"(?:\.|{_dot().pattern})"
    at = rf"\s?[\[({{<]\s?(?:{some}|@)\s?[\])}}>]\s?|\s(?:{some})\s"
    return re.compile(
        rf"(?<![\w.+-])(?P<local>[\w+-]{{1,40}}(?:{dot}[\w+-]{{1,40}}){{0,3}})(?P<at>{at})"
        rf"(?P<host>[\w-]{{1,63}}(?:{dot}[\w-]{{1,63}}){{1,5}})",
        re.IGNORECASE,
    )


def tidy_name(text: str) -> str:
    """A name without civility, degrees and marks, given name first where capitals show the family name."""
    name = unmarked(text.strip(" \t,;:-–—*_`")).strip(" *_`")
    tokens = name.split()
    while len(tokens) > 1 and fold(tokens[0]) in word_list("civilities") and len(tokens[0].rstrip(".")) != 1:
        tokens = tokens[1:]
    if len(tokens) > 2 and tokens[0] in ("M.", "M"):
        tokens = tokens[1:]
    while len(tokens) > 2 and fold(tokens[-1]).replace(" ", "") in _degrees():
        tokens = tokens[:-1]
    return _given_name_first(" ".join(tokens).rstrip(",;"))


@cache
def _degrees() -> frozenset[str]:
    return frozenset(degree.replace(" ", "") for degree in word_list("degrees"))


def degree(text: str) -> bool:
    """Whether these words are only a degree behind a name: "PhD", "Dr. rer. nat."."""
    plain = fold(text)
    return bool(plain) and (
        plain.replace(" ", "") in _degrees()
        or all(token in _degrees() | word_list("civilities") for token in plain.split())
    )


def courtesy(text: str) -> bool:
    """Whether a civility stands before a name: "Mme Ada Moreau", "Prof. Oder"."""
    tokens = text.split()
    return len(tokens) > 1 and fold(tokens[0]) in word_list("civilities") and tokens[1][:1].isupper()


def _given_name_first(name: str) -> str:
    tokens = name.split()
    capitals = [len(token) > 1 and token.isupper() and "." not in token for token in tokens]
    leading = next((at for at, capital in enumerate(capitals) if not capital), len(tokens))
    if 0 < leading < len(tokens) and not any(capitals[leading:]):
        return " ".join(tokens[leading:] + tokens[:leading])
    return name
