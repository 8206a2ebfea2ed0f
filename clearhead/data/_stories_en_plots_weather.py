"""English plots of weather: rain, wind, snow, heat, fog and drought."""

from clearhead.data._stories_en_scenes import aside, begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="child adult", friend="adult peer", place="town")
def umbrella(w: World) -> None:
    """It rains: who has an umbrella shares it."""
    begin(w)
    w.let(colour="red|yellow|big black|striped|green|spotted", cloud="dark clouds|grey clouds|thick clouds")
    w.say("{morning} {cloud} hung over the roofs.", "{morning} {hero} looked out of the window and saw {cloud}.")
    w.say(
        '"[It will rain|It smells of rain]," thought {hero} and took the {colour} umbrella.',
        "Because it looked like rain, {hero} took a {colour} umbrella along.",
    )
    w.say("Halfway {to place}, the first drops fell.", "And really, on the way {to place} it began to [rain|pour].")
    aside(w, "rain", 0.6)
    w.say(
        "Under a [chestnut|lime tree|shop sign] stood {friend}, [wet to the skin|dripping and shivering], without an umbrella.",
        "There came {friend}, wet from head to foot, because {friend.his} umbrella was at home.",
    )
    w.say(
        '"[Come under mine|There is room for two]!" {cried} {hero}.',
        "{Hero} waved and held the umbrella over both of them.",
    )
    w.say(
        "[Close together|Shoulder to shoulder] they walked {to place}, and {friend} stayed dry.",
        "They had to walk [in step|very close together], but nobody got any wetter.",
    )
    w.say(
        'When the sun came out again, {friend} {said}, "[Rain is nice when you are not alone|I will never forget that]!"',
        "At the end there was a rainbow, and {hero} and {friend} both stood still to look at it.",
    )
    w.ask(
        "Who had the umbrella? {hero.plain}.",
        "Where did they walk? {To place}.",
        "Why did {hero} take the umbrella? Because of the rain.",
    )


@plot(hero="child adult animal", thing="=hat =cap =scarf =kite", friend="adult")
def wind_and_tree(w: World) -> None:
    """The wind carries something into a tree, and something long brings it down."""
    begin(w)
    w.say(
        "On a windy day {hero} went out with {a thing}.",
        "{Hero} was very proud of {a thing}. On the first windy day {he} took it out.",
    )
    w.say(
        "A gust [snatched|grabbed] {the thing} and carried it [over the hedge|over the fence|high into the air].",
        "Whoosh! The wind [tore|pulled] {the thing} away.",
    )
    w.row("tree", "an apple tree", "a tall pine", "a birch", "an old willow", "a walnut tree", "a lime tree")
    w.say(
        "It [got caught|hung] in {tree}, far too high for {hero}.",
        "There it hung now, at the top of {tree}, [fluttering|swinging to and fro].",
    )
    w.row(
        "means verb",
        "a ladder / climbed up",
        "a long pole / fished carefully",
        "a rake / pulled gently",
        "a fishing rod / cast the line twice",
        "a broom / pushed from below",
    )
    w.say("{Friend} came by with {means}.", "{Friend} saw it from the road and fetched {means}.")
    w.say("{Friend} {verb}, and {the thing} came free.", "{Friend} {verb} until {the thing} came free.")
    w.say("{Friend} {gave hero thing}[ with a laugh|].")
    w.say(
        "{Hero} [held it tight with both hands|tied it on with a double knot] all the way home.",
        '"{thanks friend}!" {cried} {hero} into the wind.',
    )
    ending(w, "day")
    w.ask(
        "Where had {the thing} got caught? In {tree}.",
        "Who has {the thing} now? {hero.plain}.",
        "What did {friend} use? {Means}.",
    )


@plot(hero="child", friend="peer kin")
def snow_tracks(w: World) -> None:
    """Tracks in the snow tell who was there."""
    begin(w, must_name=True)
    w.row(
        "food tracks animal",
        "the carrot of the snowman / small round prints, always two and two, / a rabbit",
        "the breadcrumbs / tiny prints like little forks / a sparrow",
        "the nuts on the wall / quick little prints with five toes / a squirrel",
        "the cheese in the shed / a fine line with tiny dots beside it / a mouse",
        "the apple peel / deep prints with two toes / a deer",
        "the milk in the saucer / soft round prints without claws / a cat from next door",
        "the corn / big prints with three toes / a crow",
    )
    w.say(
        "It had snowed all night. {morning} {food} had disappeared.",
        "{Hero} woke up, and the world was white. But something was missing: {food}!",
    )
    aside(w, "snow", 0.7)
    w.say('"Who [took|ate] it?" asked {friend}.', '"[A thief|A mystery]!" {cried} {friend}.')
    w.say(
        "{Hero} looked at the snow and saw {tracks} leading away.",
        "{Hero} knelt down. In the snow there were {tracks} leading to the hedge.",
    )
    w.maybe("They followed them [past the well|round the house|across the white garden] [on tiptoe|without a sound].")
    w.say(
        "At the end of the tracks sat {animal} and [chewed|munched|looked at them with bright eyes].",
        "And there, behind the hedge, they saw {animal}, [busy eating|with a full mouth].",
    )
    w.say(
        '"[So it was you!|Hungry, are you?]" {whispered} {hero}. "[Winter is long|It is hard to find food in winter]."'
    )
    w.say(
        "From then on they [left a little something|put out some food] in the snow every morning.",
        "The next morning {hero} put out a second helping, because [winter is long|nobody should be hungry].",
    )
    w.ask("Who had taken {food}? {Animal}.")


