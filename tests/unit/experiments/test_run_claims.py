"""Claims told: on the terminal, as JSON, as pages in both languages."""

import json
from pathlib import Path

import pytest
from architecture import documents

from clearhead.core import catalog
from clearhead.experiments.claims.base import LANGUAGES, ROOM, Figure, load_claim
from clearhead.experiments.run_claims import (
    PAGE_WORDS,
    Finding,
    aligned,
    choose_claims,
    listing,
    run_claim,
    write_pages,
)

QUICK = "difference_filter_edges"
OTHER = "no_activation_one_layer"


@pytest.fixture(scope="module")
def finding() -> Finding:
    return run_claim(QUICK, is_quick=True)


def test_all_means_every_claim_and_a_name_is_meant_once() -> None:
    assert choose_claims(["all"]) == list(catalog.entries(ROOM))
    assert choose_claims([QUICK, QUICK.replace("_", "-")]) == [QUICK]


def test_an_unknown_claim_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"No 'king_quen' in experiments/claims/\..*Did you mean 'king_queen'\?"):
        choose_claims(["king_quen"])


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_that_is_none_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match=rf"claims\.seed must be from 0 to 2147483647, got {seed}\. Use 0\."):
        run_claim(QUICK, seed=seed, is_quick=True)


def test_the_same_seed_gives_the_same_figures_and_another_one_others(finding: Finding) -> None:
    again, other = (run_claim(QUICK, seed=seed, is_quick=True).outcome for seed in (0, 7))
    assert again == finding.outcome
    assert other != finding.outcome


def test_testing_a_claim_leaves_the_random_numbers_of_the_caller_alone() -> None:
    import torch

    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    run_claim(OTHER, is_quick=True)
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_is_listed_in_its_words(language: str) -> None:
    listed = listing(language)
    assert list(listed) == list(catalog.entries(ROOM))
    assert listed[QUICK]["claim"] == load_claim(QUICK).WORDS[language].claim


def test_both_pages_have_the_same_headings_and_commands(finding: Finding, tmp_path: Path) -> None:
    write_pages(tmp_path, [finding])
    english, chinese = (documents.read(tmp_path / language / "claims.md") for language in LANGUAGES)
    assert english.levels == chinese.levels == (1, 2)
    assert documents.commands(english) == documents.commands(chinese)
    assert ["clearhead", "claims", QUICK] in documents.commands(english)
    assert finding.outcome.sentence["zh"] in chinese.path.read_text(encoding="utf-8")


def test_pages_keep_what_they_told_of_other_claims(finding: Finding, tmp_path: Path) -> None:
    write_pages(tmp_path, [run_claim(OTHER, is_quick=True)])
    write_pages(tmp_path, [finding])
    assert documents.read(tmp_path / "en" / "claims.md").levels == (1, 2, 2)
    kept = json.loads((tmp_path / "claims.json").read_text(encoding="utf-8"))
    assert [one["claim"] for one in kept] == sorted([QUICK, OTHER])


def test_a_record_that_is_something_else_is_refused_and_left(finding: Finding, tmp_path: Path) -> None:
    record = tmp_path / "claims.json"
    record.write_text('[{"claim": 3}]', encoding="utf-8")
    with pytest.raises(ValueError, match=r"claims\.json must be what this command wrote, got .*Remove it\."):
        write_pages(tmp_path, [finding])
    assert record.read_text(encoding="utf-8") == '[{"claim": 3}]'


def test_a_column_of_chinese_is_as_wide_as_it_looks() -> None:
    names = {"en": "a", "zh": "甲"}
    figure = Figure(name=names, columns={"en": ["x", "y"], "zh": ["名称", "数"]}, rows=[["ab", 5], [names, 12]])
    assert aligned(figure, "zh") == ["  名称  数", "  ab     5", "  甲    12"]


def test_both_languages_of_the_page_have_every_phrase() -> None:
    assert PAGE_WORDS["en"].keys() == PAGE_WORDS["zh"].keys()
