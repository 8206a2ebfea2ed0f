"""What the numbers of a run mean, in words: normal or not, over- or under-fitted, what to try next."""

from dataclasses import dataclass
from typing import Any

from clearhead.tasks.base import Task


@dataclass(frozen=True)
class Verdict:
    """A judgement and what follows from it."""

    state: str
    """"learned little", "underfitted", "overfitted" or "balanced"."""
    sentences: list[str]
    next_steps: list[str]

    def text(self) -> str:
        """Return it as a paragraph."""
        return " ".join([*self.sentences, *(f"Try: {step}" for step in self.next_steps)])


def judge(
    *,
    scores: dict[str, float],
    baselines: dict[str, dict[str, float]],
    history: list[dict[str, Any]],
    train_loss: float | None,
    epochs: float,
    num_parameters: int,
    train_tokens: int,
    minutes: float,
    dropout: float | None = None,
) -> Verdict:
    """Judge a finished language model.

    Args:
        scores: of the whole validation part.
        history: evaluations in order, each with "step" and "loss".
        train_loss: mean over the last steps, in nats per token.
        epochs: how often each training token was seen.
        minutes: what the training took.
        dropout: with which it was trained; None where the model has none.
    """
    loss = scores["loss"]
    bigram = baselines.get("bigram", {}).get("loss")
    sentences, next_steps = [], []
    gap = None if train_loss is None else loss - train_loss
    best = min((entry["loss"] for entry in history), default=loss)
    longer = max(2.0, round(2 * minutes))

    if bigram is not None and loss >= bigram:
        sentences.append(
            f"The model predicts worse than a table of token pairs (loss {loss:.3f} against {bigram:.3f}): "
            f"it has learned little so far."
        )
        next_steps.append(f"train longer (--minutes {longer:g}) before changing anything else.")
        return Verdict("learned little", sentences, next_steps)
    if bigram is not None:
        sentences.append(
            f"Loss {loss:.3f} is {bigram - loss:.2f} below the bigram table's {bigram:.3f}: "
            f"the model uses more of the text than the last token."
        )
    xz = baselines.get("xz -9", {}).get("bits_per_byte")
    if xz is not None:
        relation = "less than" if scores["bits_per_byte"] < xz else "more than"
        sentences.append(f"It needs {scores['bits_per_byte']:.2f} bits per byte, {relation} xz -9 ({xz:.2f}).")

    if gap is not None and epochs > 2 and (gap > 0.15 or loss > best + 0.02):
        sentences.append(
            f"It has begun to learn the training text by heart: {train_loss:.3f} on it, {loss:.3f} on unseen text, "
            f"after {epochs:.1f} passes."
        )
        next_steps.append(f"give more text; or use {_more_dropout(dropout)}a smaller model (--model.d-model).")
        return Verdict("overfitted", sentences, next_steps)
    if train_tokens < 20 * num_parameters and epochs > 8:
        sentences.append(
            f"{train_tokens:,} tokens are few for {num_parameters:,} parameters; more text would help most."
        )
        next_steps.append("give more text of the same kind.")
        return Verdict("balanced", sentences, next_steps)
    if _is_still_falling(history):
        sentences.append("The loss on unseen text was still falling when the time was over.")
        next_steps.append(f"train longer: --minutes {longer:g} also chooses a larger model.")
        return Verdict("underfitted", sentences, next_steps)
    sentences.append("Training and validation loss agree: this is what to expect of this size, data and time.")
    next_steps.append(f"for a lower loss, give more time (--minutes {longer:g}) or more text.")
    return Verdict("balanced", sentences, next_steps)


def judge_beside(
    task: Task,
    *,
    scores: dict[str, float],
    baselines: dict[str, dict[str, float]],
    history: list[dict[str, Any]],
    epochs: float,
    minutes: float,
    dropout: float | None = None,
    **_: Any,
) -> Verdict:
    """Judge a finished model of any task by its main score: beside the baselines, and by where it still moved."""
    name, value = task.main_score.replace("_", " "), scores[task.main_score]
    longer = f"--minutes {max(2.0, round(2 * minutes)):g}"
    rivals = {label: row for label, row in baselines.items() if task.main_score in row}
    sentences, next_steps = [], []
    best = min(rivals, key=lambda label: task.rank(rivals[label]), default=None)
    if best is not None and task.rank(rivals[best]) <= task.rank(scores):
        sentences.append(
            f"A simpler method does as well: {best} has {name} {rivals[best][task.main_score]:.4g}, this "
            f"model {value:.4g}."
        )
        next_steps.append(f"train longer ({longer}), or use the simpler method.")
        return Verdict("learned little", sentences, next_steps)
    if best is not None:
        sentences.append(
            f"Its {name} is {value:.4g}; the best simple method ({best}) has {rivals[best][task.main_score]:.4g}."
        )
    ranks = [task.rank(entry) for entry in history if task.main_score in entry]
    if task.keeps_best and len(ranks) >= 3 and ranks[-1] > min(ranks) + 0.02 * abs(min(ranks)):
        sentences.append(
            f"On unseen data it was better before the end, after {epochs:.1f} passes: it has begun to "
            f"learn the training data by heart. The best weights were kept."
        )
        next_steps.append(f"give more data, or use {_more_dropout(dropout)}a smaller model.")
        return Verdict("overfitted", sentences, next_steps)
    if len(ranks) < 3 or min(ranks[: -max(1, len(ranks) // 4)]) - ranks[-1] > 0.01 * abs(ranks[-1]):
        sentences.append("It was still getting better when the training ended.")
        next_steps.append(f"train longer: {longer}.")
        return Verdict("underfitted", sentences, next_steps)
    sentences.append("It no longer got better at the end.")
    next_steps.append("more data of the same kind would help most.")
    return Verdict("balanced", sentences, next_steps)


def _more_dropout(dropout: float | None) -> str:
    """Name the next larger dropout as the beginning of a choice; nothing where there is none or it is large."""
    return f"--model.dropout {dropout + 0.1:.1f}, or " if dropout is not None and dropout < 0.45 else ""


def _is_still_falling(history: list[dict[str, Any]]) -> bool:
    """Whether the last quarter of the run brought at least 2 % of the loss."""
    if len(history) < 3:
        return True
    last = history[-1]
    earlier = [entry for entry in history if entry["step"] <= 0.75 * last["step"]]
    return bool(earlier) and earlier[-1]["loss"] - last["loss"] > 0.02 * last["loss"]
