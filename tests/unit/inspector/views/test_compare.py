"""Side by side: what two inputs or two models are told, their distance, and the cosines of their states."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look, look
from clearhead.models.base import load_model
from clearhead.runs.run import save_run
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

LookAt = Callable[[str], Look]
TEXT, OTHER = "the cat sat", "苹果 the cat"


def probabilities(seen: Look, place: int = -1) -> np.ndarray:
    return seen.logits[place].double().softmax(-1).numpy()


def cosine(one: torch.Tensor, other: torch.Tensor) -> float:
    one, other = one.flatten().double(), other.flatten().double()
    return float(one @ other / one.norm() / other.norm())


def test_two_inputs_stand_side_by_side(look_at: LookAt) -> None:
    mine, theirs = look_at(TEXT), look_at(OTHER)
    table = mine.compare(other=OTHER, top=37)["outputs"]
    assert table.columns == ("output", repr(TEXT), repr(OTHER), "difference")
    names = mine.next_token()["probabilities"].labels
    first, second = probabilities(mine), probabilities(theirs)
    assert len(table.rows) == 37
    for name, one, other, difference in table.rows:
        assert one == pytest.approx(first[names.index(name)]) and other == pytest.approx(second[names.index(name)])
        assert difference == pytest.approx(other - one, abs=1e-12)
    largest = [max(row[1], row[2]) for row in table.rows]
    assert largest == sorted(largest, reverse=True)


def test_their_distance_and_entropies_are_those_of_the_probabilities(look_at: LookAt) -> None:
    mine, theirs = look_at(TEXT), look_at(OTHER)
    facts = {row[0]: row[1:] for row in mine.compare(other=OTHER, token=2)["facts"].rows}
    first, second = probabilities(mine, 2), probabilities(theirs, 2)
    assert facts["apart by"][0] == pytest.approx(np.abs(first - second).sum() / 2)
    assert facts["entropy, bits"] == pytest.approx([-(p * np.log2(p)).sum() for p in (first, second)])
    assert facts["tokens"] == (11, 10)
    names = mine.next_token()["probabilities"].labels
    assert facts["answer"] == (names[first.argmax()], names[second.argmax()])


def test_states_are_compared_at_the_last_token_of_each(look_at: LookAt) -> None:
    mine, theirs = look_at(TEXT), look_at(OTHER)
    lines = mine.compare(other=OTHER)["cosine"]
    assert "layers.0.attention.weights" not in lines.points
    values = dict(zip(lines.points, lines.series["cosine"], strict=True))
    for tap in ("embedding", "layers.0.residual", "layers.1.feed_forward.hidden", "final_norm"):
        assert values[tap] == pytest.approx(cosine(mine.value(tap)[-1], theirs.value(tap)[-1]), abs=1e-6)
    query = "layers.1.attention.query"
    assert values[query] == pytest.approx(cosine(mine.value(query)[:, -1], theirs.value(query)[:, -1]), abs=1e-6)
    assert values["embedding"] == pytest.approx(1, abs=1e-6)  # both end with a t


def test_two_texts_of_a_classifier_are_compared(look_at_text: Callable[..., Look]) -> None:
    mine, theirs = look_at_text(), look_at_text(text="a mat")
    drawing = mine.compare(other="a mat")
    assert {row[0] for row in drawing["outputs"].rows} == {"y1", "y2", "y3"}
    told = {row[0]: row[2] for row in drawing["outputs"].rows}
    assert [told[name] for name in ("y1", "y2", "y3")] == pytest.approx(theirs.logits.softmax(-1).tolist(), abs=1e-6)
    values = dict(zip(drawing["cosine"].points, drawing["cosine"].series["cosine"], strict=True))
    assert values["pooled"] == pytest.approx(cosine(mine.value("pooled"), theirs.value("pooled")), abs=1e-6)


def test_two_sentences_of_a_tagger_are_compared_word_by_word(tagger: Look) -> None:
    theirs = tagger.again("a cat")
    drawing = tagger.compare(other="a cat", token=1)
    told = {row[0]: row[1:3] for row in drawing["outputs"].rows}
    for index, name in enumerate(tagger.label_names):
        assert told[name] == pytest.approx((probabilities(tagger, 1)[index], probabilities(theirs, 1)[index]))
    assert "crf.emissions" not in drawing["cosine"].points


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of another small GPT, whose tokenizer numbers the characters differently."""
    folder = tmp_path_factory.mktemp("other") / "second"
    tokenizer = train_tokenizer("character", ["zyx the cat sat"], vocab_size=37)
    torch.manual_seed(9)
    model = load_model("gpt").tiny()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    save_run(folder, model, tokenizer, {"task": "language_modeling"})
    return folder


