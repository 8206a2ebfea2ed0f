"""Answer new inputs with a trained model: translate, summarise, classify, tag, predict numbers."""

from typing import Annotated

import tyro


def main(
    run: str,
    /,
    *inputs: Annotated[str, tyro.conf.Positional],
    file: str | None = None,
    out: str | None = None,
    num_beams: int | None = None,
    length_penalty: float | None = None,
    coverage_penalty: float | None = None,
    no_repeat_ngram: int | None = None,
    num_best: int | None = None,
    max_tokens: int | None = None,
    prefix: str | None = None,
    has_alignment: bool = False,
    cut_inputs: bool = False,
    is_split: bool = False,
    device: str = "auto",
    json: bool = False,
) -> None:
    """Answer new inputs: those given, the lines of --file, or the lines of standard input.

    Args:
        run: folder of a run, or of a Hugging Face model of a supported class.
        inputs: texts, or paths of images; without any and without --file, standard input is read line by line.
        file: a file with an input on each line; of a table, a file with its columns.
        out: write the answers into this file instead of printing them; of a tagger, NAME.conll has columns.
        num_beams: translation, summarization: hypotheses kept while writing; 1 is greedy.
        length_penalty: exponent of the length by which a hypothesis' log-probability is divided.
        coverage_penalty: how much source tokens that were not looked at cost.
        no_repeat_ngram: never write this many tokens in a row twice.
        num_best: give this many outputs for each text (all with --json).
        max_tokens: longest output in tokens.
        prefix: what every output must begin with.
        has_alignment: with --json, which source tokens the model looked at for each output token.
        cut_inputs: of a text longer than the model reads, read the beginning.
        is_split: tagging: the words of an input are parted by spaces already.
        device: auto, cpu, cuda or mps.
        json: print a line of JSON for each input.
    """
    given = dict(num_beams=num_beams, length_penalty=length_penalty, coverage_penalty=coverage_penalty, prefix=prefix)
    given |= dict(no_repeat_ngram=no_repeat_ngram, num_best=num_best, max_tokens=max_tokens)
    given |= dict(has_alignment=has_alignment or None, cut_inputs=cut_inputs or None)
    given |= dict(is_split=is_split or None)
    from clearhead.experiments.predicting import answer

    options = {name: value for name, value in given.items() if value is not None}
    answer(run, inputs, file=file, out=out, as_json=json, device=device, options=options)
