"""The configuration of the recurrent text encoder: what is refused, and with which values in the sentence."""

import pytest

from clearhead.models.recurrent import RecurrentConfig


def config(**options: object) -> RecurrentConfig:
    return RecurrentConfig(**{"vocab_size": 12, "num_outputs": 3, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hidden_size": 0}, r"RecurrentConfig\.hidden_size must be at least 1, got 0\. Use 1 or more\."),
        ({"num_positions": -1}, r"RecurrentConfig\.num_positions must be 0 \(read none\) or more, got -1\. Use 0\."),
        ({"dropout": 1.0}, r"RecurrentConfig\.dropout must be in \[0, 1\), got 1\.0\. Use 0\.5\."),
        ({"cell": "ltsm"}, r"RecurrentConfig\.cell must be one of lstm, gru, rnn, got 'ltsm'\. Use 'lstm'\."),
        ({"pooling": "sum"}, r"RecurrentConfig\.pooling must be one of max, mean, last, attention, got 'sum'\."),
        ({"output": "words"}, r"RecurrentConfig\.output must be one of text, tokens, got 'words'\. Use 'text'\."),
        ({"characters": "rnn"}, r"RecurrentConfig\.characters must be one of cnn, lstm, got 'rnn'\. Use 'cnn'\."),
        ({"padding_id": 12}, r"RecurrentConfig\.padding_id must be from 0 to 11 \(the vocabulary\), got 12\. Use 0\."),
        (
            {"num_characters": 9, "characters": "lstm", "character_size": 7},
            r"RecurrentConfig\.character_size must be even with characters='lstm' .*, got 7\. Use 8\.",
        ),
        (
            {"has_crf": True},
            r"RecurrentConfig\.has_crf must be False with output='text', got True: .* output='tokens'\.",
        ),
        (
            {"output": "tokens", "pooling": "mean"},
            r"RecurrentConfig\.pooling must be left out with output='tokens', which pools nothing, got 'mean'\.",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_values(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        config(**options)


def test_states_are_as_wide_as_both_ways_together() -> None:
    assert config(hidden_size=20).width == 40
    assert config(hidden_size=20, is_bidirectional=False).width == 20


def test_letters_of_an_odd_width_are_no_trouble_for_filters() -> None:
    assert config(num_characters=9, character_size=7).character_size == 7
