"""The tables of a model card as panels, in English or Chinese: data, scores beside the baselines, settings.

Numbers stay numbers, so that a page can sort them and a program read them; the README writes the same tables.
"""

import json
from collections.abc import Mapping
from typing import Any

from clearhead.panels.table import Cell, Table
from clearhead.runs.info import RunInfo

COSTS = ("steps", "seconds")
"""What stands beside the scores and is none."""
LOWER_IS_BETTER = ("loss", "perplexity", "bits_per_byte", "calibration_error", "mse", "mae")
SPOKEN_APART = ("verdict",)
"""Decisions that a card tells in words, beside the scores."""
SCORES: Mapping[str, tuple[str, str]] = {
    "loss": ("loss", "损失"),
    "perplexity": ("perplexity", "困惑度"),
    "bits_per_byte": ("bits per byte", "每字节比特数"),
    "accuracy": ("accuracy", "准确率"),
    "macro_f1": ("macro-F1", "宏平均 F1"),
    "micro_f1": ("micro-F1", "微平均 F1"),
    "subset_accuracy": ("all labels right", "整组准确率"),
    "relation_f1": ("relation F1", "关系 F1"),
    "entity_f1": ("entity F1", "实体 F1"),
    "entity_precision": ("entity precision", "实体精确率"),
    "entity_recall": ("entity recall", "实体召回率"),
    "auc": ("AUC", "AUC"),
    "calibration_error": ("calibration error", "校准误差"),
    "mse": ("MSE", "均方误差"),
    "mae": ("MAE", "平均绝对误差"),
    "r2": ("R²", "R²"),
    "bleu": ("BLEU", "BLEU"),
    "bleu_tokenized": ("BLEU on tokens", "按词元的 BLEU"),
    "chrf": ("chrF", "chrF"),
    "exact": ("exactly right", "完全正确的份额"),
    "rouge_1": ("ROUGE-1", "ROUGE-1"),
    "rouge_2": ("ROUGE-2", "ROUGE-2"),
    "rouge_l": ("ROUGE-L", "ROUGE-L"),
}
"""The scores in words; one that is not here is called by its name."""
COUNTS_ZH = {
    "rows": "行",
    "images": "图像",
    "texts": "文本",
    "pairs": "句对",
    "sentences": "句子",
    "words": "词",
    "vocabulary": "词表",
    "documents": "文档",
    "tokens": "词元",
    "source tokens": "源语言词元",
    "bytes": "字节",
    "train": "训练",
    "valid": "验证",
    "test": "测试",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "data": "The parts of the data",
        "part": "part",
        "counts": "holds",
        "scores": "On the validation part",
        "method": "method",
        "this": "this model",
        "whole": "Measured on the whole validation part.",
        "lower": " Lower is better for {scores}.",
        "bytes": " Bits per byte can be compared between tokenizers.",
        "costs": " Reached after {steps} steps and {seconds} seconds.",
        "settings": "All settings",
        "setting": "setting",
        "value": "value",
        "comma": ", ",
    },
    "zh": {
        "data": "数据的各部分",
        "part": "部分",
        "counts": "内容",
        "scores": "在验证部分上",
        "method": "方法",
        "this": "本模型",
        "whole": "在整个验证部分上测量。",
        "lower": "{scores}越低越好。",
        "bytes": "每字节比特数可以在不同的分词器之间比较。",
        "costs": "训练 {steps} 步、{seconds} 秒后达到。",
        "settings": "全部设置",
        "setting": "设置",
        "value": "值",
        "comma": "、",
    },
}


def data_table(info: RunInfo, language: str = "en") -> Table:
    """Return the parts of the data with their counts; no row where nothing is known."""
    words, splits = WORDS[language], info.data.splits
    counted = {part: counts for part, counts in splits.items() if isinstance(counts, Mapping)}
    names = list(dict.fromkeys(name for counts in counted.values() for name in counts))
    is_told = len(counted) < len(splits)  # a part in words: what is known of a set without counting it
    rows: list[tuple[Cell, ...]] = []
    for part, counts in splits.items():
        numbers = [counts.get(name) if isinstance(counts, Mapping) else None for name in names]
        said = [None if isinstance(counts, Mapping) else str(counts)] if is_told else []
        rows.append((_counted(part, language), *numbers, *said))
    heads = [_counted(name.removeprefix("num_").replace("_", " "), language) for name in names]
    columns = (words["part"], *heads, *([words["counts"]] if is_told else []))
    return Table(name="data", title=words["data"], columns=columns, rows=tuple(rows))


def score_table(info: RunInfo, language: str = "en") -> Table:
    """Return the scores of a run, below them those of simpler methods; no row where it was not evaluated."""
    words = WORDS[language]
    found = {words["this"]: info.scores, **info.baselines} if info.scores else {}
    methods = {name: values for name, values in found.items() if isinstance(values, Mapping)}
    names = list(dict.fromkeys(name for values in methods.values() for name in values if name not in COSTS))
    names = [name for name in names if any(is_number(values.get(name)) for values in methods.values())]
    rows: list[tuple[Cell, ...]] = [
        (label, *(values[name] if is_number(values.get(name)) else None for name in names))
        for label, values in methods.items()
    ]
    lower = [score_name(name, language) for name in names if name in LOWER_IS_BETTER]
    note = words["whole"] + (words["lower"].format(scores=words["comma"].join(lower)) if lower else "")
    if "bits_per_byte" in names:
        note += words["bytes"]
    if all(is_number(info.scores.get(cost)) for cost in COSTS):
        note += words["costs"].format(**{cost: f"{info.scores[cost]:,.0f}" for cost in COSTS})
    columns = (words["method"], *(score_name(name, language) for name in names))
    return Table(
        name="scores",
        title=words["scores"],
        note=note if names else "",
        columns=columns,
        rows=tuple(rows if names else ()),
    )


def setting_table(info: RunInfo, language: str = "en") -> Table:
    """Return every setting and decision by its name, its value as it would be typed."""
    words = WORDS[language]
    decisions = {key: value for key, value in info.decisions.items() if key not in SPOKEN_APART}
    values: dict[str, Any] = {"seed": info.seed if info.training else None, "created": info.created}
    values |= {f"model.{key}": value for key, value in info.model_config.items()}
    values |= {f"training.{key}": value for key, value in _flat(info.training).items()}
    values |= {f"decisions.{key}": value for key, value in _flat(decisions).items()}
    values |= {f"versions.{key}": value for key, value in info.versions.items()}
    rows = tuple((key, _typed(value)) for key, value in values.items() if value not in (None, ""))
    return Table(name="settings", title=words["settings"], columns=(words["setting"], words["value"]), rows=rows)


def score_name(name: str, language: str = "en") -> str:
    """Return the words for a score."""
    english, chinese = SCORES.get(name, (name.replace("_", " "),) * 2)
    return chinese if language == "zh" else english


def is_number(value: Any) -> bool:
    """Whether a value is a number, which a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _counted(name: str, language: str) -> str:
    return COUNTS_ZH.get(name, name) if language == "zh" else name


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name nested settings by their path: {"probe": {"precision": …}} is "probe.precision"."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat


def _typed(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
