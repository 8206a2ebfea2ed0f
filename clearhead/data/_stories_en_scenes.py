"""What English stories share: the phrases that change who owns what and where it is, openings, asides and endings.

A macro marked with a fact (FACTS) is read back by the scorer with the very same words.
"""

from clearhead.data import _stories_en_people as people
from clearhead.data._stories_en_cast import Person
from clearhead.data._stories_grammar import macros
from clearhead.data._stories_world import World

FACTS = {
    "gave who thing": "[gave {the thing} to {who}|handed {who} {the thing}|put {the thing} into {who}'s hands|gave {who} {the thing}]",
    "gavea who thing": "[gave {who} {a thing}|handed {who} {a thing}|brought {who} {a thing}]",
    "gaveit who": "[gave it to {who}|handed it to {who}|put it into {who}'s hands]",
    "put thing spot": "[put {the thing}|laid {the thing}|left {the thing}|set {the thing} down] {in spot}",
    "leftat thing spot": "[left {the thing}|forgot {the thing}] {in spot}",
    "hid thing spot": "[hid {the thing}|tucked {the thing} away] {in spot}",
    "hidself spot": "[hid|crouched down|made {hero.himself} small|sat as still as a stone] {in spot}",
    "found thing spot": "[found {the thing}|discovered {the thing}|saw {the thing} lying|came upon {the thing}] {in spot}",
    "lay thing spot": "{the thing} [lay|was lying] {in spot}",
    "wanted thing": "[wanted {a thing}|wished for {a thing}|longed for {a thing}|dreamed of {a thing}]",
    "bought thing": "[bought {the thing}|paid for {the thing}]",
    "lost thing": "[lost {the thing}|could not find {the thing}|missed {the thing}]",
    "helped who": "[helped {who}|came to help {who}|hurried over to help {who}|offered to help {who}]",
}
TELLING = {
    "oneday": "[one day|one Saturday|one Sunday|one fine day|one day in the holidays|on an ordinary Tuesday|one Friday|on a Thursday]",
    "morning": "[one morning|early one morning|one Sunday morning|one day at breakfast time|one Monday morning]",
    "afternoon": "[one afternoon|after lunch one day|one long afternoon|one lazy afternoon]",
    "soon": "[soon|before long|after a while|a little later|in no time|not much later]",
    "then": "[then|at last|finally|in the end]",
    "suddenly": "[suddenly|all at once|just then|at that very moment]",
    "evening": "[one evening|late one evening|one night|that night, after a long day,]",
    "happy": "[happy|glad|pleased|delighted|full of joy|as happy as a lark]",
    "sad": "[sad|unhappy|downcast|close to tears|very gloomy]",
    "smiled": "[smiled|beamed|laughed|grinned]",
    "cried": "[cried|called|shouted|exclaimed]",
    "whispered": "[whispered|murmured]",
    "said": "said",
    "answered": "[said|answered|replied]",
    "thanks who": "[Thank you, {who.plain}|Oh, thank you|Thank you so much|A thousand thanks|How kind of you]",
    "hugged who": "[hugged|threw both arms around|embraced|thanked] {who}",
}
MACROS = macros(FACTS | TELLING)

OPENINGS = (
    "[Once upon a time|Once|Long ago|Not so long ago] there [was|lived] {hero.intro}.",
    "[Once upon a time|Long ago|Once], {home}, there lived {hero.intro}.",
    "There was once {hero.desc} who lived {home} and whose name was {hero}.",
    "{hero} was {hero.desc} who lived {home}.",
    "{hero.intro} lived {home}.",
    "{Home} lived {hero.intro}.",
    "This is a story about {hero.intro}.",
    "{hero} was {hero.desc}.",
)


