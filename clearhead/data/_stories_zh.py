"""Chinese: the plots there are, and what telling them needs."""

from clearhead.data import (
    _stories_zh_plots_animals,
    _stories_zh_plots_friends,
    _stories_zh_plots_giving,
    _stories_zh_plots_house,
    _stories_zh_plots_lost,
    _stories_zh_plots_sounds,
    _stories_zh_plots_water,
    _stories_zh_plots_weather,
)
from clearhead.data._stories_world import Language, plots_of
from clearhead.data._stories_zh_cast import draw
from clearhead.data._stories_zh_scenes import MACROS

CHINESE = Language(
    name="zh",
    joiner="",
    draw=draw,
    macros=MACROS,
    plots=plots_of(
        _stories_zh_plots_lost,
        _stories_zh_plots_house,
        _stories_zh_plots_weather,
        _stories_zh_plots_water,
        _stories_zh_plots_animals,
        _stories_zh_plots_giving,
        _stories_zh_plots_friends,
        _stories_zh_plots_sounds,
    ),
)
