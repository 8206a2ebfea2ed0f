"""One HTML file about a comparison: it opens without a network, and every number in it is in comparison.json.

It is drawn from the values of the JSON alone. Both languages are in it; a switch chooses.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from clearhead.experiments._compare_chart import Curve, Dot, Strip, curves, strips, swatch
from clearhead.experiments._compare_words import UNITS, WORDS
from clearhead.experiments.tables import KNOWN, NOTHING
from clearhead.inspector.legible import printable

COSTS = {
    "train_seconds": (1.0, 2),
    "total_seconds": (1.0, 1),
    "train_rate": (1.0, 0),
    "predict_rate": (1.0, 0),
    "latency_ms": (1.0, 3),
    "num_parameters": (1.0, 0),
    "size_bytes": (1e6, 3),
    "memory_bytes": (1e6, 3),
}
"""Costs as columns: the unit they are shown in, and decimals."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""The page may ask for nothing, not even by mistake."""


def page(found: Mapping[str, Any]) -> str:
    """Return the page.

    Args:
        found: `Comparison.to_json()`.
    """
    title = WORDS["title"][0].format(task=found["task"], data=found["data"])
    style, script = (Path(__file__).with_name(f"_compare_page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    parts = [_header(found), *([] if found["is_finished"] else [_warning(found)])]
    if found["entries"]:
        parts += [_verdict(found), _table(found), _strips(found), _curves(found), _all_scores(found), _runs(found)]
    parts.append(_how(found))
    return (
        '<!doctype html>\n<html lang="en" data-language="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{''.join(parts)}<script>\n{script}</script>\n</body>\n</html>\n"
    )


def say(key: str, *, tag: str = "span", **values: Any) -> str:
    """Return the words of a key in both languages, what is filled in escaped."""
    english = {name: _text(str(value)) for name, value in values.items()}
    chinese = {name: UNITS.get(value, value) for name, value in english.items()}
    filled = zip(WORDS[key], (english, chinese), strict=True)
    return _both(*(escape(words, quote=False).format(**shown) for words, shown in filled), tag=tag)


def _both(english: str, chinese: str, *, tag: str = "span") -> str:
    """Return HTML in both languages."""
    return f'<{tag} lang="en">{english}</{tag}><{tag} lang="zh">{chinese}</{tag}>'


def _text(text: str) -> str:
    return escape(printable(text))


def _named(score: str) -> str:
    return KNOWN.get(score, (score.replace("_", " "), 4))[0]


def _score(name: str, value: float) -> str:
    return f"{value:z,.{KNOWN.get(name, ('', 4))[1]}f}"


def _header(found: Mapping[str, Any]) -> str:
    english = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in found["counts"].items())
    chinese = "，".join(f"{value:,} {UNITS.get(name, name)}" for name, value in found["counts"].items())
    counts = _both(_text(english), _text(chinese))
    seeds = say("one_seed") if found["seeds"] == 1 else say("seeds", seeds=found["seeds"])
    lengths = [say(name, value=f"{value:g}") for name, value in found["length"].items()]
    facts = "; ".join([f"{say(found['part'])} ({counts})", seeds, *lengths])
    buttons = "".join(
        f'<button type="button" data-choose="{code}" aria-pressed="{str(code == "en").lower()}">{words}</button>'
        for code, words in (("en", "English"), ("zh", "中文"))
    )
    switch = f'<div class="switch" role="group" aria-label="language 语言">{buttons}</div>'
    title = say("title", task=found["task"], data=found["data"])
    return f'<header><div><h1>{title}</h1><p class="facts">{facts}</p></div>{switch}</header>\n<main>\n'


def _warning(found: Mapping[str, Any]) -> str:
    nothing = "" if found["entries"] else say("nothing", tag="p")
    return f'<section class="verdict warning">{say("unfinished", tag="p")}{nothing}</section>\n'


def _verdict(found: Mapping[str, Any]) -> str:
    sentences = found["verdict"]["sentences"]
    pairs = zip(sentences["en"], sentences["zh"], strict=True)
    said = "".join(f"<p>{_both(_text(english), _text(chinese))}</p>" for english, chinese in pairs)
    return f'<section class="verdict"><h2>{say("verdict")}</h2>{said}</section>\n'


def _head(content: str) -> str:
    return f'<th scope="col"><button type="button">{content}</button></th>'


def _cell(shown: str, value: float | str | None = None) -> str:
    return f'<td data-value="{"" if value is None else value}">{shown}</td>'


def _label(text: str) -> str:
    breaking = re.sub("([:+,])", r"\1<wbr>", _text(text))
    return f'<th scope="row" data-value="{_text(text)}">{breaking}</th>'


def _grid(heads: Sequence[str], rows: Sequence[str], name: str) -> str:
    """Return a table that scrolls by itself, by touch and by keyboard."""
    label = escape(" ".join(WORDS[name]), quote=True)
    top = "".join(heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _spread(name: str, value: Mapping[str, Any]) -> str:
    deviation = f' <span class="deviation">± {_score(name, value["deviation"])}</span>' if value["count"] > 1 else ""
    return _cell(_score(name, value["mean"]) + deviation, value["mean"])


def _optional(name: str, value: float | None) -> str:
    return _cell(NOTHING) if value is None else _cell(_score(name, value), value)


def _table(found: Mapping[str, Any]) -> str:
    main = found["score"]
    shown = [name for name in COSTS if any(name in entry["costs"] for entry in found["entries"])]
    heads = [_head(say("model")), _head(_text(_named(main))), f'<th scope="col">{say("range")}</th>']
    heads += [_head(say(name, unit=found["unit"])) for name in shown]
    rows = []
    for index, entry in enumerate(found["entries"]):
        score = entry["scores"][main]
        cells = [_label(entry["label"]), _spread(main, score)]
        cells.append(_cell(f"{_score(main, score['lowest'])} – {_score(main, score['highest'])}"))
        for name in shown:
            cost, (unit, digits) = entry["costs"].get(name), COSTS[name]
            cells.append(_cell(f"{cost['median'] / unit:,.{digits}f}", cost["median"]) if cost else _cell(NOTHING))
        style = "other" if index else "best"
        rows.append(f'<tr class="{style}">{"".join(cells)}</tr>')
    for label, values in found["baselines"].items():
        there = _optional(main, values.get(main)) + _cell(NOTHING) * (len(shown) + 1)
        rows.append(f'<tr class="simple">{_label(label)}{there}</tr>')
    note = f'<p class="note">{say("table_note")}</p>'
    return f"<section><h2>{say('table')}</h2>{_grid(heads, rows, 'table')}{note}</section>\n"


def _run_title(label: str, run: Mapping[str, Any], score: str, value: float) -> str:
    return f"{printable(label)} · seed 种子 {run['seed']} · {_named(score)} {_score(score, value)}"


def _strips(found: Mapping[str, Any]) -> str:
    main = found["score"]
    rows = []
    for index, entry in enumerate(found["entries"]):
        values = [(run, run["scores"][main]) for run in entry["runs"]]
        dots = tuple(Dot(value, _run_title(entry["label"], run, main, value)) for run, value in values)
        mean = entry["scores"][main]["mean"]
        rows.append(Strip(printable(entry["label"]), mean, _score(main, mean), dots, index))
    for label, values in found["baselines"].items():
        if main in values:
            rows.append(Strip(printable(label), values[main], _score(main, values[main]), (), None))
    drawn = strips(rows, title=f"{' '.join(WORDS['strip'])}: {_named(main)}")
    caption = f"<figcaption>{say('strip_note', score=_named(main))}</figcaption>"
    return f'<section><h2>{say("strip")}</h2><figure class="strip">{drawn}{caption}</figure></section>\n'


def _curves(found: Mapping[str, Any]) -> str:
    main = found["score"]
    levels = [(printable(label), values[main]) for label, values in found["baselines"].items() if main in values]
    figures = []
    for field, axis, key in (("seconds", "second_axis", "over_seconds"), ("step", "step_axis", "over_steps")):
        lines = []
        for index, entry in enumerate(found["entries"]):
            for run in entry["runs"]:
                points = []
                for point in run["curve"]:
                    where = f"step 步 {point['step']:,} · {point['seconds']:.2f} s"
                    said = f"{_run_title(entry['label'], run, main, point['score'])} · {where}"
                    points.append((float(point[field]), point["score"], said))
                lines.append(Curve(tuple(points), index))
        title = " ".join(words.format(score=_named(main)) for words in WORDS[key])
        drawn = curves(lines, title=title, x_axis=_both(*WORDS[axis], tag="text"), levels=levels)
        figures.append(f"<figure><figcaption>{say(key, score=_named(main))}</figcaption>{drawn}</figure>")
    legend = "".join(f"<li>{swatch(i)}{_text(entry['label'])}</li>" for i, entry in enumerate(found["entries"]))
    note = f'<p class="note">{say("curves_note", score=_named(main))}</p>'
    pair = f'<ul class="legend">{legend}</ul><div class="pair">{"".join(figures)}</div>'
    return f"<section><h2>{say('curves')}</h2>{pair}{note}</section>\n"


def _all_scores(found: Mapping[str, Any]) -> str:
    names = list(found["entries"][0]["scores"])
    heads = [_head(say("model")), *(_head(_text(_named(name))) for name in names)]
    rows = []
    for entry in found["entries"]:
        cells = [_spread(name, entry["scores"][name]) if name in entry["scores"] else _cell(NOTHING) for name in names]
        rows.append(f"<tr>{_label(entry['label'])}{''.join(cells)}</tr>")
    for label, values in found["baselines"].items():
        there = "".join(_optional(name, values.get(name)) for name in names)
        rows.append(f'<tr class="simple">{_label(label)}{there}</tr>')
    return f"<section><h2>{say('scores')}</h2>{_grid(heads, rows, 'scores')}</section>\n"


def _runs(found: Mapping[str, Any]) -> str:
    main = found["score"]
    heads = [_head(words) for words in (say("model"), say("seed"), _text(_named(main)), say("steps_done"))]
    heads += [
        _head(say("train_seconds")),
        _head(say("total_seconds")),
        f'<th scope="col" class="words">{say("folder")}</th>',
    ]
    rows = []
    for entry in found["entries"]:
        for run in entry["runs"]:
            cells = [_cell(str(run["seed"]), run["seed"]), _optional(main, run["scores"][main])]
            cells.append(_cell(f"{run['steps']:,}", run["steps"]))
            cells.append(_cell(f"{run['train_seconds']:,.2f}", run["train_seconds"]))
            cells.append(_cell(f"{run['total_seconds']:,.1f}", run["total_seconds"]))
            cells.append(f'<td class="words">{_text(run["path"])}</td>')
            rows.append(f"<tr>{_label(entry['label'])}{''.join(cells)}</tr>")
    note = f'<p class="note">{say("runs_note")}</p>'
    return f"<section><h2>{say('runs')}</h2>{_grid(heads, rows, 'runs')}{note}</section>\n"


def _how(found: Mapping[str, Any]) -> str:
    keys = ["how_same", *(["how_valid"] if found["part"] == "valid" else []), "how_chance", "how_speed", "how_memory"]
    said = "".join(f"<p>{say(key, unit=found['unit'])}</p>" for key in keys)
    machine = ", ".join(str(value) for value in found["machine"].values())
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    told = {"machine": machine, "versions": versions}
    told |= {"fingerprint": found["fingerprint"][:16], "created": found["created"]}
    facts = "".join(f"<dt>{say(key)}</dt><dd>{_text(value)}</dd>" for key, value in told.items())
    return f"<section><h2>{say('how')}</h2>{said}<dl>{facts}</dl></section>\n</main>\n"
