"""English plots of making: growing, cooking, knitting, painting, mending."""

from clearhead.data._stories_en_scenes import aside, begin
from clearhead.data._stories_world import World, plot


@plot(hero="child adult animal", friend="companion", thing="flower")
def patient_seed(w: World) -> None:
    """A seed takes its time."""
    begin(w, must_name=True)
    w.say(
        "{Friend} gave {hero} a seed, no bigger than a crumb.",
        '{Hero} found a seed in {his} pocket. "Plant it," {said} {friend}.',
    )
    w.say(
        "{Hero} dug a hole, put the seed in, covered it with earth and watered it.",
        "{Hero} planted it [by the wall|in a pot|in the sun] and watered it.",
    )
    w.say(
        "The next day there was nothing. The day after that there was nothing either.",
        "{Hero} waited one day, two days, a whole week. Nothing.",
    )
    w.say(
        '"[Maybe it is asleep|Maybe it has forgotten me]," thought {hero}.',
        "{Hero} wanted to dig it up again and look.",
    )
    w.say(
        '"Be patient," {said} {friend}. "[It is busy under the ground|Good things grow slowly]."',
        '"It is growing downwards first," {said} {friend}.',
    )
    aside(w, "garden", 0.4)
    w.say(
        "So {hero} went on watering. {then} a green tip [peeped|came] out of the earth.",
        "{Hero} watered it every evening, and {then} there was a tiny green leaf.",
    )
    w.say(
        "It grew and grew, and in summer it had become {a thing}.",
        "[Weeks went by|Rain came and sun came], and one morning {a thing} stood there.",
    )
    w.say(
        "{Hero} kept the new seeds and gave half of them to {friend}.",
        "{Hero} was so {happy} that {he} invited {friend} to look at it.",
    )
    w.ask("What grew from the seed? {A thing}.", "Who told {hero} to be patient? {friend.plain}.")


@plot(hero="child adult animal", friend="adult peer")
def missing_ingredient(w: World) -> None:
    """What is missing is next door; who gives it gets a piece."""
    begin(w)
    w.row(
        "dish missing place",
        "a plum cake / sugar / an oven",
        "bread / flour / an oven",
        "pancakes / eggs / a pan",
        "a carrot soup / salt / a pot",
        "an apple pie / cinnamon / an oven",
        "rice pudding / milk / a pot",
        "an omelette / butter / a pan",
        "ginger biscuits / ginger / an oven",
        "potato dumplings / potatoes / a pot",
        "a nut cake / nuts / an oven",
        "plum jam / plums / a pot",
    )
    w.say("{oneday} {hero} wanted to make {dish}.", "{Hero} had been looking forward to making {dish} all week.")
    w.say(
        "Everything stood on the table, only the {missing} could not be found.",
        "But when {he} opened the cupboard, {he} found no {missing}.",
    )
    w.say(
        '{Hero} went next door to {friend} and knocked. "Have you got some {missing}?"',
        '{Hero} looked out of the window. In the yard stood {friend}. "Could you lend me some {missing}?"',
    )
    w.say(
        '"[Of course|Help yourself|As much as you need]," {answered} {friend} and brought {missing}.',
        '{Friend} laughed. "I have just bought more {missing} than I can use!"',
    )
    w.say(
        "Now {hero} could begin. {He} [stirred|tasted|hummed] and [stirred|tasted again|looked at the oven].",
        "{Hero} hurried home, rolled up {his} sleeves and began.",
    )
    aside(w, "home", 0.3)
    w.say(
        "{soon} it smelled so good that the whole [street|neighbourhood] came to the windows.",
        "An hour later {dish} stood steaming on the table.",
    )
    w.say(
        "The first [plate|helping|spoonful] was for {friend}, because without the {missing} there would have been nothing.",
        "{Hero} carried the first plate to {friend}. That was only fair.",
    )
    w.say(
        '"[The best I ever tasted|Mmm]," {said} {friend}. "[Will you run out of something tomorrow, too|Please run out of something tomorrow as well]!"',
        "They ate until not a crumb was left.",
    )
    w.ask("What was missing? {Missing}.", "Who had {missing}? {friend.plain}.", "What did {hero} want to make? {Dish}.")


