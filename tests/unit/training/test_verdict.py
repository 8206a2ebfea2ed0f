"""The verdict: each branch, with numbers of the kind real runs have."""

from typing import Any

from clearhead.training.verdict import Verdict, judge

BASELINES = {"bigram": {"loss": 4.01, "bits_per_byte": 2.6}, "xz -9": {"bits_per_byte": 2.9}}
FALLING = [{"step": step, "loss": loss} for step, loss in [(100, 4.0), (200, 3.4), (300, 3.0), (400, 2.7)]]
LEVEL = [{"step": step, "loss": loss} for step, loss in [(100, 3.2), (200, 2.75), (300, 2.71), (400, 2.70)]]


def verdict(**changes: Any) -> Verdict:
    facts: dict[str, Any] = {
        "scores": {"loss": 2.7, "bits_per_byte": 1.75},
        "baselines": BASELINES,
        "history": LEVEL,
        "train_loss": 2.65,
        "epochs": 1.5,
        "num_parameters": 800_000,
        "train_tokens": 20_000_000,
        "minutes": 2.0,
    }
    return judge(**{**facts, **changes})


def test_worse_than_a_table_of_pairs_it_learned_little() -> None:
    found = verdict(scores={"loss": 4.2, "bits_per_byte": 2.7})
    assert found.state == "learned little"
    assert "loss 4.200 against 4.010" in found.text()
    assert found.next_steps == ["train longer (--minutes 4) before changing anything else."]


def test_it_compares_with_the_table_and_the_compressor() -> None:
    text = verdict().text()
    assert "Loss 2.700 is 1.31 below the bigram table's 4.010" in text
    assert "1.75 bits per byte, less than xz -9 (2.90)" in text
    assert "more than xz -9 (2.90)" in verdict(scores={"loss": 2.7, "bits_per_byte": 3.0}).text()


def test_a_gap_after_many_passes_is_overfitting() -> None:
    found = verdict(train_loss=2.2, epochs=9.0)
    assert found.state == "overfitted"
    assert "2.200 on it, 2.700 on unseen text, after 9.0 passes" in found.text()
    assert found.next_steps == ["give more text; or use a smaller model (--model.d-model)."]


def test_more_dropout_is_advised_than_there_was() -> None:
    assert "--model.dropout 0.1, or a smaller" in verdict(train_loss=2.2, epochs=9.0, dropout=0.0).text()
    assert "--model.dropout 0.4, or a smaller" in verdict(train_loss=2.2, epochs=9.0, dropout=0.3).text()
    assert "dropout" not in verdict(train_loss=2.2, epochs=9.0, dropout=0.5).text()


def test_a_loss_that_rose_again_after_many_passes_is_overfitting() -> None:
    rising = [{"step": 100, "loss": 2.6}, {"step": 200, "loss": 2.5}, {"step": 300, "loss": 2.7}]
    assert verdict(history=rising, epochs=4.0).state == "overfitted"
    assert verdict(history=rising, epochs=1.0).state != "overfitted"


def test_a_gap_before_the_text_was_seen_twice_is_none() -> None:
    assert verdict(train_loss=2.2, epochs=1.9).state == "balanced"


def test_a_loss_that_still_falls_is_underfitting() -> None:
    found = verdict(history=FALLING)
    assert found.state == "underfitted"
    assert "--minutes 4" in found.text()
    assert verdict(history=[], minutes=30.0).state == "underfitted"
    assert "--minutes 60" in verdict(history=[], minutes=30.0).text()


def test_few_tokens_for_many_parameters_are_told() -> None:
    found = verdict(train_tokens=1_000_000, epochs=12.0)
    assert found.state == "balanced"
    assert "1,000,000 tokens are few for 800,000 parameters" in found.text()


def test_otherwise_all_is_as_expected() -> None:
    found = verdict()
    assert found.state == "balanced"
    assert found.sentences[-1].startswith("Training and validation loss agree")
    assert found.next_steps and "Try: " in found.text()


def test_it_can_do_without_baselines_and_without_a_training_loss() -> None:
    assert verdict(baselines={}, train_loss=None).state == "balanced"


def test_a_run_of_seconds_is_told_to_take_minutes() -> None:
    assert "--minutes 2 " in verdict(history=FALLING, minutes=0.01).text()
