"""What each kind of model reads: the tensors it is called with, and the names by which views speak of them."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_tasks import Trained, train_tiny

from clearhead.experiments.predict import open_predictor
from clearhead.generation.search import SearchConfig, translate_tokens
from clearhead.inspector.inputs import START_TEXT, reader_of
from clearhead.inspector.look import Look, look
from clearhead.models.image_cnn import ImageCNN, ImageCNNConfig
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.models.transformer import Transformer, TransformerConfig
from clearhead.models.word2vec import Word2Vec, Word2VecConfig
from clearhead.tasks._array_examples import ArrayReader
from clearhead.tokenizers._pairs import PairTokenizer, train_pairs

TABLE = {
    "kind": "table",
    "columns": [
        {"name": "rooms", "kind": "number", "mean": 3.0, "scale": 2.0, "has_missing": False},
        {"name": "town", "kind": "category", "categories": ["bonn", "köln"], "has_missing": False, "has_others": False},
    ],
    "target": {"name": "price", "kind": "class", "label_names": ["cheap", "dear"]},
}
IMAGES = {
    "kind": "images", "height": 4, "width": 5, "num_channels": 1, "means": [0.5], "scales": [0.25],
    "target": {"kind": "class", "label_names": ["cat", "dog"]},
}  # fmt: skip


def reader(folder: Path, recipe: dict[str, Any]) -> Any:
    (folder / "preprocessing.json").write_text(json.dumps(recipe), encoding="utf-8")
    return reader_of(SimpleNamespace(path=folder, tokenizer=None))


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return train_pairs(["the cat", "a dog"], ["die Katze", "ein Hund"], vocab_size=None, kind="character")


@pytest.fixture(scope="module")
def model(tokenizer: PairTokenizer) -> Transformer:
    torch.manual_seed(1)
    names = ("source_vocab_size", "target_vocab_size", "padding_id", "start_id", "end_id")
    facts = {name: getattr(tokenizer, name) for name in names}
    return Transformer(TransformerConfig(**facts, d_model=16, num_layers=1, num_heads=2, context_length=12)).eval()


def test_a_pair_is_read_with_the_target_given(model: Transformer, tokenizer: PairTokenizer) -> None:
    look = Look(model, tokenizer, "the cat", target="ein Hund")
    assert look.kind == "pair"
    assert look.tokens == tokenizer.encode_source(["the cat"])[0]
    assert look.target_tokens == [tokenizer.start_id, *tokenizer.encode_target(["ein Hund"])[0][:-1]]
    assert [piece.text for piece in look.target_pieces][:3] == [START_TEXT, " ", "e"]
    with torch.no_grad():
        assert torch.equal(look.logits, model(torch.tensor([look.tokens]), torch.tensor([look.target_tokens]))[0])
    assert repr(look) == "Look at 'the cat' → 'ein Hund' (9 + 10 tokens) through Transformer"


def test_a_pair_without_a_target_is_read_with_what_the_model_writes(
    model: Transformer, tokenizer: PairTokenizer
) -> None:
    look = Look(model, tokenizer, "the cat")
    [[own]] = translate_tokens(model, [look.tokens], SearchConfig(num_beams=1))
    assert look.target_tokens[1:] == list(own.tokens)[:11]
    assert len(look.target_pieces) == len(look.target_tokens)
    assert look.target == tokenizer.decode_target(look.target_tokens[1:])


def test_pieces_of_a_pair_say_which_characters_they_cover(model: Transformer, tokenizer: PairTokenizer) -> None:
    look = Look(model, tokenizer, "a dog", target="ein Hund")
    covered = [look.text[piece.start : piece.end] for piece in look.pieces]
    assert "".join(covered) == "adog"
    assert [piece.id for piece in look.pieces] == look.tokens
    assert look.pieces[-1].bytes == b""


def test_another_pair_goes_through_the_same_model(model: Transformer, tokenizer: PairTokenizer) -> None:
    again = Look(model, tokenizer, "the cat", target="ein Hund").again("a dog", "die Katze")
    assert again.model is model
    assert (again.text, again.target) == ("a dog", "die Katze")


def test_a_row_is_scaled_and_known_in_its_own_units(tmp_path: Path) -> None:
    reads = reader(tmp_path, TABLE)
    look = Look(MLP(MLPConfig(num_features=3, num_outputs=2)), reads, '{"rooms": 7, "town": "köln"}', target="dear")
    assert look.kind == "row"
    assert look.feature_names == ("rooms", "town=bonn", "town=köln")
    assert look.inputs.tolist() == [[2.0, 0.0, 1.0]]
    assert look.raw.tolist() == [7.0, 0.0, 1.0]
    assert look.label_names == ("cheap", "dear")
    assert look.training_step()["loss"].note == "Compared with dear: −log p."


def test_an_image_is_read_as_in_training(tmp_path: Path) -> None:
    pixels = np.arange(20, dtype=np.uint8).reshape(4, 5) * 10
    Image.fromarray(pixels).save(tmp_path / "seven.png")
    reads = reader(tmp_path, IMAGES)
    assert isinstance(reads, ArrayReader)
    config = ImageCNNConfig(num_channels=1, height=4, width=5, num_outputs=2, widths=(4,), num_convolutions=1)
    look = Look(ImageCNN(config), reads, tmp_path / "seven.png")
    assert look.kind == "image"
    assert np.array_equal(look.raw[0], pixels)
    assert torch.allclose(look.inputs[0, 0], (torch.from_numpy(pixels) / 255 - 0.5) / 0.25)
    assert np.array_equal(look.pixels()["pixels"].array[0, 0], pixels)


def test_words_are_read_by_their_row() -> None:
    words = SimpleNamespace(words=["the", "cat", "sat"], counts=np.array([3, 2, 1]), vocab_size=3)
    model = Word2Vec(Word2VecConfig(vocab_size=3, embedding_dim=4))
    look = Look(model, words, "sat the")
    assert (look.kind, look.words, look.tokens) == ("words", ["sat", "the"], [2, 0])
    with pytest.raises(
        ValueError, match=r"look\.text must be words of the 3 the model knows, got 'catt'\. Did you mean"
    ):
        look.again("catt")
    with pytest.raises(
        ValueError, match=r"look\.target must be left out for a Word2Vec, which reads one input, got 'x'"
    ):
        look.again("cat", "x")


def test_numbers_of_another_shape_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"look\.input must be numbers of shape \[3\] \(what the model reads\), got \[2\]"
    ):
        Look(MLP(MLPConfig(num_features=3, num_outputs=2)), None, [1.0, 2.0])


def test_what_is_no_row_is_refused_with_the_columns_of_one(tmp_path: Path) -> None:
    reads = reader(tmp_path, TABLE)
    with pytest.raises(ValueError) as caught:
        Look(MLP(MLPConfig(num_features=3, num_outputs=2)), reads, "seven rooms")
    assert str(caught.value) == (
        "look.input must be one row as JSON, or the file of one, got 'seven rooms'. Write its columns and values, "
        'such as {"rooms": "…", "town": "…"}.'
    )


@pytest.mark.parametrize(("task", "file"), [("regression", "preprocessing.json"), ("word_vectors", "words.json")])
def test_a_run_without_the_file_by_which_its_inputs_are_read_says_so(tmp_path: Path, task: str, file: str) -> None:
    run = SimpleNamespace(path=tmp_path, tokenizer=None, about=SimpleNamespace(task=task))
    with pytest.raises(FileNotFoundError) as caught:
        reader_of(run)
    assert str(caught.value) == (
        f"{tmp_path} must hold {file}, by which its inputs are read, got a run without it. Copy the whole run again."
    )


def test_several_rows_are_refused(tmp_path: Path) -> None:
    reads = reader(tmp_path, TABLE)
    (tmp_path / "rows.csv").write_text("rooms,town\n1,bonn\n2,bonn\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"look\.input must be one row or one image, got 2 in "):
        Look(MLP(MLPConfig(num_features=3, num_outputs=2)), reads, str(tmp_path / "rows.csv"))


def test_a_target_too_long_for_the_context_is_refused(model: Transformer, tokenizer: PairTokenizer) -> None:
    with pytest.raises(ValueError, match=r"look\.target must be at most 12 tokens long \(the model's context\), got 2"):
        Look(model, tokenizer, "the cat", target="die Katze ein Hund")
    with pytest.raises(ValueError, match=r"look\.text must hold at least one token, got ''\."):
        Look(model, tokenizer, "")


@pytest.fixture(scope="module", params=["texts", "two texts", "relations", "recurrent"])
def classifier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny(f"classification, {request.param}", tmp_path_factory.mktemp("texts"))


def test_a_labelled_text_is_read_as_its_run_reads_it(classifier: Trained) -> None:
    text = classifier.inputs[0]
    seen = look(classifier.result.path, text)
    assert (seen.kind, seen.text, len(seen.pieces)) == ("text", text, len(seen.tokens))
    assert list(seen.label_names) == classifier.task.examples.label_names  # type: ignore[attr-defined]
    [answer] = open_predictor(classifier.result.path, device="cpu").predict([text])
    shares = dict(zip(seen.label_names, seen.logits.softmax(-1).tolist(), strict=True))
    assert answer.facts["probabilities"] == pytest.approx(shares, abs=1e-5)


def test_every_view_of_a_labelled_text_shows_something(classifier: Trained) -> None:
    seen = look(classifier.result.path, classifier.inputs[0])
    assert {"layers", "computation_graph", "tokenization", "training_step"} <= set(seen.views())
    assert all(panel.to_json() for name in seen.views() for panel in seen.view(name))
    assert "next_token" not in seen.views()


def test_a_labelled_text_must_hold_something_and_fit(classifier: Trained) -> None:
    text = classifier.inputs[0]
    with pytest.raises(ValueError, match=r"look\.text must be at most 256 tokens long .*, got \d+"):
        look(classifier.result.path, text + " cat" * 300)
    empty = "\t" if "\t" in text else " "
    with pytest.raises(ValueError, match=r"look\.text must hold at least one token"):
        look(classifier.result.path, empty)
