"""Look inside: what a model did with a text, every number its own."""

from tyro.conf import Positional


def main(
    run: Positional[str],
    text: Positional[str],
    *,
    view: str | None = None,
    layer: int | None = None,
    head: int | None = None,
    token: int | None = None,
    word: str | None = None,
    other: str | None = None,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float | None = None,
    top: int | None = None,
    json: bool = False,
) -> None:
    """Look inside: what a model did with a text, every number its own.

    Without --view: the tokens, what the model expects next, and its strongest attention.

    Args:
        run: folder of a run, or a Hugging Face folder of a supported class.
        text: what the model reads.
        view: tokenization, context_vectors, attention or next_token; `clearhead show views` says more.
        layer: attention: counted from 0; -1 is the last.
        head: attention: counted from 0; -1 is the last.
        token: position counted from 0; -1 is the last. attention: who looks. next_token: what follows it.
        word: context_vectors: a word of the text.
        other: context_vectors: another text with the word in it, to compare with.
        temperature: next_token: below 1 is safer, above 1 wilder, 0 takes the best.
        top_k: next_token: keep only the K most probable tokens.
        top_p: next_token: keep the most probable tokens that sum to P.
        min_p: next_token: keep tokens at least P times as probable as the best.
        repetition_penalty: next_token: above 1 makes tokens of the text less probable.
        top: next_token, context_vectors: how many tokens to list.
        json: print everything as JSON, numbers in full precision.
    """
    given = dict(layer=layer, head=head, token=token, word=word, other=other, temperature=temperature, top=top)
    given |= dict(top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty)
    from clearhead.inspector.look import look

    seen = look(run, text)
    panels = seen.panels(view, **{name: value for name, value in given.items() if value is not None})
    if json:
        from json import dumps

        print(dumps(seen.to_json(panels), ensure_ascii=False, allow_nan=False))
    else:
        from rich.console import Console

        from clearhead.inspector.terminal import Drawn

        Console().print(Drawn(panels))
