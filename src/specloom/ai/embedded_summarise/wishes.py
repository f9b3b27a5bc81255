"""Reads a template's wording for what it asks: how long, about what, what kinds of statements, how evenly spread."""

import re
from dataclasses import dataclass

from specloom.ai.embedded_summarise.cues import CUES, Cue
from specloom.ai.embedded_summarise.phrases import alternatives, phrases
from specloom.ai.embedded_summarise.terms import terms
from specloom.ai.protocols import Instruction, SummaryFormat

_SPELLED = (
    "a an single one half ein eine einem einen eins un une una uno",
    "two zwei deux dos",
    "three drei trois tres",
    "four vier quatre cuatro",
    "five fünf cinq cinco",
    "six sechs seis",
    "seven sieben sept siete",
    "eight acht huit ocho",
    "nine neun neuf nueve",
    "ten zehn dix diez",
)
_VALUES = {word: value for value, words in enumerate(_SPELLED, start=1) for word in words.split()}
_VALUES |= {character: value for value, character in enumerate("一二三四五六七八九十", start=1)}
_NUMBER = rf"(?:\d{{1,5}}|(?<!\w)(?:{'|'.join(' '.join(_SPELLED).split())})(?!\w)|[一二三四五六七八九十])"
_UNITS = {
    "sentences": alternatives(
        """
        sentences?|sätzen?|satz|phrases?|frases?|oraci(?:ón|ones)
        句话?|文|वाक्य|جمل
        предложени[йея]
        """
    ),
    "bullets": alternatives(
        """
        bullets?|(?:bullet[ -]|key |main )?points?|items?|lines?
        stichpunkten?|stichpunkte|punkten?|punkte|puces?|viñetas?|puntos?
        要点|箇条|点|बिंदु|نقاط
        пункт(?:ов|а)?
        """
    ),
    "words": alternatives(
        """
        words?|wörtern?|wörter|worten?|worte|mots?|palabras?|parole
        字|词|語|शब्द|كلم
        слов(?:а|о)?
        """
    ),
    "paragraphs": alternatives(
        """
        paragraphs?|absätzen?|absätze|absatz|paragraphes?|párrafos?
        段落?|अनुच्छेद|فقر
        абзац(?:ев|а)?
        """
    ),
    "pages": alternatives(
        """
        pages?|seiten?|páginas?
        页|ページ|पृष्ठ|صفح
        страниц[аы]?
        """
    ),
}
_ABOUT = (
    r"(?:(?:about|around|roughly|approximately|approx\.?|some|circa|ca\.|etwa|ungefähr|rund|environ|unos|unas)\s+"
    r"|[~≈约約]\s*|大约|लगभग\s+)"
)
# "20 words each" and "one point a bullet" say nothing about the whole.
_EACH = r"\s+(?:a|an|per|each|every|apiece|pro|je|jeweils|par|chacune?|por|cada)\b"
_MOST = (
    r"(?:(?:at most|up to|no more than|not more than|fewer than|max\.?|maximum(?: of)?|höchstens|maximal|bis zu"
    r"|au plus|jusqu'à|como máximo|hasta)\s+|最多|不超过|अधिकतम\s+)"
)
_UNIT = "|".join(f"(?P<{name}>{unit})" for name, unit in _UNITS.items())
_LENGTH = re.compile(
    rf"(?P<about>{_ABOUT})?(?P<most>{_MOST})?(?P<low>{_NUMBER}(?:\s+(?:a|an)(?=\s+page))?)"
    rf"(?:\s*(?:-|–|to|or|bis|oder|à|ou|a|o|至|到|~|〜)\s*(?P<high>{_NUMBER}))?[\s-]*"
    rf"(?:(?!{_NUMBER}|{'|'.join(_UNITS.values())})[^\W\d_]+[\s-]+){{0,2}}?(?:{_UNIT})(?!{_EACH})",
    re.IGNORECASE,
)
_TOP = re.compile(
    rf"\b(?:top|first|main|list|name|give|the|die|les|las|los)\s+(?P<count>{_NUMBER})\s+[^\W\d_]+", re.IGNORECASE
)
# "About 150 words for a short text, up to 400 for a long one."
_UP_TO = re.compile(r"\b(?:up to|at most|bis zu|jusqu'à|hasta)\s+(?P<most>\d{1,5})\b", re.IGNORECASE)
_ARTICLES = {"a", "an", "ein", "eine", "einem", "einen", "un", "une", "una"}
_WORDS_PER_PAGE = 450