def begin(world: World, *, must_name: bool = False) -> None:
    """Introduce the hero: who it is, sometimes where it lives and what it is like.

    Args:
        must_name: False lets some stories leave it to the plot's first sentence: "One day a curious girl named Mira …"
    """
    hero = world.cast["hero"]
    assert isinstance(hero, Person)
    world.let(home=hero.home)
    if not must_name and world.chance(0.35):
        return
    hero.introduction = ""
    world.say(*OPENINGS)
    if hero.adjective in people.TRAITS and world.chance(0.5):
        world.let(habit=people.TRAITS[hero.adjective])
        world.say("{He} {habit}.")
        del world.cast["habit"]


ASIDES = {
    "garden": (
        "Bees [hummed|buzzed] in the [lavender|clover|hedge].",
        "A blackbird [sang|whistled] on the [fence|gate|roof].",
        "The air smelled of [fresh grass|damp earth|honeysuckle|mint].",
        "A [ladybird|beetle|snail|caterpillar] was [climbing|creeping] up a [blade of grass|stalk].",
        "Two white butterflies [danced|fluttered] over the [lettuce|bushes|grass].",
        "The [gooseberries|currants|raspberries] were almost ripe.",
        "A [gentle|warm|light] breeze [stirred|ruffled] the [leaves|hollyhocks|nettles].",
        "Somebody had left a [half-eaten plum|rusty trowel|pair of clogs] on the wall.",
        "An [earthworm|ant] was hurrying home.",
    ),
    "forest": (
        "[Pine needles|Dry leaves|Old beech leaves] [crackled|rustled] underfoot.",
        "A woodpecker [knocked|hammered] somewhere [high up|far away].",
        "The sun made [golden|bright] spots on the [moss|forest floor].",
        "It smelled of [mushrooms|resin|wet bark].",
        "Far away a cuckoo called.",
        "[Ferns|Foxgloves|Brambles] grew [knee-high|as high as a gate] along the path.",
        "A [jay|magpie] [scolded|chattered] at everyone who passed.",
        "Between two [trunks|birches] a spider had [spun|hung up] its web, and every thread [sparkled|trembled].",
    ),
    "water": (
        "Small waves [lapped|licked] at the [stones|bank].",
        "A [dragonfly|kingfisher|swallow] [flashed|darted] over the water.",
        "The water [glittered|sparkled|shone] [like glass|like silver|in the sun].",
        "Somewhere a fish [jumped|splashed].",
        "[Reeds|Rushes] [whispered|swayed] along the [shore|edge].",
        "A [heron|stork] stood on one leg and [dozed|waited].",
        "Two [swans|coots|grebes] [glided|paddled] past without hurry.",
        "Far out a [sail|ferry|barge] [gleamed|drifted].",
    ),
    "town": (
        "The streets were full of [bicycles|carts|people|voices].",
        "[Pigeons|Sparrows] [strutted|hopped] between the [stalls|benches|tables].",
        "The bell of the town hall struck [nine|ten|eleven|three].",
        "It smelled of [fresh bread|roasted almonds|coffee|cinnamon].",
        "A [barrel organ|brass band] was playing [round the corner|in the square].",
        "A woman was selling [balloons|onions|lace|marmalade].",
        "The [tram|milk cart|post coach] [rattled|clattered] over the cobblestones.",
        "Somebody was [whitewashing|sweeping|scrubbing] the [steps|pavement].",
    ),
    "home": (
        "The kettle [sang|hummed] on the stove.",
        "A [fly|moth] [buzzed|bumped] against the window.",
        "The whole house smelled of [soap|baked apples|wood smoke|toast].",
        "The floorboards [creaked|groaned] a little.",
        "Outside, [leaves rustled|a cart rattled by|children were laughing].",
        "Sunlight [fell|lay] in [stripes|squares] on the [floor|tablecloth|wallpaper].",
        "In the corner the old [cupboard|sewing machine|armchair] [stood|dozed] as it always had.",
        "Washing [hung|flapped] on the line behind the house.",
        "From the [next room|stairs|yard] came the sound of [humming|sweeping|chopping].",
    ),
    "night": (
        "The moon [hung|stood] [over the roofs|above the trees|in the sky] like a [coin|slice of melon|boat].",
        "The stars [twinkled|glittered|blinked].",
        "Everything was [still|quiet|silent] and [blue|dark].",
        "Somewhere an owl [hooted|called].",
        "The [lamps|lanterns] in the [street|valley] went out one by one.",
        "[Bats|Moths] [flitted|whirled] round the chimney.",
        "The [church tower|mountain|barn] [stood|loomed] black against the sky.",
        "A [cool|mild] wind [brought|carried] the smell of [hay|lilac|the sea].",
    ),
    "rain": (
        "Drops [drummed|pattered|danced] on the [roofs|cobblestones|leaves].",
        "The gutters [gurgled|bubbled].",
        "The puddles grew [wider and wider|as big as ponds].",
        "[Frogs|Ducks] were the only ones who [rejoiced|liked it].",
        "People [dashed|scurried] from doorway to doorway.",
        "Far away it [thundered|rumbled] softly.",
    ),
    "snow": (
        "The snow [crunched|squeaked] under every step.",
        "Icicles hung from the [roofs|gutters|branches].",
        "Breath rose in little [white|silver] clouds.",
        "The [fence posts|chimneys|bushes] wore [tall|round|white] caps.",
        "[Frost|Ice] had drawn [ferns|stars|feathers] on the [windowpanes|glass].",
        "Far off [sleigh bells|laughter] [rang|tinkled].",
    ),
}


