"""The document of tested claims holds the numbers and words of their outcomes, in both languages."""

import string
from dataclasses import replace

import pytest

from clearhead.experiments._claims_document import WORDS, document
from clearhead.experiments._claims_finding import Finding
from clearhead.experiments.claims.base import LANGUAGES, Figure, Outcome, Several, Verdict
from clearhead.inspector.document import Section
from clearhead.panels.dots import Dots
from clearhead.panels.table import Table

SCATTERED = Figure(
    name={"en": "Told rightly, %", "zh": "正确率，%"},
    columns={"en": ["length", "near", "far", "<b>"], "zh": ["长度", "近", "远", "<b>"]},
    rows=[
        [8, Several.of([99, 100, 100]), Several.of([10, 90, 20]), 0.25],
        [{"en": "any", "zh": "任意"}, Several.of([50, 50, 51]), Several.of([95, 96, 97]), 3],
        ["length", "none", 40.0, "length"],
    ],
)
STEADY = replace(SCATTERED, rows=[[8, Several.of([99, 100, 100]), 1, 2], [9, Several.of([50, 50, 51]), 3, 4]])


def finding(verdict: Verdict = "holds", *figures: Figure, seed: int = 0) -> Finding:
    outcome = Outcome(verdict=verdict, sentence={"en": "It was so.", "zh": "果然如此。"}, figures=figures)
    about = {"seed": seed, "seconds": 61.0, "date": "2026-01-02", "machine": {"system": "Linux"}}
    return Finding(claim="king_queen", outcome=outcome, versions={"torch": "2.13.0"}, **about)


def section_of(*figures: Figure, language: str = "en") -> Section:
    return document([finding("holds", *figures)], language).sections[1]


def tables(section: Section) -> list[Table]:
    return [panel for panel in section.panels if isinstance(panel, Table)]


def dots(section: Section) -> list[Dots]:
    return [panel for panel in section.panels if isinstance(panel, Dots)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_stands_in_the_table_of_verdicts_with_a_section_of_its_own(language: str) -> None:
    found = [finding("holds"), finding("only_when"), finding("false"), finding("false")]
    page = document(found, language)
    claim = found[0].words[language].claim
    [table] = tables(page.sections[0])
    assert [section.tone for section in page.sections] == ["", "good", "mixed", "bad", "bad"]
    assert [section.title for section in page.sections[1:]] == [f"{number}. {claim}" for number in (1, 2, 3, 4)]
    assert [row[0] for row in table.rows] == [section.title for section in page.sections[1:]]
    verdicts = {"en": ["holds", "only when", "false", "false"], "zh": ["成立", "有条件地成立", "不成立", "不成立"]}
    assert [str(row[1]).replace("\N{NO-BREAK SPACE}", " ") for row in table.rows] == verdicts[language]


def test_the_facts_count_the_verdicts() -> None:
    found = [finding("false"), finding("holds"), finding("false")]
    assert document(found, "en").facts == "3 tested: holds 1, false 2"
    assert document(found, "zh").facts == "共验证 3 句：成立 1，不成立 2"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_says_verdict_source_experiment_rule_and_circumstances(language: str) -> None:
    one = finding("only_when", SCATTERED)
    section, words = document([one], language).sections[1], one.words[language]
    told = "\n".join(section.text)
    assert section.text[0].endswith(one.outcome.sentence[language])
    assert all(part in told for part in (words.where, words.how, words.reading, one.circumstances(language)))
    assert "**" not in told + "".join(document([one], language).sections[0].text)


def test_the_command_repeats_the_test_with_its_seed() -> None:
    assert document([finding()], "en").sections[1].commands == ("clearhead claims king_queen",)
    assert document([finding(seed=3)], "zh").sections[1].commands == ("clearhead claims king_queen --seed 3",)


def test_single_numbers_stay_numbers_and_words_speak_the_readers_language() -> None:
    [english], [chinese] = (tables(section_of(SCATTERED, language=language)) for language in LANGUAGES)
    assert english.columns == ("length", "near", "far", "<b>")
    assert chinese.columns == ("长度", "近", "远", "<b>")
    assert english.rows == (
        (8, "99.7 ± 0.6", "40.0 ± 43.6", 0.25),
        ("any", "50.3 ± 0.6", "96.0 ± 1.0", 3),
        ("length", "none", 40.0, "length"),
    )
    assert [row[1:] for row in chinese.rows] == [row[1:] for row in english.rows]
    assert chinese.rows[1][0] == "任意"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_column_that_scatters_most_is_drawn_as_dots(language: str) -> None:
    [drawn] = dots(section_of(SCATTERED, language=language))
    assert [row.tolist() for row in drawn.values] == [[10, 90, 20], [95, 96, 97], [40]]
    assert drawn.labels == {"en": ("length 8", "any", "length"), "zh": ("长度 8", "任意", "length")}[language]
    assert drawn.axis == {"en": "far", "zh": "远"}[language]
    assert drawn.said[0][1] == {"en": "repetition 2 of 3", "zh": "第 2 次，共 3 次"}[language]


def test_measurements_that_agree_stay_a_table() -> None:
    assert dots(section_of(STEADY)) == []
    assert len(tables(section_of(STEADY))) == 1


def test_panels_of_a_document_have_names_of_their_own() -> None:
    names = [panel.name for panel in section_of(SCATTERED, SCATTERED).panels]
    assert len(names) == 4 == len(set(names))


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    places = {language: {key: _places(text) for key, text in words.items()} for language, words in WORDS.items()}
    assert places["en"] == places["zh"]


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