@plot(hero="child adult animal", friend="adult peer", place="outdoor")
def hot_day(w: World) -> None:
    """Who is thirsty drinks, and who has drunk can go on."""
    begin(w)
    w.say(
        "It was the hottest day of the [year|summer], and {hero} had walked a long way.",
        "The sun burned, and {hero} was walking {to place} without a hat.",
    )
    w.row(
        "drink source",
        "water / a jug",
        "lemonade / a glass",
        "cold tea / a flask",
        "milk / a mug",
        "apple juice / a bottle",
        "raspberry juice / a cup",
        "coconut water / a bowl",
    )
    w.say(
        "{Hero} was so thirsty that {his} tongue [felt like paper|stuck to {his} teeth].",
        "{His} throat was as dry as [dust|sand|old bread].",
    )
    w.say(
        "{In place} {hero} met {friend} sitting in the shade with {source} of {drink}.",
        "Then {he} saw {friend}, who was pouring {source} of {drink}.",
    )
    w.say(
        '"You look [hot|tired|thirsty]," {said} {friend}. "[Sit down and drink|There is enough for two]."',
        "{Friend} moved over and held out {source} of {drink} without a word.",
    )
    w.say("{Hero} drank [in big gulps|slowly, with closed eyes|until nothing was left].")
    w.say(
        "How good it was! {Hero} was not thirsty any more.",
        "After that {he} was no longer thirsty and could laugh again.",
    )
    w.maybe(
        "They [talked|told each other stories] until the shadows grew long.",
        "In return, {hero} [picked a bunch of wild flowers|told a funny story|carried the bags home].",
    )
    w.ask(
        "Who was thirsty? {hero.plain}.",
        "What did {hero} drink? {Drink}.",
        "Who gave {hero} something to drink? {friend.plain}.",
    )


@plot(hero="child adult animal", friend="companion", place="outdoor")
def fog_and_sound(w: World) -> None:
    """When nothing can be seen, follow what can be heard."""
    begin(w)
    w.row(
        "sound deed",
        "a bell / rang the bell",
        "a drum / beat a drum",
        "a trumpet / blew a trumpet",
        "a song / sang as loudly as possible",
        "a whistle / whistled with two fingers",
        "a clanging / banged a spoon against a pot",
        "a horn / blew the old horn",
    )
    w.say(
        "{oneday} {hero} was {in place} when fog came up.",
        "{Hero} was on the way home when thick fog [rolled in|came down].",
    )
    w.say(
        "It was as thick as [milk|porridge|wool]. {Hero} could not see {his} own [hands|feet|nose].",
        "Soon everything was white, and the path [disappeared|was gone].",
    )
    w.say(
        '"Which way is home?" thought {hero} and [stood still|did not dare to move].',
        "{Hero} took three steps, stopped and was {sad}.",
    )
    w.say(
        "But {friend} [noticed that {hero} was missing|was worried], went to the door and {deed}.",
        "At home {friend} looked at the fog, thought of {hero}, stepped outside and {deed}.",
    )
    w.say(
        "{Hero} heard {sound}! First [softly|far away], then louder and louder.",
        "{Suddenly} there was {sound} in the fog. {hero} listened.",
    )
    w.say(
        "Step by step {he} followed it, until there was a [light|door|warm window].",
        "{He} walked towards it with [both arms stretched out|careful steps] until the [gate|door] appeared.",
    )
    w.say(
        '"[There you are|Home at last]!" {said} {friend} and [gave {hero.him} a blanket|put the soup on the table].',
        "{Hero} {hugged friend}.",
    )
    w.maybe("Ears can see where eyes cannot.", "The fog stayed outside, and inside it was warm.")
    w.ask("What did {hero} hear in the fog? {Sound}.")


@plot(hero="child animal", friend="companion", place="spring")
def dry_garden(w: World) -> None:
    """No rain for weeks; each brings a little water."""
    begin(w, must_name=True)
    w.let(plant="beans|roses|lettuce|young trees|peas|hollyhocks")
    w.let(weeks="three|four|five|six")
    w.say(
        "It had not rained for {weeks} weeks, and the {plant} hung their heads.",
        "The summer was hot and dry. After {weeks} weeks without rain the {plant} [turned yellow|let their leaves hang].",
    )
    w.say(
        '"They are thirsty," {said} {hero}. But the well was almost empty.',
        "{Hero} poured the last cup of water on them. It was not enough.",
    )
    w.say("Then {friend} remembered a spring {in place}.", '"There is still water {in place}," {said} {friend}.')
    w.say(
        "It was far. So they made a long line, and bucket after bucket went from hand to hand.",
        "{Hero} called the whole village, and everyone brought something: a pail, a pot, a hat.",
    )
    w.say("When the sun went down, every plant had had a drink.", "By evening the earth was dark and wet.")
    w.say(
        "The next morning the {plant} stood [straight|upright] again.", "In the night the {plant} lifted their heads."
    )
    w.say(
        "And two days later, [of course|just to be funny], it rained, and {hero} laughed.",
        "And when it rained at last, {hero} and {friend} danced in it.",
    )
    w.ask(
        "How long had it not rained? {Weeks} weeks.",
        "Where was there still water? {In place}.",
        "What was thirsty? The {plant}.",
    )
