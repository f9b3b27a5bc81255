"""Makes different words for one thing alike: forms of a word, words derived from a verb, and plain synonyms."""

from functools import lru_cache

from specloom.ai.grammar.lexicon import base_form, singular
from specloom.ai.grammar.verbs import BASES

# Endings of words that are made from verbs, and what the verb ends in instead.
_DERIVED = (
    ("ification", ("ify",)),
    ("ication", ("icate", "y")),
    ("ization", ("ize", "ise")),
    ("isation", ("ise", "ize")),
    ("ability", ("", "e", "ate")),
    ("ation", ("ate", "e", "")),
    ("iance", ("y",)),
    ("ition", ("e", "it")),
    ("able", ("", "e", "ate")),
    ("ible", ("", "e")),
    ("ance", ("", "e")),
    ("ence", ("", "e")),
    ("ment", ("",)),
    ("ssion", ("t", "ss")),
    ("sion", ("d", "de", "se")),
    ("tion", ("t", "te")),
    ("ing", ("", "e")),
    ("ion", ("", "e")),
    ("ure", ("", "e")),
    ("al", ("", "e")),
)
_SHORTEST_ROOT = 3


def wordset(words: str) -> frozenset[str]:
    """The words of a text that is a list."""
    return frozenset(words.split())


# Words that look derived and have gone their own way.
_OWN = wordset(
    """
    access account action address application building capability compliance condition data department
    description during environment exchange function general information instance interface issue learning
    listing manual measure meeting message morning nothing notice number object option order organisation
    organization page pending performance picture portal position process product program record reference
    report request requirement result sample schedule section service session something standard state statement
    string structure table temperature test ticket time training transaction type use user value variable
    version view building rating setting settings string thing warning working
    """
)
_IRREGULAR = {
    "analyses": "analysis", "bought": "buy", "children": "child", "criteria": "criterion", "daily": "day",
    "dies": "die", "entries": "entry", "expiry": "expire", "explanation": "explain", "feet": "foot",
    "hourly": "hour", "indices": "index", "less": "less", "maintenance": "maintain", "media": "media", "men": "man",
    "monthly": "month", "news": "news", "people": "person", "pronunciation": "pronounce", "receipt": "receipt",
    "registration": "register", "retention": "retain", "response": "respond", "series": "series", "staff": "staff",
    "status": "status", "subscription": "subscribe", "transcription": "transcribe", "vertices": "vertex",
    "weekly": "week", "women": "woman", "yearly": "year", "annual": "year", "annually": "year", "nightly": "night",
    "reception": "receive", "acquisition": "acquire", "production": "produce", "reduction": "reduce",
    "destruction": "destroy", "choice": "choose", "proof": "prove", "loss": "lose", "failure": "fail",
    "synchronisation": "synchronise",
}  # fmt: skip
_SPELLING = (("isation", "ization"), ("colour", "color"), ("centre", "center"), ("behaviour", "behavior"))
_AMERICAN = ("ise", "ize"), ("yse", "yze")

# One thing to the users of a product, one group a line. A phrasal verb is written with a hyphen.
_SYNONYMS = """
delete remove erase purge discard
log-in sign-in log-on sign-on login logon signin
log-out sign-out log-off sign-off logout logoff
sign-up register enrol enroll
display show present view render see visualize visible
create add insert make
modify edit change update alter amend adjust
send transmit dispatch deliver
receive obtain get
notify alert inform remind
begin start launch initiate commence
stop end terminate halt finish
save store persist retain keep preserve
search find look-up lookup locate
choose select pick
buy purchase
verify validate check confirm
respond answer reply react
permit allow enable let authorize grant
prevent prohibit forbid disallow prohibition
encrypt encipher
cancel abort
assist help aid support
client customer
staff employee personnel worker
administrator admin
supplier vendor
picture image photo photograph
bill invoice
mistake error fault failure fail unsuccessful
e-mail email mail
phone telephone mobile smartphone cellphone
car vehicle automobile
doctor physician
password passphrase
webpage page
website site
folder directory
backup back-up
maximum max most
minimum min least
quick fast rapid speedy swift
large big huge
automatic automatically autonomous
simultaneous concurrent parallel
full complete entire whole
require need demand
mandatory compulsory obligatory
offer provide
pause suspend
gather collect acquire
calculate compute
print print-out
show-up appear
occur happen
distribute share
detect identify recognize discover
ensure guarantee assure
fix repair correct
summary overview
query inquiry enquiry
location position place
per each every
secret confidential
personnel employee
illegal unlawful
broken defective
erroneous incorrect wrong invalid
ask request
track trace
reset restore
arrange sort
tag label
comment remark note annotation
hide conceal
protect secure safeguard
limit restrict
backward reverse
expire lapse
download retrieve fetch
run execute perform
combine merge
split divide
movie film
shop store-front storefront
"""


def _groups() -> dict[str, str]:
    """From each word of a group to the first; a word that stands in two groups stays with the first of them."""
    heads: dict[str, str] = {}
    for line in _SYNONYMS.strip().splitlines():
        head, *others = (_root(word) for word in line.split())
        head = heads.setdefault(head, head)
        for other in others:
            heads.setdefault(other, head)
    return heads


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What forms of the word and words derived from its verb share: "deleted", "deletion" give "delete"."""
    return _root(word)


@lru_cache(maxsize=50_000)
def concept(word: str) -> str:
    """What synonyms share besides: "removal" and "deletes" give "delete"."""
    root = _root(word)
    return _HEADS.get(root, root)


def _root(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _OWN or not word.isalpha():
        return word
    base = base_form(word)
    return _plain(base if base in BASES else _verb(singular(_adjective(word)))) or word


def _adjective(word: str) -> str:
    """ "quickly" gives "quick"; short words in -ly are mostly no adverbs."""
    if len(word) < 7 or not word.endswith("ly"):  # noqa: PLR2004
        return word
    return word[:-4] if word.endswith("ically") else word[:-2]


def _verb(word: str) -> str:
    if word in _OWN or word in _IRREGULAR:
        return _IRREGULAR.get(word, word)
    for ending, instead in _DERIVED:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            root = word[: -len(ending)]
            for each in instead:
                if f"{root}{each}" in BASES:
                    return f"{root}{each}"
    return word


def _plain(word: str) -> str:
    """The American spelling, where British and American ones differ."""
    for british, american in _SPELLING:
        word = word.replace(british, american)
    for british, american in _AMERICAN:
        if word.endswith(british) and f"{word[:-3]}{american}" in BASES:
            return f"{word[:-3]}{american}"
    return word


_HEADS = _groups()

PHRASAL: frozenset[str] = frozenset(word for word in _SYNONYMS.split() if "-" in word and word != "e-mail")
"""Verbs of two words, which a text may write apart: "log in"."""

SYNONYMS: tuple[tuple[str, ...], ...] = tuple(tuple(line.split()) for line in _SYNONYMS.strip().splitlines())
"""Groups of words for one thing."""
