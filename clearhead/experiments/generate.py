"""Continue a text with a saved run, in one call."""

import dataclasses
from pathlib import Path
from typing import Any

from clearhead.core import catalog
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.generation.text import Generation
from clearhead.runs.run import Run, open_run

OPTIONS = tuple(field.name for field in dataclasses.fields(SamplingConfig))


def generate(
    run: Run | Path | str, prompt: str, *, report: bool = False, cut_prompt: bool = False, **sampling: Any
) -> Generation:
    """Continue a text; printing what is returned prints the continuation.

    For many texts, or to read along while one is written, make a `generation.generator.Generator` once.

    Args:
        run: an opened run, or the path of one.
        report: also say what the model thought of each token.
        cut_prompt: of a prompt longer than the model's context, read the end.
        sampling: fields of `SamplingConfig`: max_tokens, temperature, top_k, top_p, min_p, repetition_penalty, stop,
            seed.
    Raises:
        ValueError: no such setting (with the nearest), one outside its range, or a prompt the model cannot read.
    """
    for name in sampling:
        catalog.choose(name, OPTIONS, where="the settings of generate")
    config = SamplingConfig(**sampling)
    opened = run if isinstance(run, Run) else open_run(run)
    return Generator(opened.model(), opened.tokenizer).generate(prompt, config, report=report, cut_prompt=cut_prompt)
