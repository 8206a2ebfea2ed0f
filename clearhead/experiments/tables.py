"""Scores beside their baselines, as lines of plain text."""

from collections.abc import Mapping

KNOWN = {
    "loss": ("loss", 4),
    "perplexity": ("perplexity", 2),
    "bits_per_byte": ("bits/byte", 3),
    "bleu": ("BLEU", 2),
    "bleu_tokenized": ("BLEU tok", 2),
    "chrf": ("chrF", 2),
    "exact": ("exact", 4),
    "rouge_1": ("ROUGE-1", 2),
    "rouge_2": ("ROUGE-2", 2),
    "rouge_l": ("ROUGE-L", 2),
    "accuracy": ("accuracy", 4),
    "macro_f1": ("macro-F1", 4),
    "micro_f1": ("micro-F1", 4),
    "subset_accuracy": ("all right", 4),
    "auc": ("AUC", 4),
    "calibration_error": ("calib. err", 4),
    "mse": ("MSE", 4),
    "mae": ("MAE", 4),
    "r2": ("R²", 4),
}
"""Name of a score: how its column is headed, and its decimals."""
NOTHING = "–"


def score_lines(
    scores: Mapping[str, float], baselines: Mapping[str, Mapping[str, float]], *, title: str, name: str = "this model"
) -> list[str]:
    """Return a table of a model and its baselines, one line each under a line of heads."""
    width = max(28, *(len(row) for row in (title, name, *baselines))) + 2
    columns = [(key, *KNOWN.get(key, (key.replace("_", " "), 4))) for key in scores]
    widths = [max(12, len(head) + 2) for _, head, _ in columns]
    heads = (f"{head:>{wide}}" for (_, head, _), wide in zip(columns, widths, strict=True))
    lines = [f"{title:<{width}}" + "".join(heads)]
    for label, values in ((name, scores), *baselines.items()):
        cells = (NOTHING if values.get(key) is None else f"{values[key]:z,.{digits}f}" for key, _, digits in columns)
        row = (f"{cell:>{wide}}" for cell, wide in zip(cells, widths, strict=True))
        lines.append(f"  {label:<{width - 2}}" + "".join(row))
    return lines


def score_words(scores: Mapping[str, float]) -> str:
    """Return scores as one line: "BLEU 31.20, chrF 55.10"."""
    return ", ".join(
        f"{head} {scores[key]:z,.{digits}f}"
        for key, (head, digits) in ((key, KNOWN.get(key, (key.replace("_", " "), 4))) for key in scores)
    )
