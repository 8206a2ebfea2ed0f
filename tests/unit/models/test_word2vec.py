"""Word2vec in PyTorch: its scores, its step beside autograd's and the kernels', batches, other vocabularies."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from clearhead.kernels.hogwild import Tables, WordTraining, train_words
from clearhead.kernels.word_tables import huffman_tree
from clearhead.layers.tap import listening
from clearhead.models._word_batches import WordBatches, windows
from clearhead.models.word2vec import Word2Vec, Word2VecConfig

COUNTS = np.array([9, 7, 5, 4, 3, 2, 2, 1])
CONTEXTS = torch.tensor([[1, 2, -1], [3, -1, -1], [2, 2, 5]])
ROWS = torch.tensor([[0, 4, 6], [1, 3, -1], [6, 0, 2]])
TRUTHS = torch.tensor([[True, False, False], [True, False, False], [False, True, False]])
OBJECTIVES = ["negative_sampling", "hierarchical_softmax", "full_softmax"]


def scattered(**options: Any) -> Word2Vec:
    torch.manual_seed(0)
    model = Word2Vec(Word2VecConfig(**{"vocab_size": 8, "embedding_dim": 5, **options}))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.5)
    return model


def rand() -> torch.Generator:
    return torch.Generator().manual_seed(2)


def loss_of(model: Word2Vec, contexts: Tensor, rows: Tensor, truths: Tensor) -> Tensor:
    if model.config.objective == "full_softmax":
        return model.choice_loss(contexts, rows[:, 0])
    return model.answer_loss(contexts, rows, truths)


def test_the_window_is_the_mean_of_its_words() -> None:
    model = scattered()
    vectors = model.input_vectors
    expected = torch.stack([(vectors[1] + vectors[2]) / 2, vectors[3], (2 * vectors[2] + vectors[5]) / 3])
    assert torch.allclose(model.hidden(CONTEXTS), expected)


def test_scores_of_chosen_rows_are_those_of_all_rows() -> None:
    model = scattered()
    scores = model(CONTEXTS)
    assert scores.shape == (3, 8)
    assert torch.allclose(model(CONTEXTS, ROWS.clamp_min(0)), scores.gather(1, ROWS.clamp_min(0)), atol=1e-6)


def test_training_starts_with_every_answer_at_one_half() -> None:
    model = Word2Vec.tiny()
    assert not model(CONTEXTS).any()
    assert model.input_vectors.abs().max() <= 1 / 16 and model.input_vectors.std() > 0


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_step_is_the_gradient_times_the_rate(objective: Any) -> None:
    model = scattered(objective=objective)
    contexts = CONTEXTS[:, :1]  # one word each: the mean's error is then its gradient
    loss = loss_of(model, contexts, ROWS, TRUTHS)
    loss.backward()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    learned = model.learn(contexts, ROWS, TRUTHS, rate=0.1)
    assert float(learned) == pytest.approx(loss.item(), abs=1e-5)
    for parameter, old in zip(model.parameters(), before, strict=True):
        assert torch.allclose(parameter, old - 0.1 * parameter.grad, atol=1e-6)


def test_each_word_of_a_window_gets_the_whole_error_of_their_mean() -> None:
    model = scattered(mode="cbow")
    hidden = model.hidden(CONTEXTS[:1]).detach().requires_grad_()
    scores = (model.output_vectors.detach()[ROWS[0]] @ hidden[0])[None]
    torch.nn.functional.softplus(torch.where(TRUTHS[:1], -scores, scores)).sum().backward()
    before = model.input_vectors.detach().clone()
    model.learn(CONTEXTS[:1], ROWS[:1], TRUTHS[:1], rate=0.1)
    for word in (1, 2):
        assert torch.allclose(model.input_vectors[word], before[word] - 0.1 * hidden.grad[0], atol=1e-6)


@pytest.mark.parametrize("is_right", [True, False])
def test_beyond_six_a_right_answer_moves_nothing_and_a_wrong_one_moves_fully(is_right: bool) -> None:
    model = scattered()
    with torch.no_grad():
        model.input_vectors[3], model.output_vectors[1] = 2.0, 2.0  # a score of 20
    model.learn(torch.tensor([[3]]), torch.tensor([[1]]), torch.tensor([[is_right]]), rate=0.1)
    expected = 2.0 if is_right else 1.8
    for vector in (model.output_vectors[1], model.input_vectors[3]):
        assert torch.allclose(vector, torch.full((5,), expected))


@pytest.mark.parametrize("mode", ["skip_gram", "cbow"])
@pytest.mark.parametrize("objective", ["hierarchical_softmax", "full_softmax"])
def test_the_kernels_take_the_same_steps(mode: Any, objective: Any) -> None:
    """Two words in a window of one leave nothing to chance; each is told from the other, first the left one."""
    by_kernel, by_torch = (scattered(mode=mode, objective=objective) for _ in range(2))
    training = WordTraining(mode=mode, objective=objective, window=1, sample=0.0)
    options: dict[str, Any] = {"first_rate": 0.1, "last_rate": 0.1, "seed": 0, "start": 0, "stop": 2}
    ids = np.array([6, 2], np.int32)
    learned = train_words(*by_kernel.arrays(), ids, training=training, tables=Tables.of(COUNTS, training), **options)
    ask = WordBatches(COUNTS, training).ask_about
    loss = sum(
        by_torch.learn(torch.tensor([[other]]), *ask(torch.tensor([word]), rand()), rate=0.1)
        for word, other in ((6, 2), (2, 6))
    )
    assert learned.loss == pytest.approx(float(loss), abs=2e-5)
    for ours, other in zip(by_kernel.parameters(), by_torch.parameters(), strict=True):
        assert torch.allclose(ours, other, atol=1e-5)


def test_the_kernels_write_into_the_parameters() -> None:
    model = Word2Vec.tiny()
    inputs, output = model.arrays()
    inputs[3, 2], output[1, 1] = 7.0, 8.0
    assert model.input_vectors[3, 2] == 7 and model.output_vectors[1, 1] == 8
    with pytest.raises(ValueError, match=r"input_vectors must be float32 on the CPU, got torch.float64 on cpu"):
        model.double().arrays()


def test_windows_are_symmetric_end_with_sentences_and_prefer_near_words() -> None:
    ids = torch.tensor([*range(6), -1] * 400)
    words, contexts = windows(ids, torch.ones(8), window=3, generator=rand())
    assert len(words) == 2400 and contexts.shape == (2400, 6)
    differences = (contexts - words[:, None])[contexts >= 0]
    assert set(differences.tolist()) == {-3, -2, -1, 1, 2, 3}  # within a sentence words count upwards
    share = [(differences.abs() == d).float().mean() for d in (1, 2, 3)]
    possible = torch.tensor([5 * 3, 4 * 2, 3 * 1.0])  # pairs at that distance · draws that reach so far
    assert torch.allclose(torch.stack(share), possible / possible.sum(), atol=0.03)


def test_words_thinned_out_are_in_no_window() -> None:
    keep = torch.tensor([0.0, 1, 1, 1, 1, 1, 1, 1])
    words, contexts = windows(torch.tensor([1, 0, 2, -1, 0]), keep, window=1, generator=rand())
    assert words.tolist() == [1, 2] and contexts.tolist() == [[-1, 2], [1, -1]]


def test_drawn_questions_are_the_word_and_others_in_proportion() -> None:
    batches = WordBatches(COUNTS, WordTraining(num_negatives=2000, power=1.0))
    rows, truths = batches.ask_about(torch.tensor([0, 5]), rand())
    assert rows[:, 0].tolist() == [0, 5] and truths.sum().item() == 2 and truths[:, 0].all()
    drawn = torch.bincount(rows[1, 1:][rows[1, 1:] >= 0], minlength=8)
    assert drawn[5] == 0
    assert drawn[0] / drawn.sum() == pytest.approx(9 / 31, abs=0.04)


def test_questions_of_a_tree_are_its_paths() -> None:
    tree = huffman_tree(COUNTS)
    rows, truths = WordBatches(COUNTS, WordTraining(objective="hierarchical_softmax")).ask_about(
        torch.arange(8), rand()
    )
    for word in range(8):
        path = slice(tree.starts[word], tree.starts[word + 1])
        assert rows[word][rows[word] >= 0].tolist() == tree.nodes[path].tolist()
        assert truths[word][rows[word] >= 0].tolist() == tree.turns[path].tolist()


def test_many_meetings_in_one_batch_do_not_overshoot() -> None:
    model = scattered()
    many = torch.tensor([[3]]).expand(10_000, 1)
    for _ in range(50):
        model.learn(many, torch.ones_like(many), torch.ones_like(many, dtype=torch.bool), rate=0.1)
    assert 0 < float((model.input_vectors[3] @ model.output_vectors[1]).detach()) < 10


@pytest.mark.parametrize("mode", ["skip_gram", "cbow"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_learning_in_batches_learns_which_words_stand_together(mode: Any, objective: Any) -> None:
    chance = np.random.default_rng(0)
    sentences = chance.integers(0, 4, (150, 6)) + 4 * chance.integers(0, 2, (150, 1))
    ids = torch.from_numpy(np.pad(sentences, ((0, 0), (0, 1)), constant_values=-1).ravel())
    training = WordTraining(mode=mode, objective=objective, sample=0.0)
    torch.manual_seed(0)
    model = Word2Vec(Word2VecConfig(vocab_size=8, embedding_dim=8, mode=mode, objective=objective))
    batches, generator = WordBatches(np.full(8, 300), training), rand()
    for _ in range(8):
        for batch in batches(ids, generator):
            model.learn(*batch, rate=0.1)
    unit = torch.nn.functional.normalize(model.input_vectors.detach())
    cosines = unit @ unit.T
    assert cosines[:4, :4].mean() > cosines[:4, 4:].mean() + 0.2


def test_another_vocabulary_keeps_what_is_known() -> None:
    model = scattered()
    other = model.extended([2, -1, 0, 7, -1])
    assert other.config.vocab_size == 5
    assert torch.equal(other.input_vectors[[0, 2, 3]], model.input_vectors[[2, 0, 7]])
    assert torch.equal(other.output_vectors[[0, 2, 3]], model.output_vectors[[2, 0, 7]])
    assert not other.output_vectors[[1, 4]].any()
    assert 0 < other.input_vectors[[1, 4]].abs().max() <= 0.2
    tree = scattered(objective="hierarchical_softmax").extended([2, -1, 0])
    assert tree.output_vectors.shape == (2, 5) and not tree.output_vectors.any()


def test_vectors_and_scores_can_be_looked_at_and_changed() -> None:
    model = scattered()
    plain = model(CONTEXTS)
    seen: dict[str, Tensor] = {}
    with listening(model, lambda name, value: seen.setdefault(name, value)):
        assert torch.equal(model(CONTEXTS), plain)
    assert set(seen) == {"hidden", "scores"} and seen["hidden"].shape == (3, 5)
    with listening(model, lambda name, value: value + 1):
        assert not torch.allclose(model(CONTEXTS), plain)


def test_every_parameter_is_in_one_group() -> None:
    model = Word2Vec.tiny()
    groups = model.parameter_groups()
    assert groups["embeddings"] == [model.input_vectors] and groups["head"] == [model.output_vectors]
    assert model.blocks() == []


@pytest.mark.parametrize(("name", "value"), [("vocab_size", 1), ("embedding_dim", 0)])
def test_sizes_without_sense_are_refused(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"Word2VecConfig.{name} must be at least \d, got {value}"):
        Word2VecConfig(**{"vocab_size": 8, name: value})
