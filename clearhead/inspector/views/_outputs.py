"""The last panel of a classifier or regression: what the model answers."""

from clearhead.inspector.views.base import Looked, numbers
from clearhead.panels.table import Cell, Table

SHOWN_OUTPUTS = 12


def outputs(look: Looked) -> Table:
    """Return the outputs of the model, with probabilities where they are scores of classes."""
    recipe = getattr(look.tokenizer, "recipe", {})
    kind = recipe["target"]["kind"] if recipe else ("class" if len(look.logits) > 1 else "number")
    raw = look.logits.float()
    if kind == "number":
        scale = recipe.get("target_scale", {"mean": [0.0] * len(raw), "deviation": [1.0] * len(raw)})
        answers = [
            float(value) * width + mean
            for value, mean, width in zip(raw, scale["mean"], scale["deviation"], strict=True)
        ]
        last, note = "in the target's unit", ""
    else:
        answers = numbers(raw.softmax(-1) if kind == "class" else raw.sigmoid()).tolist()
        last = "probability"
        note = "Softmax over all outputs." if kind == "class" else "The sigmoid of each output by itself."
    order = sorted(range(len(raw)), key=lambda index: -answers[index])[:SHOWN_OUTPUTS]
    rows: list[tuple[Cell, ...]] = [(look.label_names[index], float(raw[index]), answers[index]) for index in order]
    if len(order) < len(raw):
        note += f" The {len(order)} largest of {len(raw)}."
    return Table(
        name="outputs",
        title="What the model answers",
        note=note.strip(),
        columns=("output", "score", last),
        rows=tuple(rows),
    )
