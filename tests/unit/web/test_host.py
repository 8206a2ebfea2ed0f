"""Who may speak with a page's server: every request that does not come from its own page is refused."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from clearhead.web.host import POLICY, LocalOnly

JSON = ("content-type", "application/json")
HOST = ("host", "127.0.0.1:8642")


class Inner:
    """The application behind the guard: it says what reached it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive() if scope["method"] == "POST" else {"body": b""}
        self.bodies.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"in"})


def ask(
    headers: Iterable[tuple[str, str]], *, method: str = "POST", parts: tuple[bytes, ...] = (b"{}",), **options: Any
) -> tuple[int, dict[str, str], str, list[bytes]]:
    """Send one request; return the status, the headers, what was said, and the bodies that reached the inside."""
    inner, said = Inner(), []
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages[-1]["more_body"] = False

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "server": ("127.0.0.1", 8642),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(LocalOnly(inner, **options)(scope, receive, send))
    answered = {key.decode(): value.decode() for key, value in said[0]["headers"]}
    return said[0]["status"], answered, said[1]["body"].decode(), inner.bodies


def refusal(headers: Iterable[tuple[str, str]], **options: Any) -> tuple[int, str]:
    """Return the status and the sentence of a request that must not come in."""
    status, _, text, bodies = ask(headers, **options)
    assert bodies == []
    return status, json.loads(text)["error"]


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:8642", "LOCALHOST:8642", "[::1]:8642"])
def test_its_own_page_comes_in(host: str) -> None:
    status, _, text, bodies = ask(
        [("host", host), JSON, ("origin", f"http://{host}"), ("sec-fetch-site", "same-origin")]
    )
    assert (status, text, bodies) == (200, "in", [b"{}"])


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:8642", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8643",
        "127.0.0.1.evil.example:8642", "localhost.evil.example:8642",
        "localhost:8642@evil.example", "0.0.0.0:8642", "[::ffff:127.0.0.1]:8642",
        "user@127.0.0.1:8642", "127.1:8642", "", " 127.0.0.1:8642",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_name_that_is_not_this_machines_is_refused(host: str, method: str) -> None:
    status, sentence = refusal([("host", host), JSON], method=method)
    assert status == 403
    assert sentence.startswith("The Host of a request must be 127.0.0.1:8642 or alike, got ")


def test_no_name_and_two_names_are_refused() -> None:
    assert refusal([JSON])[0] == 403
    assert refusal([HOST, ("host", "evil.example"), JSON])[0] == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example", "https://127.0.0.1:8642", "http://127.0.0.1:8643", "http://localhost:8642", "null",
        "http://127.0.0.1:8642.evil.example", "file://",
    ],
)  # fmt: skip
def test_another_pages_request_is_refused(origin: str) -> None:
    status, sentence = refusal([HOST, JSON, ("origin", origin)])
    assert (status, sentence) == (403, f"The Origin of a request must be this page, got {origin}.")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_that_the_browser_says_comes_from_elsewhere_is_refused(site: str) -> None:
    status, sentence = refusal([HOST, JSON, ("sec-fetch-site", site)])
    assert (status, sentence) == (403, f"A request must come from this page, got one that is {site}.")


@pytest.mark.parametrize(
    "content",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain; application/json", ""],
)
def test_what_a_form_of_another_page_could_send_is_refused(content: str) -> None:
    status, sentence = refusal([HOST, ("content-type", content)])
    assert status == 415
    assert sentence.startswith("The content type of a request must be application/json, got ")
    assert refusal([HOST])[0] == 415


def test_json_may_say_its_encoding() -> None:
    assert ask([HOST, ("content-type", "Application/JSON; charset=utf-8")])[0] == 200


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"])
def test_other_methods_are_refused_and_nothing_is_granted_to_other_pages(method: str) -> None:
    status, headers, text, bodies = ask([HOST, JSON, ("origin", "http://evil.example")], method=method)
    assert (status, bodies) == (405, [])
    assert json.loads(text)["error"] == f"A request must be GET or POST, got {method}."
    assert not [name for name in headers if name.startswith("access-control")]


def test_too_much_is_refused_by_what_it_says_and_by_what_it_sends() -> None:
    told = refusal([HOST, JSON, ("content-length", "101")], max_body_bytes=100)
    sent = refusal([HOST, JSON], max_body_bytes=100, parts=(b"x" * 60, b"x" * 60, b""))
    assert told == sent == (413, "A request must be at most 100 bytes. Shorten the input.")
    assert refusal([HOST, JSON, ("content-length", "-1")], max_body_bytes=100)[0] == 413


def test_a_request_in_parts_arrives_whole() -> None:
    assert ask([HOST, JSON], parts=(b'{"a"', b":1", b"}"))[3] == [b'{"a":1}']


def test_every_answer_says_what_the_page_may_load() -> None:
    for headers in ([HOST, JSON], [JSON]):
        answered = ask(headers)[1]
        assert answered["content-security-policy"] == POLICY
        assert answered["x-content-type-options"] == "nosniff"
        assert answered["referrer-policy"] == "no-referrer"
    assert "http" not in POLICY and "unsafe" not in POLICY and "*" not in POLICY


def test_a_web_socket_is_closed() -> None:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    asyncio.run(LocalOnly(Inner())({"type": "websocket", "headers": []}, receive, send))
    assert said == [{"type": "websocket.close", "code": 1008}]
