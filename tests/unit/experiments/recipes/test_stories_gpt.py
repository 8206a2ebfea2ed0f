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
    prompt = stories.prompts(language, index + 1)[index]
    return stories.story(0, index, language, split="valid").text[len(prompt) :]


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
    assert found["consistency_zh"] == 0.0  # a story that does not come to an end
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
