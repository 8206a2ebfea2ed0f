"""English: the plots there are, and what telling them needs."""

from clearhead.data import (
    _stories_en_plots_animals,
    _stories_en_plots_friends,
    _stories_en_plots_giving,
    _stories_en_plots_house,
    _stories_en_plots_lost,
    _stories_en_plots_making,
    _stories_en_plots_sounds,
    _stories_en_plots_water,
    _stories_en_plots_weather,
)
from clearhead.data._stories_en_cast import draw
from clearhead.data._stories_en_scenes import MACROS
from clearhead.data._stories_world import Language, plots_of

ENGLISH = Language(
    name="en",
    joiner=" ",
    draw=draw,
    macros=MACROS,
    plots=plots_of(
        _stories_en_plots_lost,
        _stories_en_plots_house,
        _stories_en_plots_weather,
        _stories_en_plots_water,
        _stories_en_plots_animals,
        _stories_en_plots_giving,
        _stories_en_plots_friends,
        _stories_en_plots_making,
        _stories_en_plots_sounds,
    ),
)
