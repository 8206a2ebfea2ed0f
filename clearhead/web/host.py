"""Who may speak with a page's server: this machine's own browser, from the page itself, in JSON, not too much at once.

A server on 127.0.0.1 can be reached by every page that is open in the same browser. What keeps them out: the name
they call the server by (a foreign name that leads here is refused), the origin of whatever changes something, and a
content type that another site's page cannot send without asking first, which is never granted.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
MAX_BODY_BYTES = 8 << 20
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What the page may load: files of its own server; pictures also out of what it has drawn itself."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class LocalOnly:
    """Wrap an ASGI application: refuse what does not come from its own page, and bound what comes.

    Args:
        names: what the server may be called by, without the port.
        max_body_bytes: the most one request may carry.
    """

    def __init__(self, app: App, *, names: Iterable[str] = LOCAL_NAMES, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self.app, self.names, self.max_body_bytes = app, tuple(names), max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":  # no page here speaks otherwise; the server closes the connection
            return await send({"type": "websocket.close", "code": 1008})
        headers = _headers(scope)
        refusal = self._refusal(scope, headers)
        body: bytes | None = b""
        if refusal is None and scope["method"] == "POST":
            body, refusal = await self._body(receive, headers)
        if refusal is not None:
            return await _refuse(send, *refusal)

        async def replay() -> Message:
            nonlocal body
            if body is not None:
                said, body = body, None
                return {"type": "http.request", "body": said, "more_body": False}
            return await receive()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message.get("headers", ())}
                added = [(key.encode(), value.encode()) for key, value in HEADERS.items() if key.encode() not in named]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        await self.app(scope, replay if scope["method"] == "POST" else receive, guarded)

    def _refusal(self, scope: Scope, headers: Mapping[str, list[str]]) -> tuple[int, str] | None:
        """Return the status and the sentence with which a request is refused, or None when it may come in."""
        port = (scope.get("server") or ("", None))[1]
        known = {f"{name}:{port}" for name in self.names} | ({*self.names} if port == 80 else set())
        host = headers.get("host", [])
        if len(host) != 1 or host[0].lower() not in known:
            return 403, f"The Host of a request must be {sorted(known)[0]} or alike, got {', '.join(host) or 'none'}."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, f"A request must be GET or POST, got {scope['method']}."
        if scope["method"] != "POST":
            return None
        for origin in headers.get("origin", []):
            if origin.lower() != f"http://{host[0].lower()}":
                return 403, f"The Origin of a request must be this page, got {origin}."
        for site in headers.get("sec-fetch-site", []):
            if site not in ("same-origin", "none"):
                return 403, f"A request must come from this page, got one that is {site}."
        content = headers.get("content-type", [])
        if len(content) != 1 or content[0].partition(";")[0].strip().lower() != "application/json":
            return 415, f"The content type of a request must be application/json, got {', '.join(content) or 'none'}."
        return None

    async def _body(self, receive: Receive, headers: Mapping[str, list[str]]) -> tuple[bytes, tuple[int, str] | None]:
        """Read what a request carries, up to the limit."""
        too_much = 413, f"A request must be at most {self.max_body_bytes:,} bytes. Shorten the input."
        told = headers.get("content-length", ["0"])[0]
        if not told.isdecimal() or int(told) > self.max_body_bytes:
            return b"", too_much
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"", (400, "The request broke off.")
            part = message.get("body", b"")
            size += len(part)
            if size > self.max_body_bytes:
                return b"", too_much
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts), None


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode("ascii")
    headers = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close", **HEADERS}
    pairs = [(key.encode(), value.encode()) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
