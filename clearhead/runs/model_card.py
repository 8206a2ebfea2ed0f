"""The README.md of a saved run: what the model is, what it was trained on, how good it is and how to use it.

A pure function of the run's description; the front matter is what the Hugging Face hub reads. Its tables are those
of card_panels.py, written as Markdown.
"""

import json

from clearhead.panels.table import Cell, Table
from clearhead.runs.card_panels import data_table, score_table, setting_table
from clearhead.runs.info import RunInfo
from clearhead.runs.task_words import words_for

CURVES_FILE = "curves.png"
"""The picture of how the loss fell, beside the card."""
ARCHITECTURES = {
    "qwen3": ("Qwen3ForCausalLM", "rotary positions, RMSNorm, SwiGLU, normalised queries and keys"),
    "llama": ("LlamaForCausalLM", "rotary positions, RMSNorm, SwiGLU"),
    "gpt2": ("GPT2LMHeadModel", "learned positions, LayerNorm, GELU"),
    "marian": ("MarianMTModel", "the encoder–decoder Transformer of 2017"),
    "clearhead": ("clearhead", "Clearhead's own form"),
}


def model_card(info: RunInfo, *, has_curves: bool = False) -> str:
    """Write the model card of a run as Markdown.

    Args:
        has_curves: whether `CURVES_FILE` lies beside it, to be shown.
    """
    learned = ["## How it learned", f"![Loss and score over the steps of the training]({CURVES_FILE})"]
    sections = [
        _front_matter(info),
        f"# {_plain(card_title(info))}",
        what_it_is(info),
        "## Trained on",
        _data(info),
        "## Scores",
        _scores(info),
        *(learned if has_curves else []),
        "## Use",
        _use(info),
        "## Settings",
        _markdown(setting_table(info)),
        "## Limits",
        words_for(info.task).limits,
        "## 中文说明",
        _chinese(info),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def card_title(info: RunInfo, language: str = "en") -> str:
    """Return what the model is called on its card: its kind, and the data it was trained on."""
    kind = info.model or info.model_type
    if not info.data.name:
        return kind
    return f"{kind}，用 {info.data.name} 训练" if language == "zh" else f"{kind} trained on {info.data.name}"


def what_it_is(info: RunInfo, language: str = "en") -> str:
    """Say what the model is and does, and who reads its folder; names are in backticks, as Markdown has them."""
    words, size = words_for(info.task), said_count(info.num_parameters)
    form, description = ARCHITECTURES.get(info.model_type, (info.model_type, ""))
    if language == "zh":
        readers = "" if info.model_type == "clearhead" else words.readers_zh
        origin = f"权重来自一个 {info.imported_from} 文件夹。" if info.imported_from else ""
        made_by = f"（Clearhead 的 `{info.model}`）" if info.model else ""
        does = _does(words.does_zh, info, any_number="任意多", space=" ")
        return f"这是一个 {size} 参数的{words.what_zh}{made_by}，以 `{form}` 格式保存。{readers}{does}{origin}"
    made_by = f": `{info.model}` of Clearhead, saved" if info.model else ", saved"
    about = f" ({description})" if description else ""
    origin = f" The weights were imported from a {info.imported_from} folder." if info.imported_from else ""
    does = _does(words.does, info, any_number="any number of")
    return f"{words.what} of {size} parameters{made_by} as `{form}`{about}. {does}{origin}".rstrip()


def said_count(number: int) -> str:
    """Say a count as people do: 840, 12.5 K, 124 M."""
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if number >= limit:
            return f"{number / limit:.3g} {unit}"
    return str(number)


def _front_matter(info: RunInfo) -> str:
    tag = words_for(info.task).tag
    library = "clearhead" if info.model_type == "clearhead" else "transformers"
    lines = ["---", f"library_name: {library}", f"pipeline_tag: {tag}"]
    if info.data.languages:
        lines += ["language:", *(f"- {json.dumps(language)}" for language in info.data.languages)]
    tags = dict.fromkeys(["clearhead", *([info.model_type] if info.model_type else []), tag])
    return "\n".join([*lines, "tags:", *(f"- {name}" for name in tags), "---"])


def _does(sentence: str, info: RunInfo, *, any_number: str, space: str = "") -> str:
    """Fill in the longest input; where it is not known the sentence is not said."""
    longest = info.model_config.get("context_length")
    if "carried_length" in info.model_config:  # a state is carried from token to token (models/base.py)
        return sentence.format(context=any_number)
    return "" if longest is None and "{context}" in sentence else sentence.format(context=f"{longest}{space}")


def _data(info: RunInfo) -> str:
    if not info.data.name:
        return "Nothing is known about the data." if info.imported_from else "The data was not named."
    tokenizer = info.tokenizer
    facts = [f"fingerprint: `{info.data.fingerprint}`"] if info.data.fingerprint else []
    if tokenizer.kind:
        facts.append(f"tokenizer: {tokenizer.kind}, {tokenizer.vocab_size:,} tokens")
    listed = "\n".join(f"- {fact}" for fact in [*facts, *map(_plain, info.data.report)])
    return "\n\n".join(part for part in (f"**{_plain(info.data.name)}**", _markdown(data_table(info)), listed) if part)


def _scores(info: RunInfo) -> str:
    table = score_table(info)
    if not table.rows:
        return "Not evaluated."
    return "\n\n".join(part for part in (_markdown(table), table.note, info.decisions.get("verdict", "")) if part)


def _use(info: RunInfo) -> str:
    if info.task != "language_modeling":
        return f"`RUN` is this folder.\n\n{words_for(info.task).use}"
    architecture, _ = ARCHITECTURES.get(info.model_type, (info.model_type, ""))
    return f"""`RUN` is this folder.

```
clearhead generate RUN "Once upon a time"
clearhead look RUN "Once upon a time" --view attention
```

```python
from transformers import AutoModelForCausalLM, AutoTokenizer  # {architecture}

tokenizer = AutoTokenizer.from_pretrained("RUN")
model = AutoModelForCausalLM.from_pretrained("RUN")
tokens = tokenizer("Once upon a time", return_tensors="pt")
print(tokenizer.decode(model.generate(**tokens, max_new_tokens=50)[0]))
```

```
vllm serve RUN
ct2-transformers-converter --model RUN --output_dir RUN-ct2
```"""


def _chinese(info: RunInfo) -> str:
    words, scores = words_for(info.task), score_table(info, "zh")
    parts = [
        what_it_is(info, "zh") + (f"训练数据：{_plain(info.data.name)}。" if info.data.name else ""),
        _markdown(scores),
        scores.note,
        f"用法：{words.use_zh}（`RUN` 是本文件夹）。",
        f"局限：{words.limits_zh}",
    ]
    return "\n\n".join(part for part in parts if part)


def _markdown(table: Table) -> str:
    """Write a table as Markdown, its numbers with four digits that count; nothing where it has no row."""
    if not table.rows:
        return ""
    are_numbers = [
        any(isinstance(row[place], int | float) for row in table.rows) for place in range(len(table.columns))
    ]
    rule = "|" + "".join("---:|" if are else "---|" for are in are_numbers)
    return "\n".join([_row(table.columns), rule, *map(_row, table.rows)])


def _row(cells: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(map(_written, cells)) + " |"


def _written(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:z.4g}"
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) else _plain(str(cell))


def _plain(text: str) -> str:
    """Keep a name on its line and out of the table's and the page's syntax."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")
