"""What every claim promises: words in both languages, figures that were measured, a verdict, an end when asked to."""

import json
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from clearhead.core import catalog
from clearhead.data import stories
from clearhead.experiments.claims.base import LANGUAGES, ROOM, VERDICTS, Outcome, load_claim
from clearhead.experiments.run_claims import Finding, run_claim

CLAIMS = catalog.entries(ROOM)
FIELDS = ("claim", "where", "how", "reading")


class Stopped(Exception):
    """What a poll raises here."""


@pytest.fixture(scope="module", autouse=True)
def quick_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Few stories, and a cache that no other run shares."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stories, "NUM_STORIES", 400)
        patch.setenv("CLEARHEAD_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@cache
def found(name: str) -> Finding:
    """Test a claim once, in seconds."""
    return run_claim(name, is_quick=True)


def measured(sentence: str, outcome: Outcome) -> set[str]:
    """Return the numbers of a sentence, of two digits or more, that stand in a figure, rounded or as a percentage."""
    values = np.array([number for figure in outcome.figures for number in figure.numbers()])
    known = np.concatenate([values, 100 * values])
    mentioned = set()
    for written in re.findall(r"\d[\d,]*(?:\.\d+)?(?:e-?\d+)?", sentence):
        plain = written.rstrip(",").replace(",", "")
        places = len(plain.partition(".")[2]) if "e" not in plain else 0
        slack = 0.5 * 10.0**-places if "e" not in plain else 0.5 * 10.0 ** int(plain.partition("e")[2])
        is_known = bool((np.abs(np.abs(known) - float(plain)) <= slack * (1 + 1e-6)).any())
        if len(re.sub(r"\D", "", plain)) >= 2 and is_known:
            mentioned.add(plain)
    return mentioned


@pytest.mark.parametrize("name", CLAIMS)
def test_its_words_are_whole_in_both_languages(name: str) -> None:
    claim = load_claim(name)
    assert set(claim.WORDS) == set(LANGUAGES)
    for field in FIELDS:
        english, chinese = (getattr(claim.WORDS[language], field) for language in LANGUAGES)
        assert english.strip() and not re.search(r"[\u4e00-\u9fff]", english), field
        assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) >= 0.2 * len(re.sub(r"[\x00-\x7f]", "", chinese)) > 0, field
    assert 1 <= claim.SECONDS <= 120


@pytest.mark.parametrize("name", CLAIMS)
def test_its_figures_are_numbers_and_its_verdict_quotes_them(name: str) -> None:
    outcome = found(name).outcome
    assert outcome.verdict in VERDICTS
    assert outcome.figures
    for figure in outcome.figures:
        assert figure.rows and figure.numbers()
        assert np.isfinite(figure.numbers()).all(), figure.name["en"]
    english, chinese = (measured(outcome.sentence[language], outcome) for language in LANGUAGES)
    assert english
    assert english == chinese


@pytest.mark.parametrize("name", CLAIMS)
def test_what_was_found_is_kept_as_json_and_told_in_both_languages(name: str) -> None:
    finding = found(name)
    again = Finding.from_json(json.loads(json.dumps(finding.to_json())))
    for language in LANGUAGES:
        assert again.told(language) == finding.told(language)
        assert load_claim(name).WORDS[language].claim in again.told(language)
        assert VERDICTS[finding.outcome.verdict][language] in again.told(language)


@pytest.mark.parametrize("name", CLAIMS)
def test_it_ends_when_asked_to(name: str) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        run_claim(name, is_quick=True, poll=stop)