@plot(hero="child animal", friend="adult", thing="=scarf =sweater =shawl =blanket")
def knitted_warmth(w: World) -> None:
    """Someone is cold; something warm is made."""
    begin(w, must_name=True)
    w.let(
        cause="{friend.he} worked outside all day|there was a hole in {friend.his} roof|moths had eaten all {friend.his} warm things|{friend.he} lived at the top of a windy hill|{friend.his} stove was broken"
    )
    w.say(
        "Winter came early. {friend} was cold, because {cause}.",
        "{Hero} saw that {friend} was shivering, because {cause}.",
    )
    aside(w, "snow", 0.5)
    w.say('"What you need is {a thing}," thought {hero}.', "{Hero} had an idea: {a thing} would help.")
    w.say(
        "{Hero} [bought wool|unravelled an old blanket|begged for scraps] and set to work, stitch by stitch.",
        "Night after night {hero} sat by the lamp and worked.",
    )
    w.say(
        "Once {he} dropped a stitch, and once a cat ran off with the thread.",
        "It took [nine|eleven|twelve] evenings and one sore thumb.",
    )
    w.say(
        "{then} it was finished. {hero} {gave friend thing}.", "On the first day of frost {hero} {gave friend thing}."
    )
    w.say(
        "{Friend} wrapped up in it and [did not shiver any more|felt warm right down to the toes].",
        '"[It fits|It is as warm as toast]!" {said} {friend}, who was not cold any more.',
    )
    w.maybe(
        "And the warmest of all was the heart of {hero}.",
        "The whole winter long {friend} was never seen without it.",
        "In return, {hero} was given the warmest hug of the year.",
    )
    w.ask(
        "Why was {friend} cold? Because {cause}.",
        "Who has {the thing} now? {friend.plain}.",
        "What did {hero} make? {A thing}.",
    )


@plot(hero="child adult animal", friend="companion")
def mixed_colours(w: World) -> None:
    """A colour that has run out is mixed from two others."""
    begin(w)
    w.row(
        "missing first second picture",
        "green / blue / yellow / a meadow",
        "green / yellow / blue / a frog on a leaf",
        "orange / red / yellow / a sunset",
        "orange / yellow / red / a fox in autumn leaves",
        "purple / blue / red / a field of lavender",
        "purple / red / blue / a bunch of grapes",
        "grey / black / white / a donkey in the mist",
        "pink / red / white / a pig in the sun",
        "pink / white / red / a cherry tree in bloom",
        "brown / red / green / a bear asleep",
        "light blue / blue / white / the sky after rain",
    )
    w.say(
        "{Hero} was painting {picture}, but the {missing} was used up.",
        "{oneday} {hero} wanted to paint {picture}, but there was no {missing} left.",
    )
    w.say(
        "{He} squeezed the tube and scraped the pot. Not a drop.",
        '"Without {missing} I cannot finish it," {said} {hero}.',
    )
    w.say(
        '"[What else have you got|Which colours are left]?" asked {friend}. There were only {first} and {second}.',
        "{Friend} looked at the palette. There was {first}, and there was {second}.",
    )
    w.say(
        '"Then mix {first} and {second}," {said} {friend}, "[and see what happens|and be surprised]."',
        "{Friend} [took a brush|winked] and stirred a little {first} into the {second}.",
    )
    w.say(
        "{Hero} stirred, and {suddenly} the two colours became {missing}!",
        "Round and round went the brush, and there it was: the most beautiful {missing}!",
    )
    w.say(
        "{Hero} finished the picture and gave it to {friend}.",
        "{soon} the picture was finished, and {hero} hung it above the table.",
    )
    w.maybe(
        "Since then {hero} has mixed everything with everything. Once it turned out [mud|the colour of old soup].",
        "Two can be more than two.",
    )
    w.ask(
        "What do {first} and {second} make? {Missing}.",
        "What did {hero} paint? {Picture}.",
        "Which colour was used up? {Missing}.",
    )


@plot(hero="child adult", friend="adult", thing="instrument =clock =music_box =scooter =robot")
def mended(w: World) -> None:
    """A thing is broken; the one who looks closely finds the cause."""
    begin(w)
    w.say(
        "{Hero} loved {a thing}. But {oneday} it did not work any more.",
        "{Hero} had {a thing} that had been broken for a year.",
    )
    w.let(
        cause="a tiny screw was missing|one little piece had slipped out of place|there was sand in it|the glue had dried out|it had got damp in the rain|a cookie crumb was stuck inside|a tiny screw had come loose"
    )
    w.say(
        "{Hero} [shook|turned|blew on] {the thing}, but that did not help.",
        "Three people had tried to mend it. None of them had looked closely.",
    )
    w.say(
        "So {he} took {the thing} to {friend}, who could mend almost anything.",
        "So {hero} wrapped {the thing} in a cloth and went to {friend}.",
    )
    w.say(
        "{Friend} put on {friend.his} glasses and looked at it for a long time without saying a word.",
        "{Friend} held it up to the light and turned it slowly.",
    )
    w.say('"[Aha|I see]," {said} {friend}. It did not work because {cause}.', "There it was: {cause}.")
    w.say(
        "{Friend} worked [a minute|an hour|until tea was cold], and {then} it was as good as new.",
        "One small movement, one drop of oil, and it was whole again.",
    )
    w.say(
        "{Friend} {gave hero thing} and wanted no money, only a [song|smile|piece of cake].",
        "{Hero} {hugged friend}, and {friend} {gave hero thing}.",
    )
    w.say("To break is quick, to mend takes love.", "At home {hero} gave it the best place in the room.")
    w.ask(
        "What was wrong with {the thing}? {Cause}.",
        "Who has {the thing} now? {hero.plain}.",
    )
