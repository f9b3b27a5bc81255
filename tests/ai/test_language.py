"""The language of a text is told, and what is no language is not guessed at."""

import pytest

from specloom.ai.language import UNDETERMINED, languages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The ferry must leave the pier at seven o'clock, whatever the weather.", "en"),
        ("Die Fähre muss um sieben Uhr vom Anleger ablegen, bei jedem Wetter.", "de"),
        ("Le bac doit quitter le quai à sept heures, par tous les temps.", "fr"),
        ("渡轮必须在七点钟离开码头，无论天气如何。", "zh"),
        ("नाव को सात बजे घाट से निकलना चाहिए, मौसम चाहे जो भी हो।", "hi"),
        ("يجب أن تغادر العبارة الرصيف في الساعة السابعة مهما كان الطقس.", "ar"),
    ],
)
def test_the_language_is_told(text: str, code: str) -> None:
    first = languages(text)[0]
    assert first.code == code
    assert first.share > 0.9


@pytest.mark.parametrize("text", ["", "   ", "12 34 56 78", "x" * 5000, "- a: b\n- c: d", "{}[]<>#*", "\x00\x01\ud800"])
def test_what_is_no_language_is_not_guessed_at(text: str) -> None:
    assert languages(text) == (UNDETERMINED,)


def test_a_long_text_is_looked_at_in_all_its_parts() -> None:
    german = "Der Bericht nennt alle Schiffe, die der Hafen im letzten Jahr gesehen hat. "
    english = "The report names all the ships that the harbour has seen in the past year. "
    found = languages(english * 5000 + german * 5000)
    assert {each.code for each in found} == {"en", "de"}
