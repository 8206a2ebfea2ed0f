"""English plots of in and around the house: borrowing, breaking, reaching, sleeping."""

from clearhead.data._stories_en_scenes import aside, begin, ending
from clearhead.data._stories_world import World, plot


@plot(
    hero="child",
    friend="peer",
    thing="small",
    other="=harmonica =flute =puppet =robot =ball =tambourine =doll =diary =mug",
    place="town",
)
def swapped_bags(w: World) -> None:
    """Two bags look the same; what is inside tells them apart."""
    begin(w)
    w.let(colour="red|blue|green|brown|grey")
    w.say(
        "{Hero} and {friend} had the same {colour} bag.",
        "{Hero} had a {colour} bag, and {friend} had one just like it.",
    )
    w.say("{His} bag held {a thing}, and in {friend.plain}'s bag there was {a other}.")
    w.say("{oneday} they met {in place}, and each took [the wrong bag|a bag] home [without looking|in a hurry].")
    w.say('{hero} opened the bag and [stared|was astonished]. Inside was {the other}! "This is not mine."')
    w.say(
        "At the same moment, {friend} found {the thing} in the other bag.",
        "And {friend}, far away, was [holding|looking at] {the thing} and [scratching {friend.his} head|wondering].",
    )
    w.say("They ran back {to place} and [almost bumped into each other|met in the middle].")
    w.say(
        "{Hero} {gave friend other}, and {friend} {gave hero thing}.",
        "{Friend} {gave hero thing}, and {hero} {gave friend other}.",
    )
    w.say("Then {hero} [tied a ribbon|sewed a button|painted a star] on {his} bag, so that it would not happen again.")
    ending(w, "together")
    w.ask(
        "Who has {the thing} now? {hero.plain}.",
        "Who has {the other} now? {friend.plain}.",
        "Where did they swap the bags? {In place}.",
    )


@plot(hero="child adult animal", friend="adult")
def borrowed_tool(w: World) -> None:
    """What is borrowed comes back, with something on top."""
    begin(w)
    w.row(
        "noun task gift",
        "ladder / pick the last pears from the top of the tree / a basket of pears",
        "drill / bore holes for a new shelf / a little wooden box",
        "spade / dig a bed for the potatoes / a sack of potatoes",
        "bucket / carry water to the thirsty beans / a bowl of beans",
        "wheelbarrow / bring home the firewood / a bundle of firewood",
        "hammer / mend the broken fence / a pot of honey",
        "rake / gather the fallen leaves / a pie that was still warm",
        "shovel / clear the snow from the path / a jug of hot cocoa",
        "watering can / water the young lettuce / a crisp head of lettuce",
        "needle / sew a torn sleeve / a pretty handkerchief",
        "sieve / sift flour for a cake / the biggest piece of cake",
    )
    w.cast["thing"] = w.language.draw(w, "thing", "=" + w.expand("{noun}").replace(" ", "_"))
    w.say(
        "{oneday} {hero} wanted to {task}, but {he} had no {noun}.",
        "{Hero} needed a {noun}, because {he} wanted to {task}.",
    )
    w.say(
        '{He} went to {friend} and asked, "May I borrow your {noun}?"',
        "{Friend} had {a thing}, so {hero} asked politely for it.",
    )
    w.say(
        '"[Of course|Gladly|Take it]," {said} {friend} and {gave hero thing}. "[Only bring it back|But I need it tomorrow]."'
    )
    w.say(
        "{Hero} worked [all morning|until noon|hard], and {soon} everything was done.",
        "It was hard work, but [by evening|by noon] {hero} had finished.",
    )
    w.say(
        "{then} {hero} [cleaned|wiped] {the thing}, [walked|went] back and {gaveit friend}.",
        "The same evening {hero} went back and {gave friend thing}.",
    )
    w.say(
        '"And this is for you," {said} {hero}. It was {gift}.',
        "On top of it lay {gift} [to say thank you|as a thank-you].",
    )
    w.say('{Friend} {smiled}. "You may borrow [anything|whatever you like] from me."')
    w.ask(
        "Who has {the thing} now? {friend.plain}.",
        "What did {hero} borrow? {A thing}.",
        "Why did {hero} need {the thing}? To {task}.",
    )


@plot(hero="child animal", friend="companion")
def strange_noise(w: World) -> None:
    """What is frightening in the dark is small in the light."""
    begin(w)
    w.row(
        "sound maker truth",
        "a scratching / a branch / the wind was pushing it against the window",
        "a knocking / a loose shutter / nobody had hooked it shut",
        "a hooting / a young owl / it was calling for its mother",
        "a rustling / a hedgehog / it was looking for beetles in the leaves",
        "a tapping / the tap / it had not been turned off",
        "a squeaking / a mouse / it had found a crumb of cheese",
        "a whistling / an empty bottle / the wind was blowing across it",
        "a ticking / a beetle / it lived in the old beam",
        "a rumbling / an apple / it was rolling across the attic floor",
    )
    w.say("{evening} {hero} lay in bed and heard {sound}.", "In the middle of the night, {sound} woke {hero}.")
    aside(w, "night", 0.6)
    w.say("{Hero} pulled the covers up to {his} [chin|nose]. [Was it a ghost|Was it a giant|Who could it be]?")
    if w.chance(0.5):
        w.say("There it was again: {sound}!")
    w.say(
        "{Hero} [counted to three|took a deep breath], lit a lamp and [went to look|crept to the window|tiptoed towards the noise]."
    )
    w.say("And what was it? It was only {maker}!", "[There was no ghost|There was no giant], only {maker}!")
    w.say("It made the noise because {truth}.", "{Truth}, and that was all.")
    w.say(
        '"[Good night|Sleep well], little ghost," {said} {hero} and [crept back to bed|blew out the light].',
        "{Hero} laughed at {his} own fear and [crept back to bed|slept until morning].",
    )
    w.maybe("Things are often smaller in the light.", "Since that night, {hero} has not been afraid of the dark.")
    w.ask("What made the noise? {Maker}.", "Who heard {sound}? {hero.plain}.")


