"""A chat model for LangChain that stands in for a hosted one: it sends your messages to a service in your box.

Given to you: `ScriptedChat()` is a chat model like any other, so `prompt | ScriptedChat() | StrOutputParser()` is a
chain. What it answers is decided by whoever judges you.
"""

import http.client
import json

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

PORT = 5082
ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class ScriptedChat(BaseChatModel):
    """Speaks `POST /v1/chat/completions`, as hosted chat models do."""

    @property
    def _llm_type(self):
        return "scripted"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):  # noqa: ARG002 - as LangChain calls it
        sent = [{"role": ROLES.get(one.type, "user"), "content": one.text} for one in messages]
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.request("POST", "/v1/chat/completions", json.dumps({"model": "scripted", "messages": sent}))
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        if answer.status != 200:
            raise RuntimeError(content["error"]["message"])
        said = content["choices"][0]["message"]["content"]
        return ChatResult(generations=[ChatGeneration(message=AIMessage(said))])
