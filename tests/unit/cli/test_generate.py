import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from clearhead.cli._failures import printable
from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.generation.settings import several
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import train_tokenizer

PROMPT = "The cat"
MORE = ("--temperature", "1.0", "--max-tokens", "12", "--seed", "5")
CONFIG = SamplingConfig(temperature=1.0, max_tokens=12, seed=5)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model whose opinions are strong and senseless."""
    folder = tmp_path_factory.mktemp("runs") / "cats"
    tokenizer = train_tokenizer("bpe", ["The cat sat on the mat.", "床前明月光，疑是地上霜。"], vocab_size=280)
    config = GPTConfig(
        vocab_size=tokenizer.vocab_size, context_length=24, d_model=32, num_layers=2, num_heads=2, is_tied=True
    )
    model = GPT(config)
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=generator)
    save_run(folder, model, tokenizer, {})
    return folder


@pytest.fixture(scope="module")
def generator(run: Path) -> Generator:
    return Generator(open_run(run).model(), open_run(run).tokenizer)


def test_it_prints_the_prompt_and_what_the_model_writes(
    command: Callable[..., Any], run: Path, generator: Generator
) -> None:
    outcome = command("generate", run, PROMPT, "--temperature", 0, "--max-tokens", 12)
    expected = generator.generate(PROMPT, SamplingConfig(temperature=0, max_tokens=12)).text
    assert outcome.exit_code == 0
    assert outcome.out == printable(f"{PROMPT}{expected}\n")
    assert outcome.err == ""


def test_json_holds_the_whole_text(command: Callable[..., Any], run: Path, generator: Generator) -> None:
    outcome = command("generate", run, PROMPT, *MORE, "--json")
    found = json.loads(outcome.out)
    expected = generator.generate(PROMPT, CONFIG)
    assert found == expected.to_json()
    assert found["prompt"] == PROMPT
    assert found["text"] == expected.text
    assert len(found["tokens"]) == len(expected.tokens)
    assert "probability" not in found["tokens"][0]


def test_json_with_details_holds_what_the_model_thought(
    command: Callable[..., Any], run: Path, generator: Generator
) -> None:
    token = json.loads(command("generate", run, PROMPT, *MORE, "--json", "--details").out)["tokens"][3]
    expected = generator.generate(PROMPT, CONFIG, report=True).tokens[3]
    assert token["model_probability"] == pytest.approx(expected.model_probability)
    assert token["rank"] == expected.rank
    assert len(token["alternatives"]) == 10


def test_several_texts_have_seeds_that_count_up(command: Callable[..., Any], run: Path, generator: Generator) -> None:
    lines = command("generate", run, PROMPT, *MORE, "--num", 3, "--json").out.splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert texts == [generator.generate(PROMPT, config).text for config in several(CONFIG, 3)]
    assert len(set(texts)) == 3


def test_every_text_is_printed_with_its_prompt(command: Callable[..., Any], run: Path, generator: Generator) -> None:
    texts = [generator.generate(PROMPT, config).text for config in several(CONFIG, 3)]
    out = command("generate", run, PROMPT, *MORE, "--num", 3).out
    assert out == printable("\n\n".join(PROMPT + text for text in texts) + "\n")


def test_details_list_every_token(command: Callable[..., Any], run: Path, generator: Generator) -> None:
    out = command("generate", run, PROMPT, "--temperature", 0, "--max-tokens", 70, "--details").out
    num_tokens = len(generator.generate(PROMPT, SamplingConfig(temperature=0, max_tokens=70)).tokens)
    rows = [line.split()[0] for line in out.splitlines() if line[:4].strip().isdigit() and "%" in line]
    assert rows == [str(number) for number in range(1, num_tokens + 1)]
    assert "entropy, bits" in out


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Make these bytes what comes in through a pipe."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_a_dash_reads_the_prompt_from_standard_input(
    command: Callable[..., Any], run: Path, monkeypatch: pytest.MonkeyPatch, line_end: str
) -> None:
    feed(monkeypatch, f"{PROMPT} 月{line_end}".encode())
    assert json.loads(command("generate", run, "-", *MORE, "--json").out)["prompt"] == f"{PROMPT} 月"


def test_bytes_that_are_no_text_are_one_sentence(
    command: Callable[..., Any], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"The \xff cat")
    outcome = command("generate", run, "-")
    assert outcome.exit_code == 2
    assert "got half a surrogate pair ('\\udcff') at character 4" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_written_backslash_n_in_stop_is_a_line_break(
    command: Callable[..., Any], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, ...]] = []

    def stream_batch(self: Generator, prompts: Any, configs: Any, **options: Any) -> Iterator[Any]:
        seen.extend(config.stop for config in configs)
        return iter(())

    monkeypatch.setattr(Generator, "stream_batch", stream_batch)
    command("generate", run, PROMPT, "--stop", "\\n", "终")
    assert seen == [("\n", "终")]


def test_ctrl_c_prints_what_was_written_and_leaves(
    command: Callable[..., Any], run: Path, generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = generator.generate(PROMPT, CONFIG)
    write = Generator.stream_batch

    def interrupted(self: Generator, *arguments: Any, **options: Any) -> Iterator[Any]:
        for count, step in enumerate(write(self, *arguments, **options)):
            if count == 4:
                raise KeyboardInterrupt
            yield step

    monkeypatch.setattr(Generator, "stream_batch", interrupted)
    outcome = command("generate", run, PROMPT, *MORE, "--json")
    assert outcome.exit_code == 130
    assert outcome.err.strip() == "Stopped."
    found = json.loads(outcome.out)
    assert found["text"] == "".join(step.text for step in expected.tokens[:4])
    assert found["finish_reason"] is None
    assert command("generate", run, PROMPT, *MORE).out.startswith(PROMPT)


def test_a_long_prompt_is_one_sentence_and_its_remedy_works(command: Callable[..., Any], run: Path) -> None:
    outcome = command("generate", run, "明月" * 30, *MORE)
    assert outcome.exit_code == 2
    assert "at most 24 tokens (the model's context)" in outcome.err
    assert "--cut-prompt" in outcome.err
    assert outcome.err.count("\n") == 1
    mended = command("generate", run, "明月" * 30, *MORE, "--cut-prompt")
    assert mended.exit_code == 0
    assert "were left out" in mended.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--top-p", "1.5"), "SamplingConfig.top_p must be above 0 and at most 1, got 1.5."),
        (("--num", "0"), "generate.num must be at least 1, got 0."),
        (("--temperature", "nan"), "SamplingConfig.temperature must be a number of at least 0, got nan."),
        (("--temprature", "1"), "Did you mean '--temperature'?"),
        (("--device", "toaster"), "got 'toaster'"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    command: Callable[..., Any], run: Path, options: tuple[str, ...], message: str
) -> None:
    outcome = command("generate", run, PROMPT, *options)
    assert outcome.exit_code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def test_a_missing_run_is_one_sentence(command: Callable[..., Any], tmp_path: Path) -> None:
    outcome = command("generate", tmp_path / "nothing", PROMPT)
    assert outcome.exit_code == 2
    assert "No run at" in outcome.err
