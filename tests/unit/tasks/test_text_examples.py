"""Texts as a task sees them: batches, word vectors, classes of a run, what is told."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_tasks import Trained, train_tiny, write_texts

from clearhead.data._units import UNKNOWN_ID
from clearhead.interop._word2vec_format import write_text_vectors
from clearhead.models.base import load_model
from clearhead.tasks._text_data import TextTokens
from clearhead.tasks.base import Asked
from clearhead.tasks.classification import Classification, learn, open_task


def task_of(folder: Path, kind: str = "one", **options: Any) -> Classification:
    data = folder / "texts.tsv"
    asked = Asked(data=str(data if data.exists() else write_texts(folder, kind)), options=options)
    learn(asked, folder, parent=None, tell=lambda text: None)
    return open_task(asked, folder)


def model_of(task: Classification, **options: Any) -> Any:
    module = load_model(task.default_model)
    usual = task.defaults(task.default_model).model_options
    config = type(module.tiny().config)(**{**usual, **options, **task.model_facts(task.default_model)})
    torch.manual_seed(0)
    return module(config).eval()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny("classification, texts", tmp_path_factory.mktemp("texts"))


def test_texts_are_read_by_the_models_of_texts(tmp_path: Path) -> None:
    task = task_of(tmp_path)
    assert (task.role, task.unit, task.default_model) == ("TextEncoder", "texts", "text_cnn")
    assert task.describe()["splits"]["train"] == {"texts": task.num_train_targets}


def test_a_pass_has_different_texts_with_their_targets(tmp_path: Path) -> None:
    task: Any = task_of(tmp_path)
    steps = task.steps_per_epoch(8)
    units, seen = task.kind.rules.units, []
    for step in range(steps):
        tokens, targets = task.batch(step, seed=0, batch_size=8)
        assert (tokens[:, -1] != 0).any()  # no wider than its longest text
        for row, target in zip(tokens.tolist(), targets.tolist(), strict=True):
            words = [units.name(token) for token in row if token]
            assert ("fine" in words, "dull" in words) == (target == 1, target == 0)
            seen.append(" ".join(words))
    assert len(seen) == 8 * steps


def test_hidden_words_do_not_depend_on_who_takes_which_share(tmp_path: Path) -> None:
    task = task_of(tmp_path, word_dropout=0.4)
    whole = task.batch(3, seed=0, batch_size=8)[0]
    parts = [task.batch(3, seed=0, batch_size=8, rank=rank, world_size=2)[0] for rank in (0, 1)]
    assert (whole == UNKNOWN_ID).any()
    assert [row[row > 0].tolist() for part in parts for row in part] == [row[row > 0].tolist() for row in whole]


def test_words_are_hidden_only_while_learning(tmp_path: Path) -> None:
    plain, hidden = task_of(tmp_path), task_of(tmp_path, word_dropout=0.4)
    model = model_of(plain)
    assert plain.evaluate(model) == hidden.evaluate(model)


def test_outputs_are_in_order_whatever_is_read_together(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    task: Any = trained.task
    whole = task.outputs(trained.model, "valid")
    monkeypatch.setattr("clearhead.tasks._text_examples.EVALUATED_TOKENS", 7)
    np.testing.assert_allclose(task.outputs(trained.model, "valid"), whole, atol=1e-5)
    packed: TextTokens = task.kind.tokens("valid")
    with torch.no_grad():
        alone = trained.model(torch.from_numpy(packed.padded(np.array([3]))))
    np.testing.assert_allclose(alone[0].numpy(), whole[3], atol=1e-5)


def test_long_texts_are_counted_and_cut(tmp_path: Path) -> None:
    task: Any = task_of(tmp_path, max_tokens=5)
    lengths = [len(row[0].split()) for row in task.examples.texts("train")]
    count = sum(length > 5 for length in lengths)
    told = f"{count:,} of {len(lengths):,} texts of train are longer than 5 tokens and cut there (--task.max-tokens)."
    assert told in task.describe()["report"]
    assert int(task.kind.tokens("train").lengths.max()) == 5


def test_a_model_with_a_shorter_context_reads_less(tmp_path: Path) -> None:
    task: Any = task_of(tmp_path)
    shorter: Any = task.for_model(model_of(task, context_length=4).config)
    assert int(shorter.kind.tokens("train").lengths.max()) == 4 < int(task.kind.tokens("train").lengths.max())


def test_relations_are_read_with_distances_and_scored_officially(tmp_path: Path) -> None:
    task: Any = task_of(tmp_path, "marked", max_distance=4)
    tokens, distances, _ = task.batch(0, seed=0, batch_size=8)
    assert task.main_score == "relation_f1" and distances.shape == (*tokens.shape, 2)
    facts = task.model_facts("text_cnn")
    assert facts["num_positions"] == 10 > int(distances.max())
    assert ((distances == 0).all(2) == (tokens == 0)).all()
    assert {"relation_f1", "accuracy"} <= set(task.evaluate(model_of(task)))
    assert all("relation_f1" in row for row in task.baselines().values())


def test_vectors_set_the_width_and_enter_the_model(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    write_text_vectors(tmp_path / "a.vec", ["fine", "dull"], chance.normal(size=(2, 7)).astype(np.float32))
    task: Any = task_of(tmp_path, vectors=str(tmp_path / "a.vec"))
    model = model_of(task)
    assert model.config.embedding_dim == 7
    [told] = task.equip(model)
    assert told.startswith(f"2 of {task.kind.rules.vocab_size - 3} words begin with a vector of ")
    row = task.kind.rules.units.encode("fine")[0]
    assert torch.equal(model.embedding.weight[row], torch.from_numpy(task.kind.vectors.values[row]))
    with pytest.raises(ValueError, match=r"--model.embedding-dim must be the width of --task.vectors, 7, got 12"):
        task.equip(model_of(task, embedding_dim=12))


def test_missing_vectors_are_told_before_anything_is_learned(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"No word vectors at .*none.vec"):
        task_of(tmp_path, vectors=str(tmp_path / "none.vec"))


def test_other_data_are_scored_with_the_classes_of_the_run(trained: Trained, tmp_path: Path) -> None:
    swapped = tmp_path / "swapped.tsv"
    lines = ["text\tlabel", *(f"a fine dog {number}\tgood\na dull cat {number}\tbad" for number in range(30))]
    swapped.write_text("\n".join(lines) + "\n", encoding="utf-8")
    recipe = Path(trained.result.path) / "preprocessing.json"
    values = json.loads(recipe.read_text(encoding="utf-8"))
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "vocabulary.json").write_bytes((Path(trained.result.path) / "vocabulary.json").read_bytes())
    values["target"]["label_names"] = ["good", "bad"]
    (folder / "preprocessing.json").write_text(json.dumps(values), encoding="utf-8")
    task: Any = open_task(Asked(data=str(swapped)), folder)
    texts = task.examples.texts("train")
    assert [
        ("dull" in text) == bool(target) for (text,), target in zip(texts, task.examples.targets("train"), strict=True)
    ]
    values["target"]["label_names"] = ["good", "fair"]
    (folder / "preprocessing.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ValueError, match=r"must have classes that the run knows \(good, fair\), got also bad"):
        open_task(Asked(data=str(swapped)), folder)


def test_other_data_must_have_the_form_that_the_run_reads(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must hold 1 text a row, as the run reads, got 1 text a row with two marked"):
        open_task(Asked(data=str(write_texts(tmp_path, "marked"))), Path(trained.result.path))
