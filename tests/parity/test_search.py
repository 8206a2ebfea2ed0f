"""Greedy and beam search beside `generate` of `transformers`, on its own Marian class with random weights."""

import copy
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import MarianConfig, MarianMTModel
from transformers.modeling_outputs import BaseModelOutput

from clearhead.generation.search import Hypothesis, SearchConfig, score_pairs, translate_tokens
from clearhead.models.base import Encoded, Head, SequenceToSequence

PADDING, END, VOCAB = 39, 1, 40


@dataclass
class Written:
    """Everything read so far: the reference model reads it all again, so no cache of ours can be wrong."""

    encoded: Encoded
    tokens: Tensor

    def reorder(self, rows: Tensor) -> None:
        self.encoded, self.tokens = self.encoded.rows(rows), self.tokens[rows]


class Reference(SequenceToSequence):
    """The reference model in the role that our search needs."""

    def __init__(self, model: MarianMTModel) -> None:
        super().__init__()
        self.model = model
        self.config = Sizes()

    def encode(self, source: Tensor) -> Encoded:
        is_padding = source == PADDING
        return Encoded(self.model.model.encoder(source, attention_mask=~is_padding).last_hidden_state, is_padding)

    def decode(self, encoded: Encoded, target: Tensor) -> Tensor:
        output = self.model.model.decoder(
            target,
            encoder_hidden_states=encoded.memory,
            encoder_attention_mask=~encoded.is_padding,
            attention_mask=torch.ones_like(target),  # the padding token begins every target and is seen there
            use_cache=False,
        )
        return output.last_hidden_state

    def head(self) -> Head:
        return Head(self.model.lm_head.weight, self.model.final_logits_bias[0], torch.tensor([PADDING]))

    def start(self, encoded: Encoded, length: int) -> Written:
        return Written(encoded, torch.zeros((len(encoded.memory), 0), dtype=torch.long))

    def step(self, tokens: Tensor, state: Any) -> Tensor:
        state.tokens = torch.cat((state.tokens, tokens[:, None]), 1)
        head = self.head()
        last = self.decode(state.encoded, state.tokens)[:, -1]
        logits = torch.nn.functional.linear(last, head.weight, head.bias)
        return logits.index_fill(1, head.excluded, -torch.inf)

    alignment = blocks = parameter_groups = tiny = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Sizes:
    source_vocab_size: int = VOCAB
    target_vocab_size: int = VOCAB
    context_length: int = 64
    padding_id: int = PADDING
    start_id: int = PADDING
    end_id: int = END


@pytest.fixture(scope="module")
def theirs() -> MarianMTModel:
    config = MarianConfig(
        vocab_size=VOCAB,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        pad_token_id=PADDING,
        decoder_start_token_id=PADDING,
        eos_token_id=END,
        forced_eos_token_id=None,
        bos_token_id=None,
    )
    torch.manual_seed(0)
    model = MarianMTModel(config).eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1 and "embed_positions" not in name:
                parameter.normal_(std=0.8 if "shared" in name else 0.3, generator=generator)
        model.final_logits_bias[0, PADDING] = -1e9  # as good as never; `bad_words_ids` would leave it its probability
        model.final_logits_bias[0, END] = 9  # texts of few tokens as well as texts that reach the limit
    return model


@pytest.fixture(scope="module")
def sources() -> list[list[int]]:
    generator = torch.Generator().manual_seed(1)
    lengths = torch.randint(1, 12, (16,), generator=generator).tolist()
    return [[*torch.randint(2, PADDING, (length,), generator=generator).tolist(), END] for length in lengths]


def generated(theirs: MarianMTModel, source: list[int], **options: Any) -> tuple[list[list[int]], list[float]]:
    """Return what `generate` writes for one source, without start, end and filling, and its scores."""
    generation = copy.deepcopy(theirs.generation_config)
    generation.update(do_sample=False, max_length=None, bad_words_ids=[[PADDING]], max_new_tokens=16, **options)
    output = theirs.generate(
        torch.tensor([source]), generation_config=generation, return_dict_in_generate=True, output_scores=True
    )
    texts = [[token for token in row[1:].tolist() if token not in (PADDING, END)] for row in output.sequences]
    scores = output.sequences_scores.tolist() if output.get("sequences_scores") is not None else []
    return texts, scores


def found(theirs: MarianMTModel, sources: list[list[int]], **options: Any) -> list[list[Hypothesis]]:
    return translate_tokens(Reference(theirs).eval(), sources, SearchConfig(max_tokens=16, **options))


def test_greedy_says_the_same(theirs: MarianMTModel, sources: list[list[int]]) -> None:
    ours = found(theirs, sources, num_beams=1)
    for source, texts in zip(sources, ours, strict=True):
        assert [list(text.tokens) for text in texts] == generated(theirs, source, num_beams=1)[0]
    assert len({len(texts[0].tokens) for texts in ours}) > 4  # else little was compared


@pytest.mark.parametrize(
    "options",
    [
        {"num_beams": 4, "length_penalty": 1.0},
        {"num_beams": 4, "length_penalty": 0.0},
        {"num_beams": 5, "length_penalty": 0.6},
        {"num_beams": 3, "length_penalty": -0.5},
        {"num_beams": 1, "length_penalty": 2.0},
    ],
    ids=str,
)
def test_all_beams_are_the_same_and_score_the_same(
    theirs: MarianMTModel, sources: list[list[int]], options: dict[str, Any]
) -> None:
    num_best = options["num_beams"]
    ours = found(theirs, sources, num_best=num_best, **options)
    for source, texts in zip(sources, ours, strict=True):
        their_texts, their_scores = generated(theirs, source, num_return_sequences=num_best, **options)
        assert [list(text.tokens) for text in texts] == their_texts
        if their_scores:
            assert [text.score for text in texts] == pytest.approx(their_scores, abs=1e-4)


def test_least_lengths_and_forbidden_repeats_mean_the_same(theirs: MarianMTModel, sources: list[list[int]]) -> None:
    ours = found(theirs, sources, num_beams=4, min_tokens=5, no_repeat_ngram=2)
    for source, texts in zip(sources, ours, strict=True):
        theirs_found, _ = generated(theirs, source, num_beams=4, min_new_tokens=5, no_repeat_ngram_size=2)
        assert [list(texts[0].tokens)] == theirs_found


def test_pairs_score_as_the_loss_of_the_reference(theirs: MarianMTModel, sources: list[list[int]]) -> None:
    targets = [source[:-1][::-1] for source in sources]
    for source, target, score in zip(
        sources, targets, score_pairs(Reference(theirs).eval(), sources, targets), strict=True
    ):
        encoded = BaseModelOutput(theirs.model.encoder(torch.tensor([source])).last_hidden_state)
        read = torch.tensor([[PADDING, *target]])
        logits = theirs(encoder_outputs=encoded, decoder_input_ids=read).logits[0].detach()
        logits[:, PADDING] = -torch.inf
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor([*target, END]), reduction="sum")
        assert score.total == pytest.approx(-float(loss), abs=1e-3)
