"""`clearhead claims`: the list, one claim as text and JSON, pages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.core import catalog
from clearhead.experiments import run_claims
from clearhead.experiments.claims.base import ROOM, load_claim

Command = Callable[..., Any]
CLAIMS = catalog.entries(ROOM)
QUICK = "difference_filter_edges"


def test_every_claim_is_listed_in_its_words(command: Command) -> None:
    outcome = command("claims")
    assert outcome.exit_code == 0
    assert all(name in outcome.out and load_claim(name).WORDS["en"].claim in outcome.out for name in CLAIMS)
    listed = json.loads(command("claims", "--json", "--language", "zh").out)
    assert {name: about["claim"] for name, about in listed.items()} == {
        name: load_claim(name).WORDS["zh"].claim for name in CLAIMS
    }


def test_a_claim_is_tested_and_told(command: Command) -> None:
    outcome = command("claims", QUICK, "--language", "zh")
    assert outcome.exit_code == 0
    assert load_claim(QUICK).WORDS["zh"].claim in outcome.out
    assert "结论：" in outcome.out


def test_json_goes_to_one_stream_and_pages_into_their_folder(command: Command, tmp_path: Path) -> None:
    outcome = command("claims", QUICK, "--json", "--pages", tmp_path, "--seed", 3)
    told = json.loads(outcome.out)
    assert (told["claim"], told["seed"]) == (QUICK, 3)
    assert told["outcome"]["sentence"]["zh"] in (tmp_path / "zh" / "claims.md").read_text(encoding="utf-8")


def test_one_page_in_both_languages_is_written_for_a_browser(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "new" / "claims.html"
    outcome = command("claims", QUICK, "--html", path)
    assert outcome.exit_code == 0 and str(path) in outcome.err
    assert "<!doctype html>" in path.read_text(encoding="utf-8").lower()


def test_without_an_id_the_pages_are_written_from_what_the_folder_tells(command: Command, tmp_path: Path) -> None:
    command("claims", QUICK, "--pages", tmp_path)
    told = (tmp_path / "claims.json").read_bytes()
    outcome = command("claims", "--pages", tmp_path, "--html", tmp_path / "claims.html")
    assert outcome.exit_code == 0 and outcome.out == ""
    assert (tmp_path / "claims.json").read_bytes() == told
    assert (tmp_path / "claims.html").is_file()


def test_a_stop_in_the_middle_keeps_what_was_tested(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested: list[str] = []

    def stopped(name: str, *, seed: int) -> run_claims.Finding:
        if tested:
            raise KeyboardInterrupt
        tested.append(name)
        return measured(name, seed=seed, is_quick=True)

    measured = run_claims.run_claim
    monkeypatch.setattr(run_claims, "run_claim", stopped)
    command("claims", QUICK, "no_activation_one_layer", "--pages", tmp_path, "--html", tmp_path / "claims.html")
    assert [one["claim"] for one in json.loads((tmp_path / "claims.json").read_text(encoding="utf-8"))] == [QUICK]
    assert (tmp_path / "claims.html").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--html", "page.html"), "claims.ids must name what to test, or --pages a folder whose claims.json tells"),
        (("--pages", "no/such/folder"), "claims.json tells of no claim, got none. Try: clearhead claims all --pages"),
        (("king_quen",), "No 'king_quen' in experiments/claims/."),
        ((QUICK, "--seed", "-1"), "claims.seed must be from 0 to 2147483647, got -1."),
        ((QUICK, "--sed", "1"), "Did you mean '--seed'?"),
    ],
)
def test_a_mistake_is_one_sentence(command: Command, words: tuple[str, ...], message: str) -> None:
    outcome = command("claims", *words)
    assert outcome.exit_code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err