_OVERALL = phrases(
    r"""
    executive|management|overview|overall|abstract|gist|synopsis|tl;?dr|highlights?|most important|whole|entire
    key (?:points?|ideas?|facts?|messages?|takeaways?)|main (?:points?|ideas?|messages?)
    überblick|zusammenfassung|wichtigste\w*|kernaussagen
    vue d'ensemble|points clés|l'essentiel|résumé exécutif|resumen ejecutivo|puntos clave|lo esencial
    摘要|概要|要点|概述|概览|要約
    सारांश|मुख्य बिंदु|ملخص
    """
)
_EVEN = phrases(
    r"""
    key (?:points?|ideas?|takeaways?)|(?:each|every|by|per) (?:section|chapter|page|topic|heading)|outline|structure
    all (?:sections|chapters|topics)|kernaussagen|je(?:der|dem)? (?:abschnitt|kapitel)
    points clés|puntos clave|cada (?:sección|capítulo)
    要点|各章|各节|मुख्य बिंदु
    """
)
_TOPIC = re.compile(
    r"(?:\b(?:about|regarding|concerning|covering|focus(?:ing)? on|relat(?:ed|ing) to|über|bezüglich|concernant|sur"
    r"|sobre|acerca de)\b|关于|について|के बारे में|حول)\s*(?=\w)(?P<topic>[^.;:!?\n。；：！？]+)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:(?!\b(?:with|including|for each|grouped|sorted|mit|inklusive|avec|con)\b)[^.;:!?\n。；：！？])*"
)
# "The requirements document" is something to summarise, not a wish for requirements.
_KIND_OF_TEXT = re.compile(
    r"\b\w+\s+(?:document|specification|spec|report|page|paper|text|file|minutes|notes|dokument|bericht)s?\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:summary|brief|overview|report|zusammenfassung|résumé|resumen)\b(?!\s+(?:of|on|der|des|von|de)\b)",
    re.IGNORECASE,
)
# What prompts say about summaries and readers, not about the subject.
_INSTRUCTING = """
a about above all alle also an and any are as at audience auf avoid be below board bold brief briefly bullet bullets
by clear clearly concise concisely content cover covering custom decision detail details do document documents does
each every executive extract fact facts find focus following for format from give grouped headings highlight how
identify if important in include including information into is it its keep key language least length list liste long
main maker makers mark markdown mention more most must no not note of on one only or order organise organize outline
output paragraph paragraphs per plain please point points produce professional provide read reader readers report
return say section sections sentence sentences short should show simple single source state statement structure
structured style summaries summarise summarize summary take tell text than that the their them then these this those
title to tone top topic under up use using what when where which who why will with without word words write you your
der die das und den dem des für mit von zu ein eine einen einer fasse zusammen zusammenfassung schreibe dokument sätze
sätzen wörter punkte stichpunkte kurz bitte le la les du de un une et en pour avec dans sur résume résumer résumé
texte phrases mots el los las del una y para con por sobre resume resumen texto frases palabras puntos
"""
_INSTRUCTING_TERMS = frozenset(term for word in _INSTRUCTING.split() for term in terms(word))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the template asks. Lengths are None when it names none.

    `words` is a length to aim at, to be passed only when `loose`, and with `fewest_words` the upper end of a range.
    `sentences` and `bullets` are never passed, and when `bounded` need not be reached. `cues` are the kinds of
    statements it names; with `strict` nothing else belongs in the summary. `topic` are the terms of the subject it asks
    about, `focus` all that may be some. With `even` the summary draws on all sections alike.
    """

    words: int | None = None
    fewest_words: int | None = None
    loose: bool = False
    sentences: int | None = None
    bullets: int | None = None
    bounded: bool = False
    paragraphs: int | None = None
    cues: tuple[Cue, ...] = ()
    strict: bool = False
    topic: frozenset[str] = frozenset()
    focus: frozenset[str] = frozenset()
    even: bool = False


def read_wish(instruction: Instruction) -> Wish:
    """What the name and the prompt of a template ask for."""
    name, prompt = instruction.name, _KIND_OF_TEXT.sub(" ", instruction.prompt)
    lengths = _lengths(f"{instruction.prompt}\n{name}")
    both = f"{name}\n{prompt}"
    cues = tuple(cue for cue in CUES if cue.asked.search(both))
    strict = bool(cues) and _is_strict(name, prompt)
    if strict:
        # What the name or the first clause asks for; further kinds are mentioned as details of it.
        first = f"{name}\n{_opening(prompt)}"
        cues = tuple(cue for cue in cues if cue.asked.search(first))
    named = {term for cue in cues for found in cue.asked.finditer(both) for term in terms(found.group())}
    subject = _LENGTH.sub(" ", both)
    topic = " ".join(found["topic"] for found in _TOPIC.finditer(subject))
    return Wish(
        words=lengths.get("words"),
        fewest_words=lengths.get("fewest"),
        loose=bool(lengths.get("about")),
        sentences=lengths.get("sentences"),
        bullets=lengths.get("bullets"),
        bounded=bool(lengths.get("bounded")),
        paragraphs=lengths.get("paragraphs"),
        cues=cues,
        strict=strict,
        topic=_subjects(topic) - named,
        focus=_subjects(subject) - named,
        even=instruction.format is SummaryFormat.OUTLINE or bool(_EVEN.search(both)),
    )


def _subjects(wording: str) -> frozenset[str]:
    """Terms of the wording that may say what a summary is to be about."""
    return frozenset(filter(str.isalpha, terms(wording))) - _INSTRUCTING_TERMS


def _opening(prompt: str) -> str:
    """What the prompt asks in its first clause, without the details it wants with it."""
    found = _OPENING.match(prompt.strip())
    return found.group() if found else ""


def _is_strict(name: str, prompt: str) -> bool:
    """Whether only the named kinds of statements are wanted, rather than a summary that minds them too."""
    if _OVERALL.search(name) or _OVERALL.search(_opening(prompt)):
        return False
    if any(cue.asked.search(name) for cue in CUES):
        return True
    opening = _opening(prompt)
    return any(cue.asked.search(opening) for cue in CUES) and not _OBJECT.search(opening)


def _lengths(prompt: str) -> dict[str, int]:
    """The lengths that the prompt names, by unit.

    `fewest` is the lower end of a range of words; `about` is 1 when the number of words is not meant exactly, `bounded`
    when a number of sentences or bullets is an upper bound.
    """
    lengths: dict[str, int] = {}
    for found in _LENGTH.finditer(prompt):
        unit = next(name for name in _UNITS if found[name])
        low, high = _number(found["low"]), _number(found["high"] or found["low"])
        if unit == "pages":
            share = _WORDS_PER_PAGE // (2 if found["low"].lower().startswith("half") else 1)
            lengths |= {"words": high * share, "about": 1}
        elif unit not in lengths and high and (unit == "paragraphs" or found["low"].lower() not in _ARTICLES):
            lengths[unit] = high
            if unit in {"sentences", "bullets"} and found["most"]:
                lengths["bounded"] = 1
            if unit == "words":
                lengths |= _range(low, high, prompt[found.end() :]) | ({"about": 1} if found["about"] else {})
    top = _TOP.search(prompt)
    if not lengths and top and _number(top["count"]) > 1:
        lengths["bullets"] = _number(top["count"])
    return lengths


def _range(low: int, high: int, rest: str) -> dict[str, int]:
    """A range of words: from `low` to `high`, or to the larger number that the rest of the prompt allows."""
    further = _UP_TO.search(rest)
    high = max(high, int(further["most"])) if further else high
    return {"words": high, "fewest": low} if low < high else {}


def _number(wording: str) -> int:
    word = wording.split(maxsplit=1)[0].lower()
    return int(word) if word.isdigit() else _VALUES.get(word, 0)
