from itertools import permutations
from statistics import fmean
from typing import Any

import pytest

from clearhead.data import stories
from clearhead.experiments.recipes import stories_gpt
from clearhead.generation.generator import Generator
from clearhead.generation.text import Generation
from clearhead.runs.run import open_run
from clearhead.training.finish import Result


def told_on(index: int, language: str) -> str:
    """Return how a story really goes on after the opening that `prompts` gives."""
    text = stories.story(0, index, language, split="valid").text
    ends = stories.TONGUES[language].sentence_end.finditer(text)
    return text[[match.end() for match in ends][1] :]


def test_stories_as_they_are_have_full_consistency_and_the_score_is_the_mean(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_it_is(self: Any, prompts: list[str], configs: Any, **options: Any) -> list[Generation]:
        language = "zh" if prompts[0] == stories.prompts("zh", 1)[0] else "en"
        texts = [told_on(index, language) if language == "en" else "" for index in range(len(prompts))]
        return [Generation(prompt, (), text=text) for prompt, text in zip(prompts, texts, strict=True)]

    monkeypatch.setattr(Generator, "generate_batch", as_it_is)
    found = stories_gpt.measure(open_run(result.path))
    assert found["consistency_en"] == pytest.approx(1.0)
    assert found["consistency_zh"] == 0.0  # nothing is told
    assert found["facts_per_story_zh"] == 1.0
    assert found["facts_per_story_en"] > 5.0
    assert found["consistency"] == pytest.approx((found["consistency_en"] + found["consistency_zh"]) / 2)


def test_every_opening_is_continued_with_a_seed_of_its_own(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int | None, float]] = []

    def remember(self: Any, prompts: list[str], configs: Any, **options: Any) -> list[Generation]:
        seen.extend((prompt, config.seed, config.temperature) for prompt, config in zip(prompts, configs, strict=True))
        return [Generation(prompt, ()) for prompt in prompts]

    monkeypatch.setattr(Generator, "generate_batch", remember)
    stories_gpt.measure(open_run(result.path))
    assert len({prompt for prompt, _, _ in seen}) == 2 * stories_gpt.OPENINGS
    assert [seed for _, seed, _ in seen] == 2 * list(range(stories_gpt.OPENINGS))
    assert {temperature for _, _, temperature in seen} == {0.7}


@pytest.mark.parametrize(
    ("continuation", "expected"),
    [("", 0.0), (".", 0.0), (" The end.", 0.0), (" She smiled.", 0.0), (told_on(0, "en"), 1.0)],
)
def test_what_says_too_little_to_be_wrong_scores_nothing(continuation: str, expected: float) -> None:
    prompt = stories.prompts("en", 1)[0]
    assert stories_gpt.score(stories.consistency(prompt, continuation, "en")) == expected


@pytest.mark.parametrize("language", stories.LANGUAGES)
def test_every_true_story_says_enough(language: str) -> None:
    openings = stories.prompts(language, 100)
    reports = [
        stories.consistency(opening, told_on(index, language), language) for index, opening in enumerate(openings)
    ]
    assert min(len(report.checks) for report in reports) >= stories_gpt.FEWEST_FACTS


def test_the_number_to_reach_is_that_of_other_true_stories() -> None:
    found = []
    for language in stories.LANGUAGES:
        openings = stories.prompts(language, stories_gpt.OPENINGS)
        ends = [told_on(index, language) for index in range(len(openings))]
        pairs = permutations(range(len(openings)), 2)
        reports = [stories.consistency(openings[one], ends[other], language) for one, other in pairs]
        found.append(fmean(map(stories_gpt.score, reports)))
    assert fmean(found) == pytest.approx(stories_gpt.OTHER_STORIES, abs=0.005)
