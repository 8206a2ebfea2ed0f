"""Score a model on a whole part of a text, beside the baselines."""

from typing import Any, Literal


def main(
    run: str,
    /,
    *,
    data: str | None = None,
    split: Literal["test", "valid"] | None = None,
    text_column: str | None = None,
    errors: str | None = None,
    device: str = "auto",
    learning_curve: bool = False,
    json: bool = False,
) -> None:
    """Score a model on a whole part of a text, beside the baselines.

    Args:
        run: folder of a run, or of a Hugging Face model of a supported class.
        data: a known name, a file, a folder or a glob; the text the run was trained on when not given.
        split: which part; the test part where there is one, otherwise the validation part, when not given.
        text_column: column of a .jsonl file that holds the text.
        errors: write the worst errors into this new file, .tsv or .jsonl.
        device: auto, cpu, cuda or mps.
        learning_curve: instead train again on an eighth, a quarter and half of the data: what would more bring?
        json: print JSON.
    """
    found: Any
    if learning_curve:
        from clearhead.experiments.learning_curve import learning_curve as measure_curve

        found = measure_curve(run)
    else:
        from clearhead.experiments.evaluate import evaluate

        found = evaluate(run, data=data, split=split, text_column=text_column, errors=errors, device=device)
    if json:
        from json import dumps

        print(dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print(found)
