"""`clearhead claims`: the list, one claim as text and JSON, pages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.core import catalog
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


@pytest.mark.parametrize(
    ("words", "message"),
    [
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
