"""Look inside: what a model did with an input, every number its own."""

import sys

from tyro.conf import OmitArgPrefixes, Positional

from clearhead.inspector.view_options import ViewOptions


def main(
    run: Positional[str],
    input: Positional[str],
    *,
    target: str | None = None,
    view: str | None = None,
    options: OmitArgPrefixes[ViewOptions] = ViewOptions(),  # noqa: B008  frozen: it may be shared
    html: str | None = None,
    text: bool = False,
    json: bool = False,
    port: int | None = None,
    no_browser: bool = False,
) -> None:
    """Look inside: what a model did with an input, every number its own.

    In a terminal it opens a page in the browser, served from this machine to this machine. With --text, and where the
    output goes elsewhere than to a terminal, it prints: without --view the short story, for a text its tokens, what
    the model expects next, and its strongest attention.

    Args:
        run: folder of a run, or a Hugging Face folder of a supported class.
        input: what the model reads: a text, a row as JSON, the file of an image, or words.
        target: pairs: what the decoder reads (otherwise what the model writes). Rows and images: the right answer.
        view: one of those `clearhead show views` lists; each has options of its own.
        options: of the views.
        html: write one HTML file that opens without a network; without --view every view that applies.
        text: print it here.
        json: print everything as JSON, numbers in full precision.
        port: of the page (0: any that is free); it is served even where the output is no terminal.
        no_browser: serve the page and tell its address, without opening a browser.
    """
    from clearhead.inspector.look import look

    seen, given = look(run, input, target=target), options.given()
    if html is not None:
        made = seen.save_html(html, seen.only(view, given))
        print(f"Wrote {made}: it opens in any browser, without a network.")
    elif json:
        from json import dumps

        print(dumps(seen.to_json(seen.panels(view, **given)), ensure_ascii=False, allow_nan=False))
    elif text or not (no_browser or port is not None or sys.stdout.isatty()):
        from rich.console import Console

        from clearhead.inspector.terminal import Drawn

        Console().print(Drawn(seen.panels(view, **given)))
    else:
        from clearhead.inspector.live import serve

        serve(seen, target=target, view=view, options=given, port=port, opens_browser=not no_browser, say=print)
