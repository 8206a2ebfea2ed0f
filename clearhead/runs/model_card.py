"""The README.md of a saved run: what the model is, what it was trained on, how good it is and how to use it.

A pure function of the run's description; the front matter is what the Hugging Face hub reads.
"""

import json
from collections.abc import Mapping
from typing import Any

from clearhead.runs.info import RunInfo
from clearhead.runs.task_words import words_for

ARCHITECTURES = {
    "qwen3": ("Qwen3ForCausalLM", "rotary positions, RMSNorm, SwiGLU, normalised queries and keys"),
    "llama": ("LlamaForCausalLM", "rotary positions, RMSNorm, SwiGLU"),
    "gpt2": ("GPT2LMHeadModel", "learned positions, LayerNorm, GELU"),
    "marian": ("MarianMTModel", "the encoder–decoder Transformer of 2017"),
    "clearhead": ("clearhead", "Clearhead's own form"),
}
COSTS = ("steps", "seconds")
"""What stands beside the scores and is none."""
LOWER_IS_BETTER = ("loss", "perplexity", "bits_per_byte")


def model_card(info: RunInfo) -> str:
    """Write the model card of a run as Markdown."""
    name, description = ARCHITECTURES.get(info.model_type, (info.model_type, ""))
    words = words_for(info.task)
    size = _count(info.num_parameters)
    sections = [
        _front_matter(info),
        f"# {_title(info)}",
        f"{words.what} of {size} parameters: `{info.model}` of Clearhead, saved as `{name}` ({description}). "
        + words.does.format(context=_longest_text(info))
        + (f" The weights were imported from a {info.imported_from} folder." if info.imported_from else ""),
        "## Trained on",
        _data(info),
        "## Scores",
        _scores(info),
        "## Use",
        _use(info, name),
        "## Settings",
        _settings(info),
        "## Limits",
        words.limits,
        "## 中文说明",
        _chinese(info, name, size),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _front_matter(info: RunInfo) -> str:
    tag = words_for(info.task).tag
    library = "clearhead" if info.model_type == "clearhead" else "transformers"
    lines = ["---", f"library_name: {library}", f"pipeline_tag: {tag}"]
    if info.data.languages:
        lines += ["language:", *(f"- {json.dumps(language)}" for language in info.data.languages)]
    lines += [
        "tags:",
        "- clearhead",
        *([f"- {info.model_type}"] if info.model_type else []),
        f"- {tag}",
        "---",
    ]
    return "\n".join(lines)


def _longest_text(info: RunInfo) -> str:
    is_carrying = "carried_length" in info.model_config  # a state is carried from token to token (models/base.py)
    return "any number of" if is_carrying else str(info.model_config.get("context_length", "?"))


def _title(info: RunInfo) -> str:
    trained_on = f" trained on {_plain(info.data.name)}" if info.data.name else ""
    return f"{info.model or info.model_type}{trained_on}"


def _data(info: RunInfo) -> str:
    data = info.data
    if not data.name:
        return "Nothing is known about the data." if info.imported_from else "The data was not named."
    lines = [f"**{_plain(data.name)}**"]
    tokenizer = info.tokenizer
    for split, counts in data.splits.items():
        said = (
            ", ".join(f"{value:,} {key.removeprefix('num_').replace('_', ' ')}" for key, value in counts.items())
            if isinstance(counts, dict)
            else counts
        )
        lines.append(f"- {split}: {said}")
    if data.fingerprint:
        lines.append(f"- fingerprint: `{data.fingerprint}`")
    if tokenizer.kind:
        lines.append(f"- tokenizer: {tokenizer.kind}, {tokenizer.vocab_size:,} tokens")
    lines += [f"- {_plain(line)}" for line in data.report]
    return "\n".join(lines[:1]) + "\n\n" + "\n".join(lines[1:])


def _scores(info: RunInfo) -> str:
    rows = {"this model": info.scores, **info.baselines} if info.scores else {}
    rows = {name: values for name, values in rows.items() if isinstance(values, Mapping)}
    columns = list(
        dict.fromkeys(key for values in rows.values() for key, value in values.items() if _is_score(key, value))
    )
    if not columns:
        return "Not evaluated."
    lines = [
        "| | " + " | ".join(column.replace("_", " ") for column in columns) + " |",
        "|---|" + "---:|" * len(columns),
    ]
    for name, values in rows.items():
        cells = (f"{values[column]:.4g}" if _is_number(values.get(column)) else "" for column in columns)
        lines.append(f"| {_plain(name)} | " + " | ".join(cells) + " |")
    note = "Measured on the whole validation part."
    lower = [column.replace("_", " ") for column in columns if column in LOWER_IS_BETTER]
    if lower:
        note += f" Lower is better for {', '.join(lower)}; bits per byte can be compared between tokenizers."
    costs = " and ".join(f"{info.scores[cost]:,.0f} {cost}" for cost in COSTS if _is_number(info.scores.get(cost)))
    return "\n".join(lines) + "\n\n" + note + (f" Reached after {costs}." if costs else "")


def _use(info: RunInfo, architecture: str) -> str:
    if info.task != "language_modeling":
        return f"`RUN` is this folder.\n\n{words_for(info.task).use}"
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


def _settings(info: RunInfo) -> str:
    rows: dict[str, Any] = {"seed": info.seed, "created": info.created}
    rows |= {f"model.{key}": value for key, value in info.model_config.items() if value is not None}
    rows |= {f"training.{key}": value for key, value in _flat(info.training).items()}
    rows |= {f"decisions.{key}": value for key, value in _flat(info.decisions).items()}
    rows |= {f"versions.{key}": value for key, value in info.versions.items()}
    lines = ["| setting | value |", "|---|---|"]
    return "\n".join(
        lines
        + [f"| {_plain(key)} | {_plain(_value(value))} |" for key, value in rows.items() if value not in (None, "")]
    )


def _chinese(info: RunInfo, architecture: str, size: str) -> str:
    words = words_for(info.task)
    readers = "" if info.model_type == "clearhead" else words.readers_zh
    trained_on = f"训练数据：{_plain(info.data.name)}。" if info.data.name else ""
    scores = "；".join(
        f"{key.replace('_', ' ')} {value:.4g}" for key, value in info.scores.items() if _is_score(key, value)
    )
    measured = f"在整个验证集上的得分：{scores}。" if scores else ""
    return (
        f"这是一个 {size} 参数的{words.what_zh}，以 `{architecture}` 格式保存。{readers}"
        f"{trained_on}{measured}\n\n"
        f"用法：{words.use_zh}（`RUN` 是本文件夹）。\n\n"
        f"局限：{words.limits_zh}"
    )


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name nested settings by their path: {"probe": {"precision": …}} is "probe.precision"."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_score(key: str, value: Any) -> bool:
    return key not in COSTS and _is_number(value)


def _count(number: int) -> str:
    """Say a count as people do: 840, 12.5 K, 124 M."""
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if number >= limit:
            return f"{number / limit:.3g} {unit}"
    return str(number)


def _plain(text: str) -> str:
    """Keep a name on its line and out of the table's and the page's syntax."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")
