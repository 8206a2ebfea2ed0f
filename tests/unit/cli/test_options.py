"""Words of a command line become a call; what does not fit becomes one sentence with the nearest option."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pytest
import tyro

from clearhead.cli._options import known_options, parse, parse_action


@dataclass(frozen=True)
class Sampling:
    top_k: int | None = None
    """Keep only the k likeliest."""
    temperature: float = 0.8

    def __post_init__(self) -> None:
        if self.temperature < 0:
            raise ValueError(
                f"Sampling.temperature must be at least 0, got {self.temperature}. Use 0 for the likeliest."
            )


def generate(
    run: Path,
    prompt: str,
    /,
    more: tyro.conf.Positional[tuple[str, ...]] = (),
    *,
    max_tokens: int = 200,
    mode: Literal["greedy", "sample"] = "sample",
    json: bool = False,
    colour: bool = True,
    sampling: Sampling = Sampling(),
) -> tuple[object, ...]:
    """Continue a text.

    Args:
        run: the folder of a run
        max_tokens: at most so many
    """
    if prompt == "fail":
        raise ValueError("from inside")
    return run, prompt, more, max_tokens, mode, json, colour, sampling


def words(text: str) -> tuple[object, ...]:
    result = parse(generate, text.split(), prog="clearhead generate")
    assert isinstance(result, tuple)
    return result


def test_words_and_options_reach_the_parameters_they_name() -> None:
    assert words("runs/a Once upon a --max-tokens 3 --json --no-colour --sampling.top-k 5 --mode greedy") == (
        Path("runs/a"),
        "Once",
        ("upon", "a"),
        3,
        "greedy",
        True,
        False,
        Sampling(top_k=5),
    )


def test_defaults_hold_where_nothing_is_said() -> None:
    assert words("a b") == (Path("a"), "b", (), 200, "sample", False, True, Sampling())


def test_underscores_in_an_option_are_hyphens() -> None:
    assert words("a b --max_tokens=4")[3] == 4


def test_a_dataclass_is_read_too() -> None:
    assert parse(Sampling, ["--top-k", "3"], prog="x") == Sampling(top_k=3)


def test_an_annotated_positional_keeps_its_own_name(capsys: pytest.CaptureFixture[str]) -> None:
    def show(what: Annotated[str, tyro.conf.arg(metavar="THING")], /) -> None:
        """Show it."""

    with pytest.raises(SystemExit):
        parse(show, ["--help"], prog="clearhead show")
    assert "usage: clearhead show [-h] THING" in capsys.readouterr().out


def test_a_positional_with_choices_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    def data(action: tyro.conf.Positional[Literal["list", "check"]]) -> None:
        """List or check."""

    with pytest.raises(SystemExit):
        parse(data, ["--help"], prog="clearhead data")
    assert "usage: clearhead data [-h] {list,check}" in capsys.readouterr().out


def test_help_names_positionals_by_their_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        words("--help")
    shown = capsys.readouterr().out
    assert leaving.value.code == 0
    assert "usage: clearhead generate [-h] [OPTIONS] RUN PROMPT [MORE ...]" in shown
    assert "the folder of a run" in shown
    assert "at most so many" in shown
    assert "--json" in shown and "--no-json" not in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b --max-token 3", "clearhead generate has no option '--max-token'. Did you mean '--max-tokens'?"),
        ("a b --max-token=3", "clearhead generate has no option '--max-token'. Did you mean '--max-tokens'?"),
        ("--jsn", "clearhead generate has no option '--jsn'. Did you mean '--json'?"),
        (
            "a b --sampling.topk 3",
            "clearhead generate has no option '--sampling.topk'. Did you mean '--sampling.top-k'?",
        ),
        ("a b --qqqq", "clearhead generate has no option '--qqqq'. See clearhead generate --help."),
        ("a b -x", "clearhead generate has no option '-x'. See clearhead generate --help."),
        ("a", "clearhead generate needs PROMPT. See clearhead generate --help."),
        ("", "clearhead generate needs RUN and PROMPT. See clearhead generate --help."),
        ("a b --max-tokens x", "--max-tokens must be INT, got 'x'. See clearhead generate --help."),
        ("a b --max_tokens=x", "--max-tokens must be INT, got 'x'. See clearhead generate --help."),
        ("a b --sampling.top-k None", "--sampling.top-k must be INT, got 'None'. See clearhead generate --help."),
        ("a b --max-tokens", "--max-tokens needs a value. See clearhead generate --help."),
        ("a b --mode gredy", "No 'gredy' in --mode. Available: greedy, sample. Did you mean 'greedy'?"),
        (
            "a b --sampling.temperature -1",
            "Sampling.temperature must be at least 0, got -1.0. Use 0 for the likeliest.",
        ),
    ],
)
def test_words_that_do_not_fit_are_refused_in_one_sentence(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError) as caught:
        words(text)
    assert str(caught.value) == message
    assert capsys.readouterr() == ("", "")


def test_a_word_too_many_is_named() -> None:
    def show(what: str, /) -> None:
        """Show it."""

    with pytest.raises(
        ValueError, match=r"^clearhead show takes no further word, got 'b'\. Put a text of several words"
    ):
        parse(show, ["a", "b"], prog="clearhead show")


def train(data: Path, /, *, vocab_size: int = 3) -> tuple[Path, int]:
    """Train a tokenizer."""
    return data, vocab_size


def show(text: str, /) -> str:
    """Show its pieces."""
    return text


ACTIONS = {"train": train, "show": show}


def test_the_first_word_chooses_the_action() -> None:
    result = parse_action(ACTIONS, ["train", "a.txt", "--vocab-size", "4"], prog="clearhead tokenizer")
    assert result == (Path("a.txt"), 4)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "clearhead tokenizer needs one of train, show. See clearhead tokenizer --help."),
        (["trian"], "No 'trian' in clearhead tokenizer. Available: show, train. Did you mean 'train'?"),
        (["train"], "clearhead tokenizer train needs DATA. See clearhead tokenizer train --help."),
    ],
)
def test_an_action_that_does_not_fit_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_action(ACTIONS, words, prog="clearhead tokenizer")
    assert str(caught.value) == message


def test_help_lists_the_actions(capsys: pytest.CaptureFixture[str]) -> None:
    parse_action(ACTIONS, ["--help"], prog="clearhead tokenizer")
    assert capsys.readouterr().out == (
        "usage: clearhead tokenizer {train,show} [OPTIONS]\n\n"
        "  train       Train a tokenizer.\n  show        Show its pieces.\n"
    )


def test_an_error_of_the_command_itself_passes_through_unchanged() -> None:
    with pytest.raises(ValueError, match=r"^from inside$"):
        words("a fail")


def test_known_options_are_those_of_the_help() -> None:
    known = known_options(Sampling, prog="x")
    assert known == ["--help", "--temperature", "--top-k"]