@plot(hero="child", friend="companion")
def cannot_sleep(w: World) -> None:
    """Every trouble with sleep has its own remedy."""
    begin(w)
    w.row(
        "trouble remedy effect",
        "the moon was too bright / drew the curtain / the room was dark and soft",
        "a clock ticked too loudly / wrapped the clock in a towel / it was as quiet as snow",
        "{his} feet were cold / brought two thick socks / {his} feet were as warm as buns",
        "{he} was thirsty / brought a glass of water / {he} was not thirsty any more",
        "the wind howled round the house / closed the window tight / the wind could hardly be heard",
        "{he} kept thinking about tomorrow / wrote tomorrow's worries on a slip of paper / there was nothing left to worry about",
        "{he} had slept too long at noon / told a very long story about a very slow snail / {his} eyes fell shut",
        "the pillow was too hard / shook the pillow until it was round and soft / {his} head sank into it like a stone into snow",
    )
    w.say(
        "{evening} {hero} could not sleep, because {trouble}.", "It was late, but {hero} lay awake, because {trouble}."
    )
    aside(w, "night", 0.5)
    w.maybe(
        "{Hero} turned to the left and to the right and counted [sheep|stars|the cracks in the ceiling].",
        "{He} sighed and [tossed and turned|looked at the ceiling].",
    )
    w.say(
        '"[Still awake|Are you not asleep yet]?" asked {friend} [from the doorway|softly]. {Hero} told {friend} what was wrong.'
    )
    w.say("{Friend} [nodded|thought for a moment] and {remedy}.", "So {friend} {remedy}.")
    w.say("Now {hero} felt better: {effect}.", "That helped {hero} at once: {effect}.")
    w.say(
        "{Friend} sang [a little song|a song about a boat|half a lullaby], and before it was over, {hero} was [asleep|fast asleep].",
        "A minute later {hero} was [asleep|fast asleep|dreaming].",
    )
    w.ask("Why could {hero} not sleep? Because {trouble}.")


@plot(hero="child animal", friend="peer", thing="gift toy")
def high_shelf(w: World) -> None:
    """Who is too small needs something to stand on, or somebody tall."""
    begin(w)
    w.say(
        "{A thing} stood on the highest shelf, and {hero} [wanted to look at it|wanted to play with it].",
        "{oneday} {hero} saw {a thing} on top of the cupboard.",
    )
    w.say(
        "{Hero} stretched as far as {he} could, but {he} was too [small|short].",
        "{He} jumped once, twice, three times. It was too high.",
    )
    w.row(
        "tool way",
        "three thick books / stood on them",
        "an old stool / climbed on it",
        "a wooden crate / turned it over and climbed up",
        "a kitchen chair / held it steady",
        "a step / put it against the wall",
    )
    if w.chance(0.5):
        w.say('"[You need something to stand on|Wait, I have an idea]," {said} {friend}.')
        w.say("{Friend} brought {tool}, and now it was high enough.", "{Friend} found {tool}, and {hero} {way}.")
        w.say("{Hero} [reached up|stretched out one hand] and took down {the thing}.")
    else:
        w.say('{friend}, who was a head taller, came by. "[Shall I|Let me help]?"')
        w.say("{Friend} [reached up without any trouble|only had to lift one arm] and {gave hero thing}.")
    w.say(
        "{Hero} [blew off the dust|wiped off the dust] and {smiled}.",
        '"{thanks friend}!" {said} {hero}. "[Alone I am small, but together we are tall|Two are taller than one]."',
    )
    ending(w, "together")
    w.ask("Who helped {hero}? {friend.plain}.", "What did {hero} want to reach? {A thing}.")


@plot(hero="child", friend="companion")
def broken_and_told(w: World) -> None:
    """Telling the truth makes the heart light."""
    begin(w)
    w.row(
        "broken how mend",
        "a blue vase / playing ball in the house / glued it with great care",
        "a window / throwing a snowball / put in a new pane",
        "a sugar bowl / reaching for the biscuits / glued on the handle",
        "a garden gate / swinging on it / nailed on a new board",
        "a china plate / dancing with a tray / stuck the pieces together again",
        "a bird bath / climbing on it / filled the crack with clay",
        "an umbrella stand / sliding down the banister / hammered it straight",
        "an old birdcage / trying to lift it / bent the wire straight",
    )
    w.say("{oneday} {hero} broke {broken} while {how}.", "{Broken} broke while {hero} was {how}.")
    w.say("Crash! Then it was [very quiet|terribly quiet|quiet in the house].")
    w.say(
        "{Hero} could have [said that a cat had done it|hidden the pieces|run away].",
        '"Maybe nobody will notice," thought {hero}. Yet {his} stomach [hurt|felt like a stone].',
    )
    w.say(
        'But {hero} went to {friend} and {said}, "It was me. I am sorry."',
        "{then} {he} told {friend} everything[, although {his} voice shook|].",
    )
    w.say(
        '{friend} [was silent for a moment|looked at the pieces]. "[Thank you for telling me|It was brave to tell the truth]."'
    )
    w.say("Together they {mend}.", "That afternoon they {mend}.")
    w.say(
        "{hero}'s heart was [light again|as light as a feather].",
        "[You can still see it if you look closely|It was almost as good as new], and nobody was cross any more.",
    )
    w.ask("Who broke {broken}? {hero.plain}.")
