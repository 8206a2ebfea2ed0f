"""English plots of water: streams, the sea, a bridge, a lighthouse."""

from clearhead.data._stories_en_scenes import aside, begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="child animal", friend="peer", place="outdoor")
def paper_boat(w: World) -> None:
    """What is light floats and what is heavy sinks."""
    begin(w)
    w.row(
        "floats sinks",
        "a boat of paper / a stone",
        "a walnut shell / a marble",
        "a cork / a nail",
        "a leaf / a coin",
        "a boat of bark / an iron spoon",
        "a feather / a key",
        "a wooden duck / a horseshoe",
    )
    w.say(
        "{hero} and {friend} sat by the stream. {hero} had {floats}, and {friend} had {sinks}.",
        "{afternoon} by the stream {hero} took out {floats}, and {friend} took out {sinks}.",
    )
    w.say(
        '"Mine will [win|sail to the sea]," {said} {friend}.', '"[Let us race!|Whose will be faster?]" {said} {hero}.'
    )
    aside(w, "water", 0.5)
    w.say("One, two, three! They let go.", "They counted to three and threw both into the water.")
    w.say(
        "What {friend} had thrown went plop and sank, because it was too heavy.",
        "{Sinks} is heavy, so it sank [at once|like a secret].",
    )
    w.say(
        "But {floats} is light. It [danced over the waves|turned round twice and sailed off|floated away].",
        "But {hero}'s [danced|floated|rocked] on the water, because it was light.",
    )
    w.say(
        '{Friend} {smiled} and {said}, "[Now I know|Tomorrow I will bring something light]."',
        '"Heavy things sink and light things float," {said} {hero}, and {friend} nodded.',
    )
    w.say("They ran along the bank[ and waved|, shouting and waving,|] until it was [out of sight|only a dot].")
    ending(w, "together")
    w.ask("What sank? {Sinks}.", "What floated? {Floats}.", "Why did it sink? Because it was too heavy.")


@plot(hero="child", friend="peer kin")
def sandcastle(w: World) -> None:
    """The sea takes the castle; what one has learnt stays."""
    begin(w)
    w.let(
        part="four towers|a deep moat|a gate of driftwood|a flag of seaweed|a bridge of pebbles|windows of glass beads"
    )
    w.say(
        "On the beach {hero} and {friend} built a castle of sand with {part}.",
        "All morning {hero} built a sandcastle with {part}, and {friend} helped {him}.",
    )
    aside(w, "water", 0.4)
    w.say(
        "They built it [very close|right next] to the water, because the sand there was wet and [firm|easy to shape]."
    )
    w.say(
        "But the tide came in. One wave took the gate, [the next one a tower|the next one half a wall].",
        "But the tide [rose|came nearer]. Lick by lick it ate the castle.",
    )
    w.say("{Hero} was {sad}.", '"Our castle!" {cried} {hero}.')
    w.say(
        '"[The sea only wants to play|Look how fast it goes]," {said} {friend}. "[Tomorrow we build farther up|Next time we build higher up]."'
    )
    w.say(
        "The next day they built a new one [higher up|farther from the water], [twice as big|even more beautiful], again with {part}."
    )
    w.say(
        "The tide came in and [stopped just in front of it|filled the ditch around it and went away again]. This time the castle stood.",
        "And when the tide came in, the water did not reach it.",
    )
    w.say("{hero} and {friend} [clapped their hands|sat beside it like a king and a queen|danced around it].")
    w.ask(
        "What took the first castle? The tide.",
        "Who built the castle with {hero}? {friend.plain}.",
        "What did the castle have? {Part}.",
    )


@plot(hero="child adult animal", friend="adult peer")
def broken_bridge(w: World) -> None:
    """The bridge is gone; what lies around makes a new one."""
    begin(w)
    w.let(
        errand="bring eggs to a neighbour|visit a friend|fetch the post|take a cake to a wedding|buy flour at the mill|deliver a letter"
    )
    w.say(
        "{Hero} wanted to {errand}. But the little bridge over the stream was [broken|gone], because the storm had carried it away.",
        "{oneday} {hero} set out to {errand}, but the flood had carried the bridge away.",
    )
    aside(w, "water", 0.4)
    w.say("The water was too [wide|deep|cold] to [jump|wade] across.", "{He} dipped one toe in. Much too cold!")
    w.say(
        "On the other side stood {friend}, who could not get across either.",
        "On the far bank {friend} waved with both arms.",
    )
    w.row(
        "means way",
        "big flat stones / rolled them into the water one by one",
        "a fallen tree / pushed it across until it touched the other bank",
        "a long plank / laid it from one bank to the other",
        "a rope / tied it to two trees, to hold on to",
        "an old door / let it down over the stream",
    )
    w.say("{Hero} looked around and found {means}.", '"I see {means} over there!" {cried} {friend}. {hero} nodded.')
    w.say("Working from both sides, they {way}.", "They worked [hard|together] and {way}.")
    w.say(
        "{Hero} went across [carefully|step by step|with outstretched arms], and in the middle {he} shook hands with {friend}.",
        "Now {hero} could cross, and so could {friend}.",
    )
    w.say("So {hero} managed to {errand} after all.", "In the end {hero} was just in time to {errand}.")
    w.ask("What did {hero} want to do? {Errand}.", "What did they use instead of the bridge? {Means}.")


