"""A conversation partner behind a chat model: streams what it says, and lets it quote only what stands there."""

from collections.abc import Mapping, Sequence

from openai import AsyncOpenAI

from specloom.ai.conversation import LONGEST_ANSWER, Answer, Conversation, Digest, Said, Source
from specloom.ai.conversation_prompts import digest_instructions, fenced, instructions, material, minutes
from specloom.ai.conversing import next_questions, understand
from specloom.ai.conversing.quoting import QuoteCheck
from specloom.ai.deltas import Deltas
from specloom.ai.openai_client import Chat, OpenAISettings, step_name
from specloom.ai.openai_errors import ContextTooLong
from specloom.ai.prices import PRICES, Price
from specloom.ai.protocols import Run, Turn
from specloom.ai.sentences import split
from specloom.ai.tokens import count_each, count_messages

# Shares of what the model can read: of a dialogue that takes more than the first, all but the second is summed up; and
# what passages may take.
_DIALOGUE, _KEPT, _PASSAGES = 0.4, 0.2, 0.3
_ROOM_FOR_ONE = 50


class OpenAIPartner:
    """Converses through the chat API of OpenAI, Azure, or any compatible server."""

    def __init__(self, client: AsyncOpenAI, settings: OpenAISettings, prices: Mapping[str, Price] = PRICES) -> None:
        self.model = settings.model
        self._chat = Chat(client, settings, prices)
        self._room = settings.prompt_tokens

    async def digest(self, conversation: Conversation, run: Run) -> Digest | None:
        """Sums up all but the latest messages of a dialogue that takes too much of what the model can read."""
        said = conversation.said
        sizes = self._sizes([each.text for each in said])
        if sum(sizes) <= _DIALOGUE * self._room:
            return None
        kept, first = 0, len(said)
        while first and kept + sizes[first - 1] <= _KEPT * self._room:
            first -= 1
            kept += sizes[first]
        older = [each for each in said if each.number < said[min(first, len(said) - 1)].number]
        summary = conversation.summary
        for part in self._parts(older):
            words = minutes(summary, part)
            turns = [Turn("system", digest_instructions()), fenced(words)]
            summary = (await self._chat.text(run, step_name("digest", self.model, words), turns, _unheard)).value
        return Digest(summary, older[-1].number) if older else None

    async def answer(self, conversation: Conversation, run: Run) -> Answer:
        """Answers the last message. Raises the kinds of `EngineError` in `openai_errors`: `ContextTooLong` when even
        the last message does not fit."""
        understood = await understand(conversation)
        agenda = next_questions(conversation, understood)
        rules = instructions(conversation)
        known = material(conversation, self._readable(conversation.sources), agenda.suggested)
        dialogue = self._trimmed(conversation.said, [rules, known])
        asked = [rules, known, *(word for turn in dialogue for word in (turn.role, turn.content))]
        check, deltas, written = QuoteCheck(conversation), Deltas(run), list[str]()

        async def write(text: str) -> None:
            ready = check.feed(text)
            written.append(ready)
            await deltas.write(ready)

        turns = [Turn("system", rules), fenced(known), *dialogue]
        reply = await self._chat.text(run, step_name("reply", self.model, *asked), turns, write)
        rest = check.finish()
        await deltas.write(rest)
        await deltas.flush()
        text = _short("".join([*written, rest]).strip())
        spoken = tuple(dict.fromkeys(_questions(text)))
        return Answer(
            text=text,
            model=self.model,
            quotations=tuple(each for each in check.quotations if f"[{each.number}]" in text),
            candidates=understood.candidates,
            questions=tuple(dict.fromkeys((*spoken, *agenda.suggested))),
            asked=spoken,
            unsupported=tuple(check.unsupported),
            usage=reply.usage,
        )

    def _sizes(self, texts: Sequence[str]) -> list[int]:
        return [size + 4 for size in count_each(texts, self.model)]

    def _parts(self, said: Sequence[Said]) -> list[list[Said]]:
        """Runs of messages that the model can read at once beside its notes of those before."""
        parts: list[list[Said]] = []
        room = left = int((1 - _DIALOGUE) * self._room)
        for each, size in zip(said, self._sizes([each.text for each in said]), strict=True):
            if not parts or size > left:
                parts.append([])
                left = room
            parts[-1].append(each)
            left -= size
        return parts

    def _readable(self, sources: Sequence[Source]) -> list[Source]:
        """The best sources that fit into their share."""
        readable, left = list[Source](), _PASSAGES * self._room
        for source, size in zip(sources, self._sizes([each.text for each in sources]), strict=True):
            left -= size + _ROOM_FOR_ONE
            if left < 0:
                break
            readable.append(source)
        return readable

    def _trimmed(self, said: Sequence[Said], beside: Sequence[str]) -> list[Turn]:
        """As many of the latest messages as fit beside what else the model reads, in their order."""
        left = self._room - count_messages(beside, self.model)
        turns: list[Turn] = []
        for each in reversed(said):
            left -= count_messages([each.text], self.model)
            if left < 0:
                break
            turns.append(Turn(each.role, each.text))
        if not turns:
            raise ContextTooLong("The last message is longer than the model can read at once")
        return turns[::-1]


async def _unheard(_: str) -> None:
    """Minutes are for nobody to watch."""


def _questions(text: str) -> list[str]:
    return [
        " ".join(words.split()) for each in split(text) if (words := text[each.start : each.end]).rstrip().endswith("?")
    ]


def _short(text: str) -> str:
    """The text, cut at the end of a line or sentence where it is too long for a message."""
    if len(text) <= LONGEST_ANSWER:
        return text
    cut = text[: LONGEST_ANSWER - 2]
    end = max(cut.rfind("\n"), cut.rfind(". ") + 1, LONGEST_ANSWER // 2)
    return f"{cut[:end].rstrip()} …"
