"""The live page: a small server on this machine, through which a browser looks into one model.

    serve(look("runs/stories", "The cat sat"))

It is bound to 127.0.0.1 and speaks only with its own page (`web/host.py`). Loading happened before; a request runs the
model and answers in JSON (`transport.py`). What a user did wrong comes back as one sentence.
"""

import errno
import os
import socket
import sys
import threading
import traceback
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from clearhead.core import catalog
from clearhead.inspector import report
from clearhead.inspector.described import describe, facts
from clearhead.inspector.look import Look
from clearhead.inspector.one_file import FOLDERS
from clearhead.inspector.served import Busy, Served, edited
from clearhead.inspector.transport import row_of, to_page
from clearhead.web.host import App, LocalOnly
from clearhead.web.static import CACHE, packed, page_files

HOST = "127.0.0.1"
USUAL_PORT = 8642
NO_STORE = {"cache-control": "no-store"}

Name = Annotated[str, Field(max_length=200)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Index = Annotated[int, Field(ge=-(2**31), lt=2**31)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EditAsked(_Asked):
    """One change of a value on its way through the model."""

    tap: Name
    kind: Literal["ablate", "replace", "clamp"]
    head: Index | None = None
    positions: Index | Annotated[list[Index | None], Field(min_length=2, max_length=2)] | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None


class InputAsked(_Asked):
    """An input, and the changes made while the model reads it."""

    input: str
    target: str | None = None
    edits: Annotated[list[EditAsked], Field(max_length=64)] = []

    def changes(self) -> list[dict[str, Any]]:
        """Return the edits as plain values."""
        return [edit.model_dump() for edit in self.edits]


class ViewAsked(InputAsked):
    """One view of it."""

    view: Name
    options: Annotated[dict[Name, bool | int | float | str | None], Field(max_length=64)] = {}


class RowAsked(ViewAsked):
    """One row of a panel of it."""

    panel: Name
    row: Index


class ReportAsked(InputAsked):
    """Views with their options; none given: every one that applies."""

    views: Annotated[dict[Name, dict[Name, bool | int | float | str | None]], Field(max_length=64)] | None = None


class WeightAsked(_Asked):
    """A new value for one weight."""

    name: Name
    index: Annotated[list[Index], Field(max_length=8)]
    value: Number


def application(served: Served, start: Mapping[str, Any]) -> App:
    """Return the ASGI application of a page.

    Args:
        start: what the page shows first: input, target, view, options.
    """
    app = bare("inspector/page/index.html")

    @app.get("/api/run")
    def run() -> Response:
        with served.alone():
            return _json({**describe(served.first), "start": dict(start)})

    @app.post("/api/view")
    def view(asked: ViewAsked) -> Response:
        with served.alone():
            look = served.look(asked.input, asked.target, asked.changes())
            panels = served.panels(look, asked.view, asked.options, asked.changes())
            return _json({**facts(look), "panels": [to_page(panel) for panel in panels]})

    @app.post("/api/row")
    def row(asked: RowAsked) -> Response:
        with served.alone():
            look = served.look(asked.input, asked.target, asked.changes())
            panels = {p.name: p for p in served.panels(look, asked.view, asked.options, asked.changes())}
            panel = panels[catalog.choose(asked.panel, panels, where=f"the panels of the view {asked.view!r}")]
            return _json({"values": row_of(panel, asked.row)})

    @app.post("/api/report")
    def whole_report(asked: ReportAsked) -> Response:
        with served.alone():
            look = served.look(asked.input, asked.target, asked.changes())
            with edited(look, asked.changes()):
                return HTMLResponse(report.to_html(look, asked.views, edits=asked.changes()), headers=NO_STORE)

    @app.get("/api/weights")
    def weights() -> Response:
        with served.alone():
            return _json(served.weights())

    @app.post("/api/weight")
    def weight(asked: WeightAsked) -> Response:
        with served.alone():
            served.set_weight(asked.name, asked.index, asked.value)
            return _json({"done": True})

    @app.post("/api/reset")
    def reset() -> Response:
        with served.alone():
            served.reset()
            return _json({"done": True})

    return LocalOnly(app)


def bare(first: str) -> FastAPI:
    """Return an application that gives out the files of the pages, `first` at "/", and says every mistake as JSON."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    files = page_files(FOLDERS)

    @app.get("/")
    def page(request: Request) -> Response:
        return _file(request, first)

    @app.get("/static/{name:path}")
    def static(request: Request, name: str) -> Response:
        return _file(request, name)

    def _file(request: Request, name: str) -> Response:
        if name not in files:
            raise HTTPException(404, "No such file. The page is at /.")
        content, tag = files[name].read()
        headers = {"cache-control": CACHE, "etag": tag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["content-encoding"] = packed(content), "gzip"
        return Response(content, media_type=files[name].type, headers=headers)

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        return _failed(error)

    for kind in (ValueError, TypeError, OSError, HTTPException, RequestValidationError, Busy):
        app.add_exception_handler(kind, failed)
    return app


def _json(values: Any, status: int = 200) -> Response:
    return JSONResponse(values, status_code=status, headers=NO_STORE)


def _failed(error: Exception) -> Response:
    """Return a user's mistake as a sentence; of ours the sentence says that it is ours."""
    if isinstance(error, HTTPException):
        return _json({"error": str(error.detail)}, error.status_code)
    if isinstance(error, RequestValidationError):
        said = error.errors()[0]
        where = ".".join(str(part) for part in said["loc"])
        return _json({"error": f"{where} does not fit: {said['msg']}. Correct it and ask again."}, 422)
    if isinstance(error, Busy):
        return JSONResponse({"error": str(error)}, 429, {**NO_STORE, "retry-after": "1"})
    if isinstance(error, UnicodeError) or not _is_said_by_us(error):
        sentence = f"This is a mistake in clearhead, not yours: {type(error).__name__}. Look at the terminal."
        traceback.print_exception(error, file=sys.stderr)
        return _json({"error": sentence}, 500)
    return _json({"error": str(error).encode("utf-8", "replace").decode("utf-8")}, 400)


def _is_said_by_us(error: BaseException) -> bool:
    """Whether the error was raised in this package, and so speaks to the user."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and Path(trace.tb_frame.f_code.co_filename).is_relative_to(catalog.PACKAGE_PATH)


def open_socket(port: int | None) -> socket.socket:
    """Take a port of this machine: None takes the usual one or, where that is in use, any; 0 takes any.

    Raises:
        ValueError: the port is in use, or is none.
    """
    if port is not None and not 0 <= port < 65536:
        raise ValueError(f"look.port must be between 0 and 65535, got {port}. Choose one, or 0 for any that is free.")
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # On Windows the same flag would let two programs have one port.
    flag = socket.SO_REUSEADDR if os.name == "posix" else getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    taken.setsockopt(socket.SOL_SOCKET, flag, 1)
    try:
        taken.bind((HOST, USUAL_PORT if port is None else port))
    except OSError as error:
        taken.close()
        if port is None:
            return open_socket(0)
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise ValueError(
            f"look.port must be free, got {port}, which another program has or you may not take. "
            "Choose another --port, or 0 for any that is free."
        ) from None
    taken.listen(128)
    return taken


def _warm_up(served: Served) -> None:
    """Load what every view needs while the browser is still starting: half a second that nobody waits for."""
    with served.alone():
        describe(served.first)


def serve(
    look: Look,
    *,
    target: str | None = None,
    view: str | None = None,
    options: Mapping[str, Any] | None = None,
    port: int | None = None,
    opens_browser: bool = True,
    say: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Serve the page of a look until Ctrl-C.

    Args:
        target: what was given as target; None: nothing.
        view: what the page opens with; None: the usual one for the kind of input.
        port: None takes the usual one, or any where that is in use; 0 takes any.
        say: is told the address.
    """
    if view is not None:
        view = catalog.find("inspector/views", view)
    start = {"input": look.text, "target": target, "view": view, "options": dict(options or {})}
    with open_socket(port) as taken:
        address = f"http://{HOST}:{taken.getsockname()[1]}/"
        served = Served(look, target)
        config = uvicorn.Config(
            application(served, start), log_level="warning", access_log=False, lifespan="off", ws="none",
            server_header=False, proxy_headers=False, limit_concurrency=64, timeout_graceful_shutdown=2,
        )  # fmt: skip
        say(f"Looking into {look.name or type(look.model).__name__} at {address}  (Ctrl-C ends it)")
        threading.Thread(target=_warm_up, args=(served,), daemon=True).start()
        if opens_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        try:
            uvicorn.Server(config).run(sockets=[taken])
        except KeyboardInterrupt:
            pass
        finally:
            served.close()
