"""English plots of roads and animals: a cart, a bird, a flock, the small and the big."""

from clearhead.data._stories_en_scenes import aside, begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="adult child animal", friend="adult peer")
def stuck_cart(w: World) -> None:
    """Mud holds the wheel; something dry and many hands free it."""
    begin(w)
    w.let(
        load="pumpkins|hay|potatoes|flowerpots|melons|firewood|milk cans|books|apples",
        goal="market|mill|next village|school|harbour",
    )
    w.say(
        "{Hero} was pulling a cart full of {load} to the {goal}.",
        "With a cart full of {load}, {hero} set out for the {goal}.",
    )
    w.say(
        "It had rained, and the road was [soft|deep mud]. A wheel [sank in|got stuck].",
        "Because it had rained, the road was muddy, and a wheel got stuck.",
    )
    w.say(
        "{Hero} pulled and pushed, but the cart did not move [an inch|at all].",
        "{He} heaved and puffed. Nothing moved.",
    )
    w.say(
        '{friend} came along. "[Alone it is too heavy|Wait, I will help]," {friend.he} {said}.',
        "{then} {friend} saw it from afar and {helped hero}.",
    )
    w.let(dry="branches|straw|flat stones|an old sack|boards|dry reeds")
    w.say(
        "They [put|laid] {dry} under the wheel, so that it would not slip.",
        '"The wheel needs something dry," {said} {friend}, so they put {dry} under it.',
    )
    w.say(
        '"[One, two, three|Heave]!" {Hero} pulled, {friend} pushed, and the cart [rolled out of the mud|was free].',
        "{Hero} pulled in front, {friend} pushed from behind, and {suddenly} the wheel [turned|came free].",
    )
    w.maybe(
        "They were muddy up to their [knees|ears], but {happy}.",
        "{Hero} gave {friend} some of the {load} to say thank you.",
    )
    ending(w, "day")
    w.ask(
        "Who helped {hero}? {friend.plain}.",
        "What was in the cart? {Load}.",
        "What did they put under the wheel? {Dry}.",
    )


@plot(hero="child", friend="kin peer", place="outdoor")
def fallen_nestling(w: World) -> None:
    """A small bird belongs in its nest."""
    begin(w)
    w.let(
        bird="blackbird|sparrow|robin|swallow|finch|blue tit|wren|starling",
        bed="moss|wool|soft grass|a warm scarf|hay|a mitten",
    )
    w.say(
        "{In place} {hero} found a little {bird} on the ground.",
        "{oneday} {hero} heard a faint cheeping {in place}. It was a little {bird}, all alone.",
    )
    w.say(
        "It had fallen out of its nest[, because the wind had shaken the branch,|] and could not fly yet.",
        "It could not fly yet, because its feathers were still [short|too soft].",
    )
    w.say('"What shall we do?" {hero} asked {friend}.', '{Hero} called {friend}. "Look how it trembles!"')
    w.say(
        "They made a bed of {bed} [in a little basket|in a box] and [waited|listened] for its mother.",
        "{Hero} warmed it in a bed of {bed}, and {friend} [looked for|searched for] the nest.",
    )
    w.say(
        "{then} {friend} saw the nest, high up between two branches, and [fetched a ladder|lifted {hero} up].",
        "High up among the leaves was the nest. {friend} held a ladder.",
    )
    w.say("Very gently {hero} [set|put] the little bird back among its brothers and sisters.")
    w.say(
        "Its mother came with a [worm|fly|caterpillar] in its beak, and [everyone cheeped|five beaks opened wide].",
        "The mother bird [circled once|scolded a little] and then fed it.",
    )
    w.say(
        "Two weeks later {hero} saw a young {bird} [fly over the roof|on the fence]. Perhaps it was the same one.",
        "That summer it sang for {hero} every morning.",
    )
    w.ask("What did {hero} find? A little {bird}.", "Who put the bird back into the nest? {hero.plain}.")


@plot(hero="adult child", place="outdoor")
def lost_sheep(w: World) -> None:
    """One is missing; it is counted, looked for and counted again."""
    begin(w)
    w.row(
        "full less",
        "five / four",
        "six / five",
        "seven / six",
        "eight / seven",
        "nine / eight",
        "ten / nine",
        "twelve / eleven",
    )
    w.let(kind="sheep|goats|geese|ponies|ducks|hens")
    w.row(
        "trouble freed",
        "its foot was stuck in a root / pulled the root aside",
        "it had got caught in the brambles / bent the thorns back",
        "it had fallen into a ditch / lifted it out",
        "it had found the sweetest clover of all / lured it away with an apple",
        "it was watching a frog / waited until the frog had jumped away",
        "it was afraid to cross the stream / carried it across",
    )
    w.say("{Hero} looked after {full} {kind}.", "{Hero} had {full} {kind} and knew each of them by name.")
    w.say(
        "Every evening {he} counted them. One evening there were only {less}.",
        "{evening} {hero} counted the {kind}: only {less}! One was missing.",
    )
    w.say(
        "{Hero} took a lantern and went [looking|out again].",
        "{Hero} [put on a pair of boots|whistled a tune] and went out once more.",
    )
    aside(w, "night", 0.5)
    w.say("{In place} {hero} heard a faint cry.", "{soon} {he} heard something {in place}.")
    w.say(
        "There it was! It could not come home, because {trouble}.",
        "There stood the lost one. It had not come home because {trouble}.",
    )
    w.say("{Hero} {freed} and [led|brought] it home.", "So {hero} {freed}, and together they walked home in the dark.")
    w.say(
        "{Hero} counted again: {full}! Now {he} could sleep.",
        "Back home {hero} counted once more. {Full}! All were there.",
    )
    w.ask(
        "How many {kind} did {hero} have? {Full}.",
        "Where was the lost one? {In place}.",
        "Why had it not come home? Because {trouble}.",
    )


