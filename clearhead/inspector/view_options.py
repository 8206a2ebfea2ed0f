"""What may be asked of the views, all of them together: without torch, so that a command's help is quick.

The views' files say which of these each one takes, and a test holds the two lists together.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ViewOptions:
    """The options of all views; one that is not given is None and stays as the view has it."""

    side: str | None = None
    """pairs: attention (encoder, decoder or cross); the other views: encoder or decoder."""
    layer: int | None = None
    """Which layer, counted from 0; -1 is the last."""
    head: int | None = None
    """Which head of attention, counted from 0; -1 is the last."""
    unit: int | None = None
    """neuron, pixels: which neuron or filter of the layer. ngrams: which filter. ablation: which number of the tap."""
    token: int | None = None
    """Position counted from 0; -1 is the last. attention: who looks. next_token: what follows it. tags: one step."""
    word: str | None = None
    """context_vectors: a word of the text."""
    other: str | None = None
    """context_vectors: another text with the word in it. compare, ablation: another input."""
    words: str | None = None
    """word_geometry: the words to show, with spaces between."""
    map: str | None = None
    """word_geometry: how the words are laid out, pca or tsne."""
    around: int | None = None
    """word_geometry: how many of the words nearest to these stand around them, faint."""
    analogy: str | None = None
    """word_geometry: "king - man + woman", or with the answer "king - man + woman = queen"."""
    top: int | None = None
    """How many of the largest to list."""
    temperature: float | None = None
    """next_token, branches: below 1 is safer, above 1 wilder, 0 takes the best."""
    top_k: int | None = None
    """next_token, branches: keep only the K most probable tokens."""
    top_p: float | None = None
    """next_token, branches: keep the most probable tokens that sum to P."""
    min_p: float | None = None
    """next_token: keep tokens at least P times as probable as the best."""
    repetition_penalty: float | None = None
    """next_token: above 1 makes tokens of the text less probable."""
    weight: str | None = None
    """training_step: a tensor and a place in it, "layers.0.linear.weight[3,5]"."""
    rate: float | None = None
    """training_step, word_pair: learning rate."""
    momentum: float | None = None
    """training_step: share of the velocity that is kept."""
    beta1: float | None = None
    """training_step: share of the mean gradient that Adam keeps."""
    beta2: float | None = None
    """training_step: share of the mean squared gradient that Adam keeps."""
    steps: int | None = None
    """training_step: updates in a row, from the same input."""
    part: str | None = None
    """computation_graph: only what ran inside this part of the model, "layers.0". layers: its histograms, large."""
    limit: int | None = None
    """computation_graph: how many operations to show, the last ones."""
    place: str | None = None
    """pixels: row and column of the number to explain, "3,4"."""
    filter: str | None = None
    """pixels: "difference" shows the filter set by hand instead of the model's."""
    threshold: float | None = None
    """pixels: with --filter difference, what it lets through, 0 to 255."""
    window: int | None = None
    """word_pair: words on each side at most."""
    negatives: int | None = None
    """word_pair: words drawn beside the right one."""
    power: float | None = None
    """word_pair: words are drawn in proportion to count^power."""
    seed: int | None = None
    """word_pair, branches: of what is drawn."""
    length: int | None = None
    """positions: how many positions to show. gradient_flow: tokens. branches: how many tokens to write."""
    choose: str | None = None
    """branches: what to take instead, "3:2" is at step 3 the second most probable token."""
    tap: str | None = None
    """ablation: what is changed, "layers.3.attention.mixed" (with * for any part)."""
    answer: str | None = None
    """ablation, attribution, training, gradient_flow, ngrams, neuron: the output to follow; a label, or one token."""
    against: str | None = None
    """compare: the folder of another run, which reads the same input. gradient_flow: of others, with commas between."""
    x: str | None = None
    """neuron: the column of numbers to go along."""
    y: str | None = None
    """neuron: the column of numbers to go upwards."""
    step: int | None = None
    """neuron: whose weights tell, of the steps that were kept while it learned; -1 is the model as it is."""
    way: str | None = None
    """recurrent_state: left_to_right or right_to_left."""

    def given(self) -> dict[str, Any]:
        """Return those that were given."""
        return {name: value for name, value in asdict(self).items() if value is not None}
