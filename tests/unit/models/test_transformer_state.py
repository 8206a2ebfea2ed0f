"""What the decoder's state tells while writing."""

import torch

from clearhead.generation.search import SearchConfig, translate_tokens
from clearhead.models.transformer import Transformer


def model() -> Transformer:
    torch.manual_seed(0)
    made = Transformer.tiny().eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_(std=0.3)
        made.embedding.weight[made.config.padding_id] = 0
    return made


@torch.inference_mode()
def test_each_step_tells_where_it_looked_as_the_whole_decoder_does() -> None:
    made = model()
    padding = made.config.padding_id
    source = torch.tensor([[5, 1, 9, 0], [7, 0, padding, padding]])
    target = torch.tensor([[made.config.start_id, 4, 6], [made.config.start_id, 3, 2]])
    state = made.start(made.encode(source), 3)
    state.keeps_alignment = True
    whole = made.alignment(source, target)
    for place in range(3):
        made.step(target[:, place], state)
        assert state.alignment is not None
        assert torch.allclose(state.alignment, whole[:, place], atol=1e-5)
    assert not state.alignment[1, 2:].any()


def test_coverage_changes_what_is_found_only_when_it_is_asked_for() -> None:
    made = model()
    sources = [[5, 1, 9, 0], [7, 3, 0]]
    plain = translate_tokens(made, sources, SearchConfig(num_beams=4, max_tokens=2))
    covered = translate_tokens(made, sources, SearchConfig(num_beams=4, max_tokens=2, coverage_penalty=5.0))
    assert [best[0].score for best in covered] != [best[0].score for best in plain]
    assert all(best[0].score < first[0].score for best, first in zip(covered, plain, strict=True))
