"""The page of a training that is under way: a server in a thread of its own, which a browser asks now and then.

    with Watch(port=None) as watch:
        train("regression", listener=watch.watched, observer=watch.watched)

It is bound to 127.0.0.1 and speaks only with its own page (`web/host.py`). The page may ask one thing of the training:
to stop and save. When the training has ended, the server waits until a page that is open has fetched the last state.
"""

import threading
import time
import webbrowser
from types import TracebackType
from typing import Any, Literal

import uvicorn
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from clearhead.inspector.described import language
from clearhead.inspector.live import HOST, NO_STORE, bare, open_socket
from clearhead.inspector.transport import to_page
from clearhead.inspector.watch_panels import AXES, make_panels
from clearhead.inspector.watched import ENDS, Watched
from clearhead.web.host import App, LocalOnly

LAST_WAIT_SECONDS = 4.0
"""How long the end of a training waits for the page to come once more."""
STILL_THERE_SECONDS = 10.0
"""A page that was heard of so lately is taken to be open."""
JOIN_SECONDS = 5.0


class StopAsked(BaseModel):
    """A wish that the training stop; it says nothing more."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Seen:
    """Which state the page has fetched, and when it was heard of last."""

    def __init__(self) -> None:
        self.version, self.at = -1, float("-inf")

    def note(self, version: int) -> None:
        """Remember that a page has a version now."""
        self.version, self.at = version, time.monotonic()


def application(watched: Watched, seen: Seen) -> App:
    """Return the ASGI application of the page."""
    app = bare("inspector/page/watch.html")

    @app.get("/api/watch")
    def watch(known: int = -1, axis: Literal["steps", "seconds"] = "steps") -> Response:
        version, state, record = watched.snapshot()
        answer: dict[str, Any] = {"version": version, "state": state, "locale": language()}
        if version != known:
            # After the end the server goes; the page then turns its curves by itself.
            wanted = AXES if state["phase"] in ENDS else (axis,)
            answer["panels"] = {each: [to_page(panel) for panel in make_panels(record, each)] for each in wanted}
        seen.note(version)
        return JSONResponse(_plain(answer), headers=NO_STORE)

    @app.post("/api/stop")
    def stop(asked: StopAsked) -> Response:
        watched.stop()
        return JSONResponse({"done": True}, headers=NO_STORE)

    return LocalOnly(app)


def _plain(value: Any) -> Any:
    """Return JSON values in which null stands where there is no finite number."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value


class Watch:
    """The server of one training, for the length of a `with` block.

    Args:
        port: None takes the usual one, or any where that is in use; 0 takes any.
        opens_browser: open the page in the browser of this machine.
    Raises:
        ValueError: the port is in use, or is none.
    """

    def __init__(self, *, port: int | None = None, opens_browser: bool = True) -> None:
        self.watched, self.seen, self.opens_browser = Watched(), Seen(), opens_browser
        self._socket = open_socket(port)
        self.address = f"http://{HOST}:{self._socket.getsockname()[1]}/"
        config = uvicorn.Config(
            application(self.watched, self.seen), log_level="warning", access_log=False, lifespan="off", ws="none",
            server_header=False, proxy_headers=False, limit_concurrency=64, timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        # Ctrl-C belongs to the training; uvicorn leaves signals alone outside the main thread.
        sockets = {"sockets": [self._socket]}
        self._thread = threading.Thread(target=self._server.run, kwargs=sockets, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        if self.opens_browser:
            threading.Thread(target=webbrowser.open, args=(self.address,), daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self.watched.fail(str(error) if isinstance(error, ValueError | OSError) else type(error).__name__)
        self._wait_for_page()
        self._server.should_exit = True
        self._thread.join(JOIN_SECONDS)
        self._socket.close()

    def _wait_for_page(self) -> None:
        """Let a page that is open come once more; it keeps what it has then."""
        version, state, _ = self.watched.snapshot()
        assert state["phase"] in ENDS, state["phase"]
        deadline = time.monotonic() + LAST_WAIT_SECONDS
        while time.monotonic() < deadline and self.seen.at > time.monotonic() - STILL_THERE_SECONDS:
            if self.seen.version >= version:
                return
            time.sleep(0.05)
