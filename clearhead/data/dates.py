"""Dates and numbers, as people write them in English and Chinese, to their one normal form.

"the third of March, 1999" and "一九九九年三月三日" become 1999-03-03; "three thousand and five" and "三千零五" 3005.
Each way of writing has one meaning (no 3/4/99), so a model can reach 100 %.
Read with: _dates_en.py, _dates_zh.py
"""

import random
from datetime import date, timedelta

from clearhead.core import catalog
from clearhead.data._dates_en import english_date, english_number
from clearhead.data._dates_zh import chinese_date, chinese_number
from clearhead.data._pairs_made import MadePairs, pairs_asked

VERSION = 1
"""Raise it whenever a pair changes: tokens kept for the old pairs are then not mistaken for the new ones'."""
LANGUAGES = {"en": (english_date, english_number), "zh": (chinese_date, chinese_number)}
VARIANTS = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2099, 12, 31)
DATE_SHARE = 0.6
MAX_DIGITS = 6


def open_pairs(variant: str = "both", *, num_pairs: int | None = None, seed: int = 0) -> MadePairs:
    """Open dates and numbers as pairs.

    Args:
        variant: "en", "zh" or "both", and how many pairs: "both:100000".
        num_pairs: how many are for training; a twentieth as many more (at most 1,000) are for validation, and as many
            for test. None goes by the variant.
        seed: another seed, other pairs.
    Raises:
        ValueError: no such variant, or fewer than one pair.
    """
    named, asked = pairs_asked(variant, where="dates")
    chosen = catalog.choose(named.strip().lower() or "both", VARIANTS, where="dates")
    languages = VARIANTS[chosen]

    def make(chance: random.Random) -> tuple[str, str]:
        write_date, write_number = LANGUAGES[chance.choice(languages)]
        if chance.random() < DATE_SHARE:
            day = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days + 1))
            return write_date(day, chance), day.isoformat()
        # By the number of digits first: drawn evenly, nearly all numbers would have six.
        number = chance.randrange(10 ** chance.randint(1, MAX_DIGITS))
        return write_number(number, chance), str(number)

    return MadePairs(
        name=f"dates:{chosen}",
        languages=("text", "normal"),
        make=make,
        version=VERSION,
        about="Made-up dates and numbers to normal form",
        count=asked if num_pairs is None else num_pairs,
        seed=seed,
    )
