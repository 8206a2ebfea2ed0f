"""Look inside: what a model did with an input, every number its own."""

from tyro.conf import OmitArgPrefixes, Positional

from clearhead.inspector.view_options import ViewOptions


def main(
    run: Positional[str],
    text: Positional[str],
    *,
    target: str | None = None,
    view: str | None = None,
    options: OmitArgPrefixes[ViewOptions] = ViewOptions(),  # noqa: B008  frozen: it may be shared
    json: bool = False,
) -> None:
    """Look inside: what a model did with an input, every number its own.

    Without --view: the short story. For a text, the tokens, what the model expects next, and its strongest attention.

    Args:
        run: folder of a run, or a Hugging Face folder of a supported class.
        text: what the model reads: a text, a row as JSON, the file of an image, or words.
        target: pairs: what the decoder reads (otherwise what the model writes). Rows and images: the right answer.
        view: one of those `clearhead show views` lists; each has options of its own.
        options: of the views.
        json: print everything as JSON, numbers in full precision.
    """
    from clearhead.inspector.look import look

    seen = look(run, text, target=target)
    panels = seen.panels(view, **options.given())
    if json:
        from json import dumps

        print(dumps(seen.to_json(panels), ensure_ascii=False, allow_nan=False))
    else:
        from rich.console import Console

        from clearhead.inspector.terminal import Drawn

        Console().print(Drawn(panels))
