"""A walk: why did the LSTM remember and the plain RNN forget, on the same sentence?

Both read a name and words that mean nothing, and have to say the name after the last of them. They learned from the
same sentences, equally many.
"""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from browser.steps import OpenPage, after, by_id, ready
from browser.walks.reading import choose, exact, numbers, rows

from clearhead.data._units import UnitRules, Units
from clearhead.inspector.look import Look, look
from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder
from clearhead.runs.info import RunInfo
from clearhead.runs.run import save_run
from clearhead.tasks._preprocessing import PREPROCESSING_FILE
from clearhead.tasks._text_reader import TextReader

NAMES = ["ann", "bob", "eve", "ian", "joe", "kim", "lea", "tom"]
FILLING = ["and", "of", "so", "the", "then", "was"]
STEPS, LONGEST, HIDDEN = 300, 16, 8
Both = tuple[Look, Path]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Look, Path]:
    """Return the LSTM that has read a sentence which it remembers and the RNN forgets, and the folder of the RNN."""
    folder = tmp_path_factory.mktemp("memory")
    runs = {cell: _run(folder / cell, cell) for cell in ("lstm", "rnn")}
    chance, found = random.Random(1), []
    for name in NAMES:
        text = " ".join([name, *chance.choices(FILLING, k=LONGEST - 1)])
        seen = look(runs["lstm"], text)
        if _said(seen) == name != _said(look(runs["rnn"], text)):
            found.append(seen)
    assert found, "the RNN remembers every name, or the LSTM none"
    # Where a gate has settled, a gradient is small though nothing is forgotten: the sentence where least has settled.
    return max(found, key=lambda seen: slopes(seen)[0]), runs["rnn"]


def _said(seen: Look) -> str:
    return seen.label_names[int(seen.logits.argmax())]


def _run(folder: Path, cell: str) -> Path:
    """Train one net on sentences of 2 to LONGEST words and save it as a run."""
    units = Units.learn([" ".join(NAMES + FILLING)], UnitRules())
    id_of = {word: units.encode(word)[0] for word in NAMES + FILLING}
    names, filling = (torch.tensor([id_of[word] for word in words]) for words in (NAMES, FILLING))
    torch.manual_seed(0)
    sizes = {"embedding_dim": 8, "hidden_size": HIDDEN, "context_length": 32}
    model = RecurrentEncoder(
        RecurrentConfig(
            vocab_size=int(max(id_of.values())) + 1, num_outputs=len(NAMES), cell=cell, is_bidirectional=False,
            pooling="last", dropout=0.0, **sizes,
        )
    )  # fmt: skip
    if cell == "rnn":  # as nets were begun when it was found that they forget; an orthogonal matrix would keep more
        torch.nn.init.uniform_(model.encoder.kernel.weight_hh_l0, -(HIDDEN**-0.5), HIDDEN**-0.5)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    chance = torch.Generator().manual_seed(0)
    for _ in range(STEPS):
        length = int(torch.randint(2, LONGEST + 1, (), generator=chance))
        tokens = filling[torch.randint(len(filling), (32, length), generator=chance)]
        asked = torch.randint(len(names), (32,), generator=chance)
        tokens[:, 0] = names[asked]
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(tokens), asked).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    save_run(folder, model.eval(), None, RunInfo(task="classification"))
    units.save(folder)
    limits = {"num_texts": 1, "has_marks": False, "max_tokens": 32, "max_distance": 0}
    recipe = {"kind": "text", "text_columns": ["text"], "target": {"kind": "class", "label_names": NAMES}, **limits}
    (folder / PREPROCESSING_FILE).write_text(json.dumps(recipe), encoding="utf-8")
    TextReader(folder)  # it can be read again
    return folder


def slopes(seen: Look) -> np.ndarray:
    """Return |d answer / d vector of each word| of the whole sentence, by one plain backward pass."""
    vectors = []
    model = seen.model
    hook = model.embedding.register_forward_hook(lambda own, given, made: vectors.append(made.requires_grad_()))
    output = model(*seen.batch)[0]
    hook.remove()
    [slope] = torch.autograd.grad(output.max(), vectors[0])
    found: np.ndarray = slope[0].norm(dim=-1).numpy()
    return found


