"""The model card of a run as a document: what it is, how good it is, how it learned, what to type, and its limits.

The same tables stand in the run's README.md; here they can be sorted, and the curves asked for their numbers.
Read with: runs/card_panels.py, training/course.py
"""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from clearhead.core import catalog
from clearhead.experiments.claims.base import LANGUAGES
from clearhead.inspector.document import Document, Section, save
from clearhead.panels.table import Table
from clearhead.runs.card_panels import data_table, is_number, score_name, score_table, setting_table
from clearhead.runs.describe import describe, files
from clearhead.runs.info import TASK_OF_TYPE, RunInfo
from clearhead.runs.listing import choose_room
from clearhead.runs.model_card import card_title, said_count, what_it_is
from clearhead.runs.run import Run, open_run
from clearhead.runs.task_words import words_for
from clearhead.tasks.base import Task
from clearhead.training.course import course
from clearhead.training.run_log import read_metrics

COMMAND = re.compile(r"(?:^|`)(clearhead [^`\n]+)", re.MULTILINE)
"""A command in the words of a task: on a line of its own, or in backticks."""
SHOWN_FINGERPRINT = 16
"""So many signs of a fingerprint tell data apart; clearhead.json holds them all."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "what": "What it is",
        "data": "Trained on: {name}",
        "scores": "Scores beside the baselines",
        "course": "How it learned",
        "use": "What to type",
        "settings": "Settings",
        "limits": "Limits",
        "files": "Files",
        "parameters": "{size} parameters",
        "seed": "seed {seed}",
        "fingerprint": "Fingerprint of the data: {fingerprint}",
        "tokenizer": "Tokenizer: {kind}, {size:,} tokens",
        "better": "Its {score} is {own:.4g}; the best simple method ({rival}) has {other:.4g}.",
        "worse": "A simple method does as well: {rival} has {score} {other:.4g}, this model {own:.4g}.",
        "foreign": "Another program wrote this folder; more than its files say is not known.",
        "sizes": "The size of each file",
        "file": "file",
        "bytes": "bytes",
        "between": " · ",
    },
    "zh": {
        "what": "这是什么",
        "data": "训练数据：{name}",
        "scores": "得分与基线",
        "course": "学习过程",
        "use": "可以输入的命令",
        "settings": "设置",
        "limits": "局限",
        "files": "文件",
        "parameters": "{size} 个参数",
        "seed": "随机种子 {seed}",
        "fingerprint": "数据指纹：{fingerprint}",
        "tokenizer": "分词器：{kind}，{size:,} 个词元",
        "better": "它的{score}是 {own:.4g}；最好的简单方法（{rival}）是 {other:.4g}。",
        "worse": "简单的方法同样好：{rival} 的{score}是 {other:.4g}，本模型是 {own:.4g}。",
        "foreign": "这个文件夹由别的程序写成，除文件所说之外一无所知。",
        "sizes": "每个文件的大小",
        "file": "文件",
        "bytes": "字节",
        "between": " · ",
    },
}


def write_card(run: Run | Path | str, path: Path | str) -> Path:
    """Write the model card of a run as one HTML file, in both languages, and return its path.

    Raises:
        ValueError: a list that `clearhead show` prints (models, tasks), or nothing, in place of a run; a folder in
            place of the file.
    """
    if isinstance(run, str) and (not run or choose_room(run) is not None):
        named = repr(run) if run else "nothing"
        raise ValueError(
            f"show.html must stand beside a run, got {named}. Name the folder of one: clearhead show RUN --html {path}"
        )
    if Path(path).is_dir():
        raise ValueError(f"show.html must be a file, got the folder {path}. Use --html {Path(path) / 'card.html'}.")
    opened = run if isinstance(run, Run) else open_run(run)
    return save({language: document(opened, language) for language in LANGUAGES}, path)


def document(run: Run, language: str) -> Document:
    """Return the model card of a run, in one language; of a foreign folder what its files tell."""
    words, info = WORDS[language], known_of(run)
    sections = (
        _what(run, info, language),
        _data(info, language),
        _scores(info, language),
        _course(run, info, language),
        _use(run, info, language),
        Section(title=words["limits"], text=(_limits(info, language),)),
        _files(run, language),
        _settings(info, language),
    )
    task = words_for(info.task).what_zh if language == "zh" else info.task.replace("_", " ")
    facts = [task, words["parameters"].format(size=said_count(info.num_parameters))]
    facts += [words["seed"].format(seed=info.seed)] if info.training else []
    facts += [info.created] if info.created else []
    return Document(
        title=card_title(info, language),
        facts=words["between"].join(facts),
        sections=tuple(section for section in sections if section is not None),
    )


def known_of(run: Run) -> RunInfo:
    """Return the description of a run; of a folder that another program wrote, what its files tell."""
    if run.about is not None:
        return run.about
    told = describe(run)
    kind = told["model_type"]
    return RunInfo(
        task=TASK_OF_TYPE.get(kind, RunInfo.task),
        model_type=kind,
        model_config=told.get("config", {}),
        num_parameters=told["parameters"],
    )


def main_score(info: RunInfo) -> str:
    """Return the score by which a run was judged; older runs do not say, there it is the one of their task."""
    told = info.decisions.get("main_score")
    if isinstance(told, str):
        return told
    usual = str(_task(info).main_score)
    return usual if usual in info.scores else next(iter(info.scores), usual)


def _task(info: RunInfo) -> type[Task]:
    task: type[Task] = catalog.load("tasks", info.task).TASK
    return task


def _what(run: Run, info: RunInfo, language: str) -> Section:
    words = WORDS[language]
    told = what_it_is(info, language).replace("`", "")  # a paragraph here is plain text
    return Section(title=words["what"], text=(told, *([words["foreign"]] if run.about is None else [])))


def _data(info: RunInfo, language: str) -> Section | None:
    if not info.data.name:
        return None
    words, table, tokenizer = WORDS[language], data_table(info, language), info.tokenizer
    facts = [words["tokenizer"].format(kind=tokenizer.kind, size=tokenizer.vocab_size)] if tokenizer.kind else []
    if info.data.fingerprint:
        facts.append(words["fingerprint"].format(fingerprint=info.data.fingerprint[:SHOWN_FINGERPRINT]))
    text = tuple(part for part in (" ".join(info.data.report), *facts) if part)
    title = words["data"].format(name=info.data.name)
    return Section(title=title, text=text, panels=(table,) if table.rows else ())


def _scores(info: RunInfo, language: str) -> Section | None:
    """Set the scores beside the baselines, and say whether the best of those was beaten."""
    words, table = WORDS[language], score_table(info, language)
    if not table.rows:
        return None
    score, rivals = main_score(info), info.baselines
    rated = {name: row[score] for name, row in rivals.items() if isinstance(row, Mapping) and is_number(row.get(score))}
    own = info.scores.get(score)
    if not rated or own is None or not is_number(own):
        return Section(title=words["scores"], panels=(table,))
    sign = 1 if _task(info).is_better_when == "lower" else -1
    rival = min(rated, key=lambda name: sign * rated[name])
    is_better = sign * own < sign * rated[rival]
    names = {"score": score_name(score, language), "rival": rival}
    said = words["better" if is_better else "worse"].format(**names, own=own, other=rated[rival])
    return Section(title=words["scores"], text=(said,), panels=(table,), tone="good" if is_better else "bad")


def _course(run: Run, info: RunInfo, language: str) -> Section | None:
    panels = course(read_metrics(run.path), main_score=main_score(info), language=language)
    return Section(title=WORDS[language]["course"], panels=tuple(panels)) if panels else None


def _use(run: Run, info: RunInfo, language: str) -> Section:
    words, path = words_for(info.task), shlex.quote(str(run.path))
    named = COMMAND.findall(words.use_zh if language == "zh" else words.use)
    again = ["clearhead evaluate RUN"] if info.scores else []  # what was not trained here names no data
    return Section(
        title=WORDS[language]["use"],
        commands=tuple(re.sub(r"\bRUN\b", lambda _: path, command) for command in [*named, *again]),
    )


def _settings(info: RunInfo, language: str) -> Section | None:
    table = setting_table(info, language)
    return Section(title=WORDS[language]["settings"], panels=(table,)) if table.rows else None


def _limits(info: RunInfo, language: str) -> str:
    words = words_for(info.task)
    return words.limits_zh if language == "zh" else words.limits


def _files(run: Run, language: str) -> Section:
    words = WORDS[language]
    rows = tuple(files(run.path).items())
    columns = (words["file"], words["bytes"])
    sizes = Table(name="files", title=words["sizes"], columns=columns, rows=rows)
    return Section(title=words["files"], panels=(sizes,))
