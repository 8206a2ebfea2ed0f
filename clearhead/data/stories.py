"""Small consistent stories in English and Chinese, made on the spot: text that everybody can read and check.

A story is drawn from a plot (a function in _stories_*_plots_*.py) and a cast; what the cast is holds for the whole
story. Story number i depends only on the seed, the split, the language and i, on every platform.
Read with: _stories_world.py, one of the _stories_*_plots_*.py, _stories_reader.py
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from clearhead.core import catalog
from clearhead.data import _stories_reader, _stories_world
from clearhead.data._stories_en import ENGLISH
from clearhead.data._stories_reader_en import ENGLISH_TONGUE
from clearhead.data._stories_reader_zh import CHINESE_TONGUE
from clearhead.data._stories_reading import ConsistencyReport
from clearhead.data._stories_world import Story
from clearhead.data._stories_zh import CHINESE

VERSION = 1
"""Raise it whenever a story changes: tokens kept for the old stories are then not mistaken for the new ones'."""
LANGUAGES = {"en": ENGLISH, "zh": CHINESE}
TONGUES = {"en": ENGLISH_TONGUE, "zh": CHINESE_TONGUE}
SPLITS = ("train", "valid")
VARIANTS = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
NUM_STORIES = 20_000
"""About ten megabytes."""
VALID_PART = 50
"""One story for validation to this many for training."""


@dataclass(frozen=True)
class Stories:
    """The stories as a source of text; see `TextSource` in base.py."""

    variant: str
    num_stories: int
    seed: int
    splits: tuple[str, ...] = SPLITS

    @property
    def name(self) -> str:
        return f"stories:{self.variant}"

    @property
    def fingerprint(self) -> str:
        return sha256(f"stories {VERSION} {self.variant} {self.num_stories} {self.seed}".encode()).hexdigest()

    @property
    def report(self) -> list[str]:
        languages = {"en": "English", "zh": "Chinese", "both": "English and Chinese"}[self.variant]
        counts = f"{self.num_stories} for training, {self._count('valid')} for validation"
        return [f"Made-up stories in {languages}: {counts}, none of them in both."]

    def documents(self, split: str) -> Iterator[str]:
        """Yield the stories of a part; with two languages, half of the bytes are of each."""
        part = catalog.choose(split, self.splits, where=f"the parts of {self.name}")
        languages = VARIANTS[self.variant]
        sizes = dict.fromkeys(languages, 0)
        told = dict.fromkeys(languages, 0)
        for _ in range(self._count(part)):
            language = min(languages, key=sizes.__getitem__)
            text = story(self.seed, told[language], language, split=part).text
            told[language] += 1
            sizes[language] += len(text.encode("utf-8"))
            yield text

    def _count(self, split: str) -> int:
        return self.num_stories if split == "train" else max(1, self.num_stories // VALID_PART)


def open(variant: str = "both", *, num_stories: int | None = None, seed: int = 0) -> Stories:
    """Open the stories as a source of text.

    Args:
        variant: "en", "zh" or "both".
        num_stories: stories for training; a fiftieth as many more are for validation. None takes about ten megabytes.
        seed: another seed, other stories.
    Raises:
        ValueError: no such variant, or fewer than one story.
    """
    variant = catalog.choose(variant.strip().lower(), VARIANTS, where="stories")
    if num_stories is not None and num_stories < 1:
        raise ValueError(
            f"stories.num_stories must be at least 1, got {num_stories}. Leave it out for {NUM_STORIES} stories."
        )
    return Stories(variant, NUM_STORIES if num_stories is None else num_stories, seed)


def story(seed: int, index: int, language: str, *, split: str = "train") -> Story:
    """Tell story number `index`, with the facts that hold in it.

    Example (runs in the tests):
        >>> story(0, 3, "en") == story(0, 3, "en")
        True
    """
    code = catalog.choose(language, LANGUAGES, where="the languages of stories")
    part = catalog.choose(split, SPLITS, where="the parts of stories")
    return _stories_world.tell(LANGUAGES[code], f"{seed}/{part}/{code}/{index}", is_valid=part == "valid")


def prompts(language: str, count: int, seed: int = 0) -> list[str]:
    """Return the openings, two sentences each, of stories that are in no training part."""
    code = catalog.choose(language, LANGUAGES, where="the languages of stories")
    texts = (story(seed, index, code, split="valid").text for index in range(count))
    ends = TONGUES[code].sentence_end
    return [text[: [match.end() for match in ends.finditer(text)][1]] for text in texts]


def consistency(prompt: str, continuation: str, language: str) -> ConsistencyReport:
    """Check what a reader can check in a continuation: does it agree with the prompt and with itself?

    Names are introduced, pronouns fit, things are known before they are "the" things, who gives something has it,
    what is found lies where it was put, the closing question is answered rightly, and the story comes to an end.

    Returns:
        The checks, and as score the share of their kinds in which nothing is wrong.
    """
    code = catalog.choose(language, TONGUES, where="the languages of stories")
    return _stories_reader.read(TONGUES[code], prompt, continuation)