@plot(hero="tiny", friend="giant")
def small_and_big(w: World) -> None:
    """The small one can do what the big one cannot."""
    w.row(
        "trouble deed",
        "had a thorn in one paw / pulled it out with two tiny fingers",
        "was tangled in a net / bit through the knots, one by one",
        "had dropped a golden ring into a crack in the rock / slipped into the crack and brought it out",
        "had got stuck in a hollow log / pushed from the other side",
        "could not reach the itch behind one ear / climbed up and scratched",
        "had shut the door and could not get back in / crept in under the door",
    )
    begin(w)
    w.say(
        "{Hero} was so small that hardly anyone noticed {him}.",
        "Everybody said that {hero} was too small for anything.",
    )
    w.say(
        "{oneday} {hero} heard [sighing|groaning] in the wood. It was {friend}, who {trouble}.",
        "{oneday} {friend}, who was as big as a hill, {trouble}.",
    )
    aside(w, "forest", 0.5)
    w.say(
        '"May I help you?" asked {hero}. "You?" {answered} {friend}. "But you are so small!"',
        '"I will help you," {said} {hero}. {friend} [laughed a little|looked down in surprise].',
    )
    w.say(
        '"Sometimes small is what is needed," {said} {hero}. {He} {deed}.', "But {hero} was small enough. {He} {deed}."
    )
    w.say(
        '{Friend} [breathed again|gave a sigh of relief]. "I am strong, but I could not do that."',
        '"{thanks hero}!" {said} {friend}. "[Small is just the right size|You are bigger than you look]."',
    )
    w.say(
        "Since then {hero} rides on {friend}'s shoulders and sees far over the land.",
        "Whenever {hero} walks through the wood now, {friend} walks beside {him}.",
    )
    w.ask("Who was in trouble? {friend.plain}.", "Who was small? {hero.plain}.", "Who helped {friend}? {hero.plain}.")


@plot(hero="child adult animal", friend="companion", place="outdoor")
def bird_house(w: World) -> None:
    """A house is built, and the right guest moves in."""
    begin(w)
    w.let(
        guest="a pair of blue tits|a family of sparrows|a wren|two starlings|a robin|a shy redstart|a pair of finches"
    )
    w.let(
        extra="a red roof|a tiny chimney|a round door|a perch of hazel wood|painted windows|a roof of bark|a little balcony"
    )
    w.say(
        "{Hero} had [five boards|an old crate|some planks] and an idea: a house for birds, with {extra}.",
        "{Hero} wanted to build a house for the birds, with {extra}.",
    )
    w.say(
        "{Friend} {helped hero} [measure|saw|hold the boards]. Bang, bang, bang went the nails.",
        "{Hero} sawed, {friend} held the boards, and only one nail went in crooked.",
    )
    w.say(
        "They hung it up {in place}, [high enough for the birds|where no cat could reach it].",
        "They found a good spot {in place} and hung it up with wire.",
    )
    w.say(
        "Then they waited. [April|March] came and went, and the house stayed empty.",
        "For a long time nobody moved in, and {hero} was {sad}.",
    )
    w.say(
        '"The door is too [big|small]," {said} {friend}. They changed it.',
        '"It smells of paint," {said} {friend}. "Give it time."',
    )
    w.say(
        "{then} {hero} heard [singing|twittering]. {Guest} had moved in!",
        "One morning straw was hanging out of it: {guest} had moved in!",
    )
    w.maybe(
        "In May there were [four|five|six] hungry beaks at the door.",
        "From then on {hero} was woken by a song every morning.",
    )
    w.ask(
        "Who moved into the little house? {Guest}.",
        "Where did they hang the house? {In place}.",
        "What did the house have? {Extra}.",
    )


@plot(hero="adult child animal", friend="companion")
def giant_pumpkin(w: World) -> None:
    """Too heavy for one, too heavy for two; the smallest makes the difference."""
    begin(w, must_name=True)
    w.let(crop="pumpkin|turnip|cabbage|beetroot|melon|radish|parsnip")
    w.row("small", "mouse", "sparrow", "grasshopper", "ladybird", "snail", "very small beetle", "baby")
    w.say(
        "In {hero}'s garden grew a {crop} as big as a [barrel|cart|sheep].",
        "{Hero} had grown a {crop}, the biggest that anyone had ever seen.",
    )
    w.say("{Hero} pulled, but it did not move.", "{Hero} pulled until {his} cap flew off. It did not move.")
    w.say(
        "{Hero} called {friend}, and they pulled together. It [moved a little|creaked] and stayed where it was.",
        "{Friend} {helped hero}. They pulled and pulled. Still nothing.",
    )
    w.say("The neighbours came, and the postman, and an old lady with a stick. All of them pulled.")
    w.say(
        'Nobody could pull any more. Then came {a small}. "May I help?"',
        'At last came {a small}. Everyone laughed. "What can somebody so small do?"',
    )
    w.say(
        "They pulled once more, all together, and plop! The {crop} came out, and everyone fell over backwards.",
        "But that little bit was just what was missing: the {crop} jumped out, and they all sat down in the grass.",
    )
    w.say(
        "There was {crop} soup for the whole village, and {hero} gave the first bowl to {the small}.",
        "That evening everybody ate {crop} soup, and {the small} sat in the best seat, next to {hero}.",
    )
    w.ask("Who came last? {The small}.", "What had {hero} grown? A {crop}.", "What did they cook? A soup.")
