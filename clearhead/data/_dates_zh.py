"""Dates and numbers as Chinese writes them, each way with one meaning."""

import random
from datetime import date

DIGITS = "零一二三四五六七八九"
DAYS = "一二三四五六日"
_UNITS = ("", "十", "百", "千")
_CHEQUE = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
"""The letters of banks, which nobody can change into others by a stroke."""


def chinese_date(day: date, chance: random.Random) -> str:
    """Write a day in figures or in characters, perhaps with the day of the week."""
    last = chance.choice("日日号")
    if chance.random() < 0.4:
        text = f"{day.year}年{day.month}月{day.day}{last}"
    else:
        year = "".join(DIGITS[int(figure)] for figure in str(day.year))
        year = year.replace("零", chance.choice("〇零"))
        text = f"{year}年{_words(day.month)}月{_words(day.day)}{last}"
    week = f"{chance.choice(['星期', '周'])}{DAYS[day.weekday()]}"
    return chance.choice([text, text, f"{text}（{week}）", f"{text}，{week}", f"公元{text}"])


def chinese_number(number: int, chance: random.Random) -> str:
    """Write a number below a million in characters, in a bank's characters, or in figures before 万."""
    words = _words(number)
    # 两 stands for 二 before 千 and 万, and often before 百; never before 十.
    spoken = words.replace("二千", "两千").replace("二百", chance.choice(["两百", "二百"]))
    spoken = f"两{spoken[1:]}" if spoken.startswith("二万") else spoken
    forms = [words, spoken, spoken, _below_million(number, shorten=False).translate(_CHEQUE)]
    if number >= 10_000 and number % 1_000 == 0:
        forms.append(f"{number / 10_000:g}万")
    return chance.choice(forms)


def _words(number: int) -> str:
    return _below_million(number, shorten=True)


def _below_million(number: int, *, shorten: bool) -> str:
    """Write a number; shortened, one ten at its beginning is 十 and not 一十."""
    above, below = divmod(number, 10_000)
    text = f"{_section(above)}万" if above else ""
    if below or not above:
        text += ("零" if above and below < 1000 else "") + _section(below)
    return text[1:] if shorten and text.startswith("一十") else text


def _section(number: int) -> str:
    """Write a number below 10,000; zeros between other figures are one 零, at the end none."""
    text, is_gap = "", False
    for place in (3, 2, 1, 0):
        figure = number // 10**place % 10
        if figure:
            text += ("零" if is_gap and text else "") + DIGITS[figure] + _UNITS[place]
        is_gap = figure == 0
    return text or "零"
