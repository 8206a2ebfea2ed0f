"""Continue a text with a trained model."""

import json as json_format
import sys
from dataclasses import replace

from tyro.conf import OmitArgPrefixes

from clearhead.cli._failures import printable
from clearhead.generation.settings import SamplingConfig, several


def main(
    run: str,
    prompt: str,
    /,
    *,
    sampling: OmitArgPrefixes[SamplingConfig] = SamplingConfig(),  # noqa: B008  frozen: it may be shared
    num: int = 1,
    cut_prompt: bool = False,
    details: bool = False,
    json: bool = False,
    device: str = "cpu",
) -> None:
    r"""Continue a text: the words appear as the model writes them. Ctrl-C stops and keeps what is written.

    Args:
        run: folder of a run, or of a Hugging Face model of a supported class.
        prompt: the text to continue; "-" reads it from standard input, "" starts a new text.
        sampling: how tokens are chosen and when to stop; \n in --stop is a line break.
        num: write this many texts; with --seed S they have the seeds S, S+1, …
        cut_prompt: of a prompt longer than the model's context, read the end.
        details: list each token with its probability, rank, entropy and alternatives.
        json: print one JSON object for each text, a line each.
        device: cpu, cuda or mps.
    """
    configs = several(replace(sampling, stop=tuple(text.replace("\\n", "\n") for text in sampling.stop)), num)
    from clearhead.generation.details import details as tabulate
    from clearhead.generation.generator import Generator
    from clearhead.inspector.terminal import to_text
    from clearhead.runs.run import open_run

    opened = open_run(run)
    generator = Generator(opened.model(device), opened.tokenizer)
    if prompt == "-":
        prompt = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").replace("\r\n", "\n").removesuffix("\n")
    read = generator.read(prompt, cut_prompt=cut_prompt)
    print("".join(f"{notice}\n" for notice in read.notices), end="", file=sys.stderr)
    made = [read.begin() for _ in configs]
    show = (lambda text: None) if json else (lambda text: print(printable(text), end="", flush=True))
    show(read.text)
    try:
        for index, step in generator.stream_batch([read.tokens] * num, configs, report=details):
            made[index].add(step)
            show(step.text if index == 0 else "")
    finally:  # after Ctrl-C too
        show("".join(f"\n\n{read.text}{generation}" for generation in made[1:]) + "\n")
        for generation in made if json or details else []:
            line = json_format.dumps(generation.to_json(), ensure_ascii=False)
            print(line if json else f"\n{to_text(tabulate(generation, opened.tokenizer))}")