def test_two_models_are_joined_by_how_their_tokens_read(look_at: LookAt, run: Path, tokenizer: Tokenizer) -> None:
    mine, theirs = look_at(TEXT), look(run, TEXT)
    assert theirs.tokenizer.encode("c") != tokenizer.encode("c")
    drawing = mine.compare(against=str(run), top=1000)
    table = drawing["outputs"]
    assert table.columns == ("output", "tiny", "second", "difference")
    told = {row[0]: row[1:] for row in table.rows}
    first, second = probabilities(mine), probabilities(theirs)
    for letter in "theca":
        expected = first[tokenizer.encode(letter)[0]], second[theirs.tokenizer.encode(letter)[0]]
        assert told[letter][:2] == pytest.approx(expected)
    assert told["z"][0] is None and told["z"][2] is None and told["苹"][1] is None
    assert sum(row[0] or 0 for row in told.values()) == pytest.approx(1)
    assert sum(row[1] or 0 for row in told.values()) == pytest.approx(1)
    values = dict(zip(drawing["cosine"].points, drawing["cosine"].series["cosine"], strict=True))
    expected = cosine(mine.value("final_norm")[-1], theirs.value("final_norm")[-1])
    assert values["final_norm"] == pytest.approx(expected, abs=1e-6)
    assert "directions of their own" in drawing["cosine"].note


def test_a_model_beside_itself_is_the_same(run: Path) -> None:
    drawing = look(run, TEXT).compare(against=str(run))
    assert drawing["outputs"].columns == ("output", "second", "second (2)", "difference")
    assert all(row[3] == 0 for row in drawing["outputs"].rows)
    assert drawing["cosine"].series["cosine"] == pytest.approx(1)


def test_alone_it_says_how_to_compare(look_at: LookAt) -> None:
    mine = look_at(TEXT)
    [table] = mine.compare(top=4).panels
    best = np.sort(probabilities(mine))[::-1][:4]
    assert table.column("probability") == pytest.approx(best)
    assert table.note.startswith("Give another input as `other`")


def test_two_targets_of_pairs_are_compared_with_the_same_target(look_at_pair: Callable[..., Look]) -> None:
    mine = look_at_pair("transformer")
    drawing = mine.compare(other="a mat")
    theirs = mine.again("a mat", mine.target)
    told = sorted((row[2] for row in drawing["outputs"].rows), reverse=True)
    assert told[0] == pytest.approx(probabilities(theirs).max(), abs=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"other": "a", "against": "b"}, "compare.other must not be given together with against, got other='a'."),
        ({"top": 0}, "compare.top must be at least 1, got 0. Use 10."),
        ({"token": 11, "other": "the"}, "compare.token must be between 0 and 10"),
        ({"token": 5, "other": "the"}, "compare.token must be between 0 and 2"),
        ({"other": ""}, "look.text must hold at least one token, got ''."),
    ],
)
def test_impossible_options_are_refused(look_at: LookAt, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).compare(**options)
    assert str(caught.value).startswith(message)


def test_a_run_that_is_not_there_is_told_with_the_nearest(look_at: LookAt, run: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"No run at .*secnd\. Did you mean .*second\?"):
        look_at(TEXT).compare(against=str(run.with_name("secnd")))


def test_a_run_that_reads_something_else_is_refused(row: Look, run: Path) -> None:
    row.given, row.target = TEXT, None  # a language model can read it, but as a text
    with pytest.raises(ValueError, match=r"compare\.against must be a run that reads what this model reads \(row\)"):
        row.compare(against=str(run))
