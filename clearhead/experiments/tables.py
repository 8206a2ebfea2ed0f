"""Scores beside their baselines, as lines of plain text."""

from collections.abc import Mapping

COLUMNS = (("loss", "loss", 4), ("perplexity", "perplexity", 2), ("bits/byte", "bits_per_byte", 3))
"""Head, name of the score, decimals."""
NOTHING = "–"


def score_lines(
    scores: Mapping[str, float], baselines: Mapping[str, Mapping[str, float]], *, title: str, name: str = "this model"
) -> list[str]:
    """Return a table of a model and its baselines, one line each under a line of heads."""
    width = max(28, *(len(row) for row in (title, name, *baselines))) + 2
    lines = [f"{title:<{width}}" + "".join(f"{head:>12}" for head, _, _ in COLUMNS)]
    for label, values in ((name, scores), *baselines.items()):
        cells = (NOTHING if values.get(key) is None else f"{values[key]:,.{digits}f}" for _, key, digits in COLUMNS)
        lines.append(f"  {label:<{width - 2}}" + "".join(f"{cell:>12}" for cell in cells))
    return lines