def aside(world: World, scene: str, chance: float = 0.4) -> None:
    """Tell, now and then, what is to be seen, heard or smelled there."""
    if world.chance(chance):
        world.say(world.pick(ASIDES[scene]))


ENDINGS = {
    "day": (
        "It had been [a good day|a lovely day|a day to remember].",
        "[That evening|In the evening|When evening came], {hero} [told the whole story|told everyone about it] at supper.",
        "[That night|When the moon came up], {hero} [slept soundly|slept deeply and well|fell asleep with a smile].",
        "{Hero} was {happy}.",
        "{Hero} went home [whistling|singing|humming|with a light heart].",
        "{Hero} thought of it [for a long time|for many days|with a smile].",
        "And if you pass by there, {hero} will [gladly|certainly|proudly] tell you about it.",
        "It was the kind of day that [fits|should be kept] in a [matchbox|pocket|glass jar].",
        "{hero} wrote it all down in [capital letters|green ink|a thick notebook] before going to bed.",
        "[Pancakes with syrup|Potato soup|Baked pears] never tasted better than on that evening.",
        "And that is [the end of the story|how it was|all there is to tell].",
        "Tomorrow would be [another adventure|soon enough for more].",
    ),
    "together": (
        "They laughed [until their sides hurt|until it got dark|all the way home].",
        "[From that day on|From then on|Ever since], {hero} and {friend} [were the best of friends|met every day|helped each other].",
        "{hero} and {friend} [went home arm in arm|walked home together|smiled at each other].",
        "[Side by side|Together] they watched the [sun go down|clouds turn pink|swallows fly home].",
        "[Then|Afterwards] they sat down and shared [a piece of cake|some bread and cheese|a pot of cocoa|a bag of raisins].",
        "It is good to have a friend.",
        "And [whenever it rains|every year on that day], {hero} and {friend} [remember it|talk about it|laugh about it].",
        "Two [heads|pairs of hands] are better than one.",
        "{hero} and {friend} [shook hands on it|promised to meet again soon|made plans for the next day].",
        "They [hopped on one leg|turned a somersault|whistled a duet].",
    ),
}


def ending(world: World, *kinds: str) -> None:
    """Close the story with one or two sentences that fit any happy outcome of the kind."""
    closings = [closing for kind in kinds for closing in ENDINGS[kind]]
    world.say(*closings)
