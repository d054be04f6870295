"""Every answer of a programme with simulated sites says which they are: a header, and a key in each JSON object.

The key is put in on the way out, so that no route can forget it. What goes out in parts (logs, events) has the header alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"dure-simulated"
KEY = "simulated"
NOT_OURS = "/openapi.json"
"""Its keys are those of its standard."""


class Marks:
    """Around an application; `sites`: names of those at which no program runs."""

    def __init__(self, app: ASGIApp, sites: Sequence[str]) -> None:
        self._app = app
        self._header = (HEADER, ", ".join(quote(site) for site in sites).encode())
        self._said = b'{"%s":%s' % (KEY.encode(), json.dumps(list(sites), ensure_ascii=False).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waiting: list[Message] = []

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self._header]
                if _is_json(message) and scope["path"] != NOT_OURS:
                    waiting.append(message)
                    return
            elif waiting:
                start = waiting.pop()
                body = message.get("body", b"")
                if body[:1] == b"{" and not message.get("more_body", False):
                    message = {**message, "body": self._said + (b"}" if body[1:].lstrip() == b"}" else b"," + body[1:])}
                    start["headers"] = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                    start["headers"].append((b"content-length", str(len(message["body"])).encode()))
                await send(start)
            await send(message)

        await self._app(scope, receive, marked)


def _is_json(start: Message) -> bool:
    kind = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"")
    media = kind.partition(b";")[0].strip()
    return bool(media == b"application/json" or (media.startswith(b"application/") and media.endswith(b"+json")))