@plot(hero="adult", friend="adult")
def lighthouse(w: World) -> None:
    """A light shows a boat the way home."""
    w.say(
        "{Hero} looked after a lighthouse [on a rocky island|at the end of the bay|above the cliffs].",
        "On the cliffs stood a white lighthouse, and in it lived {hero}.",
    )
    w.say(
        "Every evening {hero} climbed the [ninety-nine|hundred] steps and lit the lamp.",
        "{His} work was to light the lamp when the sun went down.",
    )
    w.row(
        "cause remedy",
        "the oil was used up / carried a new can of oil up the stairs",
        "the wind had blown a window open / closed the window and lit the lamp again",
        "a moth had got into the lamp / let the moth out and lit the lamp again",
        "the wick was too short / cut a new wick",
        "rain was dripping through the roof / held an old pot under the drip and lit the lamp again",
    )
    w.say(
        "One stormy night the lamp went out, because {cause}.",
        "One windy night it was suddenly dark: the lamp had gone out, because {cause}.",
    )
    w.say(
        "And out on the sea was {friend} in a small boat.",
        "Far out among the waves {friend} was rowing and looking for the light.",
    )
    w.say("{Hero} did not [hesitate|waste a minute]. {He} {remedy}.", "Quickly {hero} {remedy}.")
    w.say(
        "The light shone over the water again. {friend} saw it and steered towards it.",
        "A long bright beam swept across the waves, and {friend} [turned the boat|knew the way].",
    )
    w.say(
        "{soon} the boat [bumped against the pier|lay safe in the harbour].",
        "Before midnight the boat was tied up in the harbour.",
    )
    w.say(
        '"{thanks hero}!" {said} {friend}. "Without your light I would still be out there."',
        "{Friend} brought {hero} [the biggest fish|a bag of oranges|fresh rolls] the next morning.",
    )
    w.ask(
        "Why did the lamp go out? Because {cause}.",
        "Who was out on the sea? {friend.plain}.",
        "Who looked after the lighthouse? {hero.plain}.",
    )


@plot(hero="child animal", friend="companion", thing="instrument toy pet")
def falling_star(w: World) -> None:
    """A wish told to a star, and heard by someone nearer."""
    begin(w)
    w.say(
        "{evening} {hero} and {friend} lay in the grass and looked at the stars.",
        "{evening} {hero} sat on the roof with {friend}.",
    )
    aside(w, "night", 0.5)
    w.say('{Suddenly} a star fell. "[Make a wish|Quick, wish for something]!" {cried} {friend}.')
    w.say(
        "{Hero} closed {his} eyes. More than anything {he} {wanted thing}.",
        "For a long time {hero} {wanted thing}, and so {he} whispered it to the sky.",
    )
    w.say(
        '"You must not tell," {said} {friend}. But {friend.he} had heard the whisper.',
        "{Friend} had good ears and had heard every word.",
    )
    w.say(
        "For [three weeks|a whole month] {friend} [saved|worked] in secret.",
        "The next day {friend} [went to the fair|asked in every shop|looked in every market].",
    )
    w.say("{then} {friend} {gave hero thing}.", "One morning {friend} came with {the thing} and {gaveit hero}.")
    w.say(
        '"[How did the star find you|How did you know]?" asked {hero}, [amazed|with round eyes]. {friend} only {smiled}.'
    )
    w.say("Stars listen, but friends listen better.", "{Hero} looked up at the sky and winked.")
    w.ask(
        "What did {hero} wish for? {A thing}.",
        "Who has {the thing} now? {hero.plain}.",
        "Who made the wish come true? {friend.plain}.",
    )


@plot(hero="child animal", friend="companion")
def riddle_bag(w: World) -> None:
    """From what a thing is like one can tell what it is."""
    begin(w, must_name=True)
    w.row(
        "first second third solution",
        "round / red / it grows on a tree and is good to eat / an apple",
        "long / orange / a rabbit would like it / a carrot",
        "round / full of holes / mice love it / a cheese",
        "white / cold / it melts in the hand / a snowball",
        "oval / smooth / a hen has made it / an egg",
        "small / brown / a squirrel would hide it / a hazelnut",
        "yellow / sour / it makes everyone pull a face / a lemon",
        "soft / warm / it comes in pairs and is worn on the feet / a sock",
        "flat / full of letters / one opens it and travels far away / a book",
        "thin / long / it burns and gives light / a candle",
        "round / ticking / it has hands but no fingers / a clock",
        "small / made of metal / it opens what is closed / a key",
        "sweet / golden / bees have made it / honey",
        "light / grey / a bird has lost it / a feather",
    )
    w.say(
        '{Friend} put something into a bag. "Guess what it is," {friend.he} {said}.',
        '{oneday} {friend} came with a closed bag and a secret smile. "Guess!"',
    )
    w.say(
        '"Is it big?" asked {hero}. "It is {first}," {answered} {friend}, "and it is {second}."',
        '"Tell me something about it," {said} {hero}. "It is {first} and {second}."',
    )
    w.say(
        '"[Give me one more hint|I do not know yet]," {said} {hero}.',
        "{Hero} thought [hard|with closed eyes|with a wrinkled nose].",
    )
    w.say('"Well," {said} {friend}, "{third}."', '{Friend} held the bag up high. "One more hint: {third}."')
    w.say('"Then it is {solution}!" {cried} {hero}.', '{Hero} jumped up. "It must be {solution}!"')
    w.say("And [really|indeed], in the bag there was {solution}.", "{Friend} opened the bag. It was {solution}!")
    w.say(
        '"Now it is my turn," {said} {hero} and ran off with the bag.',
        "{Hero} {smiled} and wanted to play again, nine times.",
    )
    w.ask("What was in the bag? {Solution}.", "Who had filled the bag? {friend.plain}.")
