"""A conversation partner behind a chat model: answers the last turn, streaming, within what the model can read."""

from collections.abc import Mapping, Sequence

from openai import AsyncOpenAI

from specloom.ai.deltas import Deltas
from specloom.ai.openai_client import Chat, OpenAISettings, step_name
from specloom.ai.openai_errors import ContextTooLong
from specloom.ai.prices import PRICES, Price
from specloom.ai.protocols import Reply, Run, Turn
from specloom.ai.tokens import count_messages


class OpenAIConverser:
    """Converses through the chat API of OpenAI, Azure, or any compatible server."""

    def __init__(self, client: AsyncOpenAI, settings: OpenAISettings, prices: Mapping[str, Price] = PRICES) -> None:
        self.model = settings.model
        self._chat = Chat(client, settings, prices)
        self._room = settings.prompt_tokens

    async def reply(self, turns: Sequence[Turn], run: Run) -> Reply:
        """Answers the last turn. Of a long conversation the model reads the system's turns and the latest others.

        Raises the kinds of `EngineError` in `openai_errors`: `ContextTooLong` when even the last turn does not fit.
        """
        read = self._trimmed(turns)
        deltas = Deltas(run)
        words = [word for turn in read for word in (turn.role, turn.content)]
        answer = await self._chat.text(run, step_name("reply", self.model, *words), read, deltas.write)
        await deltas.flush()
        return Reply(answer.value, self.model, answer.usage)

    def _trimmed(self, turns: Sequence[Turn]) -> list[Turn]:
        """All turns of the system, and as many of the latest others as fit beside them, in their order."""
        left = self._room - count_messages([turn.content for turn in turns if turn.role == "system"], self.model)
        first = len(turns)
        for index in reversed(range(len(turns))):
            if turns[index].role != "system":
                left -= count_messages([turns[index].content], self.model)
                if left < 0:
                    break
                first = index
        if left < 0 and first == len(turns):
            raise ContextTooLong("The last message is longer than the model can read at once")
        return [turn for index, turn in enumerate(turns) if index >= first or turn.role == "system"]