def lstm(seen: Look) -> dict[str, np.ndarray]:
    """Compute the states and gates of the LSTM word by word from its saved weights alone, in float64."""
    w = {
        name.rpartition(".")[2]: value.double().numpy()
        for name, value in seen.model.state_dict().items()
        if "kernel" in name
    }
    vectors = seen.model.embedding.weight.detach().double().numpy()[seen.tokens]
    hidden, cell, found = np.zeros(HIDDEN), np.zeros(HIDDEN), []
    for vector in vectors:
        sums = w["weight_ih_l0"] @ vector + w["bias_ih_l0"] + w["weight_hh_l0"] @ hidden + w["bias_hh_l0"]
        let_in, kept, candidate, shown = np.split(sums, 4)
        let_in, kept, shown = (1 / (1 + np.exp(-part)) for part in (let_in, kept, shown))
        cell = kept * cell + let_in * np.tanh(candidate)
        hidden = shown * np.tanh(cell)
        found.append((hidden, cell, let_in, kept, np.tanh(candidate), shown))
    names = ("hidden", "cell", "input_gate", "forget_gate", "candidate", "output_gate")
    return dict(zip(names, map(np.array, zip(*found, strict=True)), strict=True))


def test_from_two_answers_to_the_gradient_that_came_through_and_the_gate_that_let_it(
    open_page: OpenPage, serve: Any, both: Both
) -> None:
    seen, rnn = both
    other, last = seen.through(rnn), len(seen.tokens) - 1
    name = seen.text.split()[0]
    page = ready(open_page(serve(seen)))

    # The same sentence, and two answers.
    after(page, by_id(page, "view-compare").click)
    choose(page, against=rnn)
    said = {row[0]: place for place, row in enumerate(rows(page, "outputs"))}
    for one, column in ((seen, 1), (other, 2)):
        told = one.logits.double().softmax(-1)
        for label, place in said.items():
            probability = float(told[NAMES.index(label)])
            assert exact(page, "outputs", place, column) == pytest.approx(probability, rel=1e-4, abs=1e-7)
    answers = [max(said, key=lambda label: exact(page, "outputs", said[label], column)) for column in (1, 2)]
    assert answers[0] == name != answers[1]

    # How much does each answer owe to the name, so many words before?
    after(page, by_id(page, "view-gradient_flow").click)
    choose(page, against=rnn)
    own, theirs = slopes(seen), slopes(other)
    assert numbers(page, "through_time", last, last + 1) == pytest.approx(own.tolist(), rel=1e-3, abs=1e-7)
    [far], [far_theirs] = (numbers(page, "distance", series, 1, first=last) for series in (0, 1))
    assert far == pytest.approx(own[0], rel=1e-3)
    assert far_theirs == pytest.approx(theirs[0], rel=1e-3)
    [share], [share_theirs] = (numbers(page, "share", series, 1, first=last) for series in (0, 1))
    assert share == pytest.approx(own[0] / own.sum(), rel=1e-3)
    assert share_theirs == pytest.approx(theirs[0] / theirs.sum(), rel=1e-3, abs=1e-7)
    assert share > share_theirs  # of all that moves the answer, the name is more in the LSTM

    # Which gate let it through? Every state and gate, after the name and after the last word.
    after(page, by_id(page, "view-recurrent_state").click)
    formulas, read = lstm(seen), {}
    for part, values in formulas.items():
        for token in (0, last):
            read[part, token] = numbers(page, part, token, HIDDEN)
            assert read[part, token] == pytest.approx(values[token].tolist(), rel=1e-3, abs=1e-5), (part, token)
    kept = [exact(page, "means", token, 2) for token in range(1, last + 1)]
    assert kept == pytest.approx(formulas["forget_gate"][1:].mean(1).tolist(), rel=1e-4)

    # From the name that the RNN says instead it has come to nearly the same state; the LSTM keeps the two apart.
    changed, left = " ".join([answers[1], *seen.text.split()[1:]]), []
    for address in (None, serve(other)):
        if address is not None:
            page = ready(open_page(f"{address}#view=recurrent_state"))
        states = []
        for text in (seen.text, changed):
            if by_id(page, "input").input_value() != text:
                by_id(page, "input").fill(text)
                after(page, by_id(page, "ask").click)
            states.append([np.array(numbers(page, "hidden", token, HIDDEN)) for token in (0, last)])
        first, end = (float(np.linalg.norm(one - two)) for one, two in zip(*states, strict=True))
        left.append(end / first)
    assert left[0] > left[1]
