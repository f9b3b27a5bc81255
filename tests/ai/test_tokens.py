"""Token counts are the models' own, and a sensible estimate without the tokeniser."""

import pytest

from specloom.ai import tokens

ENGLISH = "The gateway shall log every request within two seconds, and keep each entry for seven years."


def test_each_family_has_its_encoding() -> None:
    hindi = "प्रणाली प्रत्येक अनुरोध को दर्ज करेगी"
    new, old = tokens.count(hindi, "gpt-6-luna"), tokens.count(hindi, "gpt-4")
    assert new < old / 2, "the newer encoding knows the script"
    assert tokens.count(hindi, "gpt-4o") == tokens.count(hindi, "gpt-4.1-mini") == tokens.count(hindi, "llama-4") == new
    assert tokens.count(hindi, "gpt-35-turbo") == tokens.count(hindi, "text-embedding-3-small") == old
    assert tokens.count("hello world", "gpt-4o") == 2


def test_messages_cost_more_than_their_words() -> None:
    assert tokens.count_messages([], "gpt-4o") == 3
    assert tokens.count_messages(["hello world", ""], "gpt-4o") == 2 + 2 * 4 + 3


def test_without_the_tokeniser_the_count_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = tokens.count(ENGLISH, "gpt-4o")
    monkeypatch.setattr(tokens, "batch_count", None)
    assert tokens.count(ENGLISH, "gpt-4o") == -(-len(ENGLISH) // 4)
    assert exact / 2 < tokens.count(ENGLISH, "gpt-4o") < exact * 2
    assert tokens.count_each(["", "ab\ud800"], "gpt-4o") == [0, 1]
