"""`clearhead data` prints what the library found, for people and for programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tyro

from clearhead.cli.data import main


def run(*words: str) -> None:
    tyro.cli(main, args=list(words))


def test_list_names_the_known_texts(capsys: pytest.CaptureFixture[str]) -> None:
    run("list")
    printed = capsys.readouterr().out
    assert "tinyshakespeare" in printed and "stories" in printed and "built in" in printed
    run("list", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert {"name": "stdlib", "where": "built in"}.items() <= rows[1].items()
    assert {"tinyshakespeare", "dates", "multi30k", "iris", "digits", "mnist"} <= {row["name"] for row in rows}


def test_check_reports_on_a_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A line of text.\n" * 100, encoding="utf-8")
    run("check", str(path), "--task", "language_modeling")
    printed = capsys.readouterr().out
    assert printed.startswith("a.txt\n  train ") and "Split by position" in printed
    run("check", str(path), "--json")
    parts = json.loads(capsys.readouterr().out)["parts"]
    assert parts["train"]["characters"] + parts["valid"]["characters"] == 1600


def test_check_reports_on_pairs_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("a\tb\n" + "".join(f"word {n}\tWort {n}\n" for n in range(30)), encoding="utf-8")
    run("check", str(pairs), "--task", "translation", "--source", "b", "--target", "a")
    assert capsys.readouterr().out.startswith("pairs.tsv: b to a\n")
    run("check", str(pairs), "--task", "summarization", "--json")
    assert json.loads(capsys.readouterr().out)["languages"] == ["a", "b"]
    table = tmp_path / "rows.csv"
    table.write_text("x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(30)), encoding="utf-8")
    run("check", str(table), "--task", "classification", "--target", "y", "--json")
    assert json.loads(capsys.readouterr().out)["target_kind"] == "class"


def test_check_needs_a_path() -> None:
    with pytest.raises(
        ValueError, match=r"data check must be given a PATH, got none\. For example: clearhead data check"
    ):
        run("check")


def test_check_passes_the_errors_of_the_reader_on(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No file or folder"):
        run("check", str(tmp_path / "nothing"))


def test_neither_command_imports_torch() -> None:
    script = (
        "import sys, tyro; from clearhead.cli.data import main; "
        "tyro.cli(main, args=['list']); tyro.cli(main, args=['check', 'pyproject.toml']); "
        "assert 'torch' not in sys.modules"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
