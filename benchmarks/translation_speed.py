"""Translating with a trained model: clearhead, `transformers` and CTranslate2, in turn.

    python benchmarks/translation_speed.py RUN SENTENCES [--limit 1000] [--beams 4] [--threads 2] [--turns 3]

RUN is the folder of a trained transformer (a Marian folder, which all three read), SENTENCES a text file with one
source a line. Every tool gets the same token ids; what is timed runs from ids to ids, after loading and a warm-up, all
in this process, one tool after the other in each turn. `transformers` gets its batches once sorted by length, as ours
are, and once in the order of the file. First the logits of both are compared on some pairs.
All targets may be as long as twice the longest source and 20 tokens; beams are ranked by the length penalty that each
tool defines: 0, the default here, means the same in all three.
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from clearhead.generation.search import SearchConfig, translate_tokens
from clearhead.interop import marian
from clearhead.tokenizers._pairs import load_pairs

BATCH_SIZE = 64
Ids = list[list[int]]
Translate = Callable[[Ids], Ids]


def ours(run: Path, options: argparse.Namespace) -> Translate:
    """Return our own search on the folder's weights, in float32."""
    model = marian.read(run).eval()
    config = SearchConfig(num_beams=options.beams, length_penalty=options.length_penalty, max_tokens=options.max_tokens)
    return lambda sources: [list(texts[0].tokens) for texts in translate_tokens(model, sources, config)]


def with_transformers(run: Path, options: argparse.Namespace, *, is_sorted: bool) -> Translate:
    """Return `generate` on the same folder, in float32, on batches sorted by length or in the order given."""
    from transformers import MarianMTModel

    model = MarianMTModel.from_pretrained(run).eval()
    padding, end = model.config.pad_token_id, model.config.eos_token_id
    model.generation_config.max_length = None  # max_new_tokens says it
    model.generation_config.forced_eos_token_id = None  # a text at the limit is cut, as it is elsewhere

    @torch.inference_mode()
    def translate(sources: Ids) -> Ids:
        found: Ids = [[] for _ in sources]
        order = sorted(range(len(sources)), key=lambda index: len(sources[index]) if is_sorted else 0)
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            width = max(len(sources[index]) for index in batch)
            padded = [sources[index] + [padding] * (width - len(sources[index])) for index in batch]
            tokens = torch.tensor(padded)
            written = model.generate(
                tokens,
                attention_mask=(tokens != padding).long(),
                num_beams=options.beams,
                do_sample=False,
                length_penalty=options.length_penalty,
                max_new_tokens=options.max_tokens,
            )
            for index, row in zip(batch, written.tolist(), strict=True):
                found[index] = [token for token in row if token not in (padding, end)]
        return found

    return translate


def with_ctranslate2(run: Path, options: argparse.Namespace, compute_type: str, folder: Path) -> Translate:
    """Return CTranslate2 on the converted folder."""
    import ctranslate2

    converted = folder / "ctranslate2"
    if not converted.exists():
        ctranslate2.converters.TransformersConverter(str(run)).convert(str(converted))
    translator = ctranslate2.Translator(
        str(converted), compute_type=compute_type, inter_threads=1, intra_threads=options.threads
    )
    number: dict[str, int] = json.loads((run / "vocab.json").read_text(encoding="utf-8"))
    piece = {index: text for text, index in number.items()}

    def translate(sources: Ids) -> Ids:
        results = translator.translate_batch(
            [[piece[token] for token in source] for source in sources],
            beam_size=options.beams,
            length_penalty=options.length_penalty,
            max_batch_size=2048,
            batch_type="tokens",
            max_decoding_length=options.max_tokens,
            min_decoding_length=0,  # its default of 1 forbids the empty text, which the others may find
        )
        return [[number[text] for text in result.hypotheses[0]] for result in results]

    return translate


@torch.inference_mode()
def difference_of_logits(run: Path, sources: Ids) -> float:
    """Return how far our logits are from those of `transformers`, where both read our own translations."""
    from transformers import MarianMTModel

    model, theirs = marian.read(run).eval(), MarianMTModel.from_pretrained(run).eval()
    worst = 0.0
    for source, found in zip(sources, translate_tokens(model, sources, SearchConfig(num_beams=1)), strict=True):
        tokens = torch.tensor([source])
        read = torch.tensor([[model.config.start_id, *found[0].tokens]])
        both = model(tokens, read), theirs(input_ids=tokens, decoder_input_ids=read).logits
        said = [index for index in range(both[0].shape[-1]) if index != model.config.padding_id]
        worst = max(worst, float((both[0][..., said] - both[1][..., said]).abs().max()))
    return worst


def seconds_of(translate: Translate, sources: Ids) -> tuple[float, Ids]:
    """Return how long all sources took, and their translations."""
    start = time.perf_counter()
    found = translate(sources)
    return time.perf_counter() - start, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--beams", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = load_pairs(options.run)
    texts = options.sentences.read_text(encoding="utf-8").splitlines()[: options.limit]
    longest = json.loads((options.run / "config.json").read_text(encoding="utf-8"))["max_position_embeddings"]
    sources = [source for source in tokenizer.encode_source(texts) if len(source) <= longest]
    if not sources:
        sys.exit(f"{options.sentences} has no sentence that the model can read.")
    options.max_tokens = min(2 * max(map(len, sources)) + 20, longest)

    print(f"largest difference of logits to transformers: {difference_of_logits(options.run, sources[:32]):.2e}")
    with tempfile.TemporaryDirectory() as name:
        tools = {
            "clearhead float32": ours(options.run, options),
            "transformers, sorted": with_transformers(options.run, options, is_sorted=True),
            "transformers, as given": with_transformers(options.run, options, is_sorted=False),
            "CTranslate2 float32": with_ctranslate2(options.run, options, "float32", Path(name)),
            "CTranslate2 int8": with_ctranslate2(options.run, options, "int8", Path(name)),
        }
        seconds: dict[str, list[float]] = {tool: [] for tool in tools}
        found: dict[str, Ids] = {}
        for translate in tools.values():
            translate(sources[:BATCH_SIZE])
        for turn in range(options.turns):
            for tool, translate in tools.items():
                taken, found[tool] = seconds_of(translate, sources)
                seconds[tool].append(taken)
                print(f"turn {turn}: {tool:21} {len(sources) / taken:8.1f} sentences/s", flush=True)

    print(f"{platform.processor() or platform.machine()}, {options.threads} threads, torch {torch.__version__}")
    print(f"{len(sources)} sentences, {sum(map(len, sources))} source tokens, beam {options.beams}")
    mine = next(iter(tools))
    for tool in tools:
        ratios = [theirs / own for theirs, own in zip(seconds[tool], seconds[mine], strict=True)]
        same = sum(left == right for left, right in zip(found[mine], found[tool], strict=True))
        print(
            f"{tool:21} {len(sources) / statistics.median(seconds[tool]):8.1f} sentences/s; clearhead is "
            f"{statistics.median(ratios):.2f} times as fast (from {min(ratios):.2f} to {max(ratios):.2f}); "
            f"{same} of {len(sources)} translations are the same"
        )
    shown = ", ".join(repr(tokenizer.decode_target(tokens)) for tokens in found[mine][:2])
    print(f"for example: {shown}")


if __name__ == "__main__":
    main()
