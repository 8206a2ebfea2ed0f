"""Claims are chosen, tested and written: as JSON, as pages in both languages, as one page for a browser."""

import json
import re
from pathlib import Path

import pytest
from architecture import documents

from clearhead.core import catalog
from clearhead.experiments import run_claims
from clearhead.experiments._claims_finding import Finding
from clearhead.experiments.claims.base import LANGUAGES, ROOM, load_claim
from clearhead.experiments.run_claims import check_places, choose_claims, listing, run_claim, write_found
from clearhead.inspector.document import Document

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
    write_found([finding], pages=tmp_path)
    english, chinese = (documents.read(tmp_path / language / "claims.md") for language in LANGUAGES)
    assert english.levels == chinese.levels == (1, 2)
    assert documents.commands(english) == documents.commands(chinese)
    assert ["clearhead", "claims", QUICK] in documents.commands(english)
    assert finding.outcome.sentence["zh"] in chinese.path.read_text(encoding="utf-8")


def test_pages_keep_what_they_told_of_other_claims(finding: Finding, tmp_path: Path) -> None:
    write_found([run_claim(OTHER, is_quick=True)], pages=tmp_path)
    write_found([finding], pages=tmp_path)
    assert documents.read(tmp_path / "en" / "claims.md").levels == (1, 2, 2)
    kept = json.loads((tmp_path / "claims.json").read_text(encoding="utf-8"))
    assert [one["claim"] for one in kept] == sorted([QUICK, OTHER])


def test_what_a_folder_tells_is_on_the_page_for_a_browser_too(
    finding: Finding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Document]] = []
    monkeypatch.setattr(run_claims, "save", lambda pages, path: told.append(pages) or path)
    other = run_claim(OTHER, is_quick=True)
    write_found([other], html=tmp_path / "now.html")
    write_found([finding], pages=tmp_path, html=tmp_path / "now.html")
    assert write_found([other], pages=tmp_path, html=tmp_path / "now.html")[-1] == tmp_path / "now.html"
    assert [len(pages["zh"].sections) - 1 for pages in told] == [1, 1, 2]
    assert [set(pages) for pages in told] == [set(LANGUAGES)] * 3


def test_nothing_tested_anew_the_pages_are_written_from_the_record(finding: Finding, tmp_path: Path) -> None:
    write_found([finding], pages=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.md")}
    for path in before:
        path.unlink()
    check_places(is_testing=False, pages=tmp_path, html=None)
    write_found([], pages=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.md")} == before


def test_a_record_that_is_something_else_is_refused_and_left(finding: Finding, tmp_path: Path) -> None:
    record = tmp_path / "claims.json"
    record.write_text('[{"claim": 3}]', encoding="utf-8")
    for act in (
        lambda: write_found([finding], pages=tmp_path),
        lambda: check_places(is_testing=True, pages=tmp_path, html=None),
    ):
        with pytest.raises(ValueError, match=r"claims\.json must be what this command wrote, got .*Remove it\."):
            act()
    assert record.read_text(encoding="utf-8") == '[{"claim": 3}]'


def test_with_nothing_to_tell_it_says_what_to_name(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    with pytest.raises(
        ValueError, match=r"claims\.ids must name what to test, or --pages .* got neither beside --html"
    ):
        check_places(is_testing=False, pages=None, html=page)
    with pytest.raises(ValueError, match=r"claims\.ids must name what to test where .*claims\.json tells of no claim"):
        check_places(is_testing=False, pages=tmp_path, html=page)
    check_places(is_testing=True, pages=tmp_path, html=page)


def test_a_folder_in_place_of_the_page_is_refused(tmp_path: Path) -> None:
    wanted = rf"claims\.html must be a file, got the folder {re.escape(str(tmp_path))}\. Use --html .*claims\.html\."
    with pytest.raises(ValueError, match=wanted):
        check_places(is_testing=True, pages=None, html=tmp_path)
