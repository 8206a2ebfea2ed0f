"""English plots of what flies and sounds: a kite, music, an echo."""

from clearhead.data._stories_en_scenes import begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="child", friend="companion", thing="=kite")
def kite_tail(w: World) -> None:
    """A kite flies when its weight is right."""
    begin(w)
    w.let(paper="an old newspaper|wrapping paper|a torn map|a flour bag|silk paper|a big calendar page")
    w.say("{Hero} built {a thing} from two sticks and {paper}.", "Out of {paper} and two sticks {hero} made {a thing}.")
    w.say(
        "On the hill {hero} ran and ran, but {the thing} [turned over|spun like mad] and fell.",
        "It rose a little, spun round and dived into the grass.",
    )
    w.row(
        "cause remedy",
        "the tail was too short / knotted another ribbon to the tail",
        "the tail was too heavy / took three bows off the tail",
        "one side was heavier than the other / cut a strip off one side",
        "the string was tied too low / moved the knot a little higher",
        "there was a hole in the paper / pasted a patch over the hole",
    )
    w.say(
        '"Wait," {said} {friend} and looked at it closely. It could not fly, because {cause}.',
        "{Friend} picked it up and soon knew why: {cause}.",
    )
    w.say("Together they {remedy}.", "So {hero} {remedy}.")
    w.say(
        "{Hero} ran again. This time the wind [took hold of it|lifted it], higher than the [church tower|poplars|swallows].",
        "The next gust took it up, up, up, until it was as small as a crumb.",
    )
    w.say(
        "{Hero} let {friend} hold the string, and {friend} felt the wind pulling.",
        "It pulled at the string as if it wanted to take {hero} along.",
    )
    ending(w, "together", "day")
    w.ask(
        "Why could {the thing} not fly? Because {cause}.",
        "What was {the thing} made of? {Paper}.",
        "Who helped {hero}? {friend.plain}.",
    )


@plot(hero="child adult animal", friend="companion", thing="instrument", place="town outdoor")
def music(w: World) -> None:
    """Music is meant for one and reaches another."""
    begin(w)
    w.say(
        "Every evening {hero} played {a thing}, [rather badly|softly], [by the open window|at the back of the house].",
        "{Hero} had {a thing} and [practised|played] every day, always the same song.",
    )
    w.row(
        "listener effect",
        "baby next door / stopped crying and fell asleep",
        "old man across the street / opened the window and hummed along",
        "lonely calf / put its head over the gate and pricked up its ears",
        "tired postman / put down a heavy bag and tapped one foot",
        "nightingale / answered from the dark hedge",
        "grumpy neighbour / forgot to be grumpy",
        "girl with a broken leg / beat time on the plaster cast",
    )
    w.say(
        '"Nobody is listening," {said} {hero}. "I will stop."',
        '{oneday} {hero} put {the thing} away. "What is the use of it?"',
    )
    w.say(
        "The next evening it was [silent|very quiet]. There was a knock, and there stood {friend}.",
        "It was quiet for three days. Then {friend} came running.",
    )
    w.say(
        '"Why is there no music?" asked {friend}. "There is {a listener} waiting for it!"',
        '"Please play again," {said} {friend}. "Do it for {the listener}."',
    )
    w.say(
        "So {hero} played again, and {the listener} {effect}.",
        "{Hero} took {the thing} and played. And {the listener} {effect}.",
    )
    w.say(
        "From then on {hero} never thought that nobody was listening.",
        "The same old song had never sounded so beautiful.",
    )
    w.ask("What did {hero} play? {A thing}.", "Who {effect}? {The listener}.")


@plot(hero="child", friend="companion")
def echo(w: World) -> None:
    """The valley answers as one calls."""
    begin(w)
    w.let(
        bad="Go away|You are silly|Be quiet|I do not like you",
        good="Hello, my friend|I like you|Come and play|How nice that you are here",
    )
    w.say(
        '{Hero} climbed up to the valley for the first time and {cried}, "Hello!" A voice answered, "Hello!"',
        'High in the mountains {hero} called, "Hello!" Somebody called back, "Hello!"',
    )
    w.say(
        '"Who is there?" {cried} {hero}. "Is there," came the answer.',
        "{Hero} looked round. There was nobody, only rocks and [goats|fir trees|clouds].",
    )
    w.say(
        '{Hero} became angry and {cried}, "{Bad}!" "{Bad}!" {cried} the voice.',
        '"{Bad}!" shouted {hero}. And from the rocks it came back, "{Bad}!"',
    )
    w.say(
        "{Hero} ran home and told {friend} about the rude child in the mountains.",
        "At home {hero} was {sad} and told {friend} everything.",
    )
    w.say(
        '{friend} {smiled}. "Go back and say something friendly."',
        '"[Try it once more|Tomorrow you go again], but with kind words," {said} {friend}.',
    )
    w.say(
        'The next day {hero} {cried}, "{Good}!" And the voice {answered}, "{Good}!"',
        '{hero} went back and called, "{Good}!" "{Good}!" sang the whole valley.',
    )
    w.say("As you call, so it answers.", "Then {hero} understood and laughed, and the whole valley laughed along.")
    w.ask('What did the valley answer at the end? "{Good}!"', "Who told {hero} to be friendly? {friend.plain}.")
