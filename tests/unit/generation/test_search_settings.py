import pytest

from clearhead.generation.search_settings import SearchConfig


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_beams": 0}, "num_beams must be a whole number of at least 1, got 0. Use 1 or more"),
        ({"max_tokens": 0}, "max_tokens must be a whole number of at least 1, got 0"),
        ({"min_tokens": -1}, "min_tokens must be a whole number of at least 0, got -1"),
        ({"no_repeat_ngram": 1.5}, "no_repeat_ngram must be a whole number of at least 0, got 1.5"),
        ({"length_penalty": float("inf")}, "length_penalty must be a finite number, got inf"),
        ({"coverage_penalty": -0.1}, "coverage_penalty must be a number of at least 0, got -0.1"),
        ({"num_best": 5}, "num_best must be at most num_beams=4, got 5. Use num_beams=5"),
        ({"max_batch_tokens": True}, "max_batch_tokens must be a whole number of at least 1, got True"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=f"SearchConfig.{message}"):
        SearchConfig(**options)  # type: ignore[arg-type]


def test_as_many_may_be_returned_as_are_kept() -> None:
    assert SearchConfig(num_beams=5, num_best=5).num_best == 5
