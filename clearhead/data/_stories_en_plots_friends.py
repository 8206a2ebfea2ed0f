"""English plots of friends: new ones, quarrels, races, promises, surprises, practice."""

from clearhead.data._stories_en_scenes import begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="child animal", friend="peer")
def newcomer(w: World) -> None:
    """Someone is new and alone until somebody asks."""
    begin(w, must_name=True)
    w.let(
        game="skip|play tag|build a tower|play marbles|fly paper planes|play ball|draw with chalk|play hopscotch|catch leaves"
    )
    w.let(
        cause="{friend.he} did not know anyone yet|{friend.he} had come from far away|{friend.he} spoke another language|{friend.he} was very shy"
    )
    w.say(
        "{oneday} {hero} saw somebody new standing [alone|all alone] by the wall: {friend}.",
        "Everybody was playing. Only {friend}, who was new, stood [by the wall|at the edge] and watched.",
    )
    w.say("{Friend} did not say a word, because {cause}.", "{Friend} looked at {friend.his} shoes, because {cause}.")
    w.maybe(
        "{Hero} remembered [being new once|what it is like to be alone].",
        '"[Nobody should stand alone|I would not like to stand there]," thought {hero}.',
    )
    w.say(
        '{Hero} went over and asked, "Would you like to {game} with us?"',
        '"We want to {game}," {said} {hero}. "We need one more. [Will you come|Are you coming]?"',
    )
    w.say(
        "{Friend} [nodded|looked up|turned red with joy]. At first {friend.he} was careful, then [faster and faster|louder and louder].",
        "{Friend} {smiled} for the first time that day.",
    )
    w.say(
        "It turned out that {friend} could {game} better than anyone.",
        "[Soon|In the end] everyone wanted {friend} on their side.",
    )
    ending(w, "together")
    w.ask(
        "Who was new? {friend.plain}.",
        "Why did {friend} not say a word? Because {cause}.",
        "What did {hero} ask {friend} to do? To {game}.",
    )


@plot(hero="child animal", friend="peer", thing="toy instrument")
def quarrel(w: World) -> None:
    """Two want one thing; turns are taken."""
    begin(w)
    w.say(
        "{hero} and {friend} found {a thing} in the [attic|yard|shed].",
        "In the [attic|yard|shed] lay {a thing}. {hero} and {friend} saw it at the same moment.",
    )
    w.say('"It is mine!" {cried} {hero}. "No, mine!" {cried} {friend}.', "Both wanted it, and both pulled.")
    w.say(
        "They pulled so hard that both fell down, and then they did not speak to each other for an hour.",
        "They did not speak to each other [all morning|for an hour]. It was a long, [boring|grey] hour.",
    )
    w.say(
        "All alone, {hero} felt {sad}, and so did {friend}.", "{The thing} lay between them and was no fun for anyone."
    )
    w.say(
        '{then} {hero} {said}, "[I am sorry|This is silly]. You first, then me."',
        '{then} {friend} {said}, "[I am sorry|This is silly]. You may have it first, and I will have it after lunch."',
    )
    w.row(
        "rule",
        "an hour each",
        "one day each",
        "from bell to bell",
        "ten minutes each",
        "until the sand had run through the glass",
    )
    w.say("From then on they took turns, {rule}.", "They agreed to take turns, {rule}.")
    w.maybe(
        "[Oddly enough|And strangely], the best part was watching the other one with {the thing}.",
        "And with two of them, {the thing} was twice as much fun.",
    )
    ending(w, "together")
    w.ask("What did {hero} and {friend} both want? {A thing}.", "How did they take turns? {Rule}.")


@plot(hero="child animal", friend="peer", third="peer", place="outdoor")
def kind_race(w: World) -> None:
    """The one who stops to help loses the race and wins a friend."""
    begin(w)
    w.say(
        "{oneday} there was a race {to place}. {hero}, {friend} and {third} stood at the line.",
        "{hero}, {friend} and {third} wanted to know who was the fastest. The finish was {in place}.",
    )
    w.say(
        "Ready, steady, go! {hero} ran as fast as {his} legs would carry {him}.",
        "The flag fell. At once {hero} was in front.",
    )
    w.say(
        "Then {friend} [tripped over a root|slipped on the wet grass|lost a shoe] and fell[ with a cry|].",
        "Halfway there, {friend} fell and scraped a knee.",
    )
    w.say(
        "{third} ran on. But {hero} stopped, turned round and {helped friend}.",
        "{Hero} heard the cry, stopped and {helped friend}. {third} ran past them both.",
    )
    w.say(
        "So {third} won[, and got a paper crown|], and {hero} came in last, arm in arm with {friend}.",
        "{third} was first. A long time later came {hero} and {friend}, limping and laughing.",
    )
    w.say(
        '"You could have won," {said} {third}. "I know," {said} {hero}. "[But then {friend.plain} would still be sitting there|I like this better]."',
        "Nobody clapped louder for the last than {third}.",
    )
    ending(w, "together")
    w.ask("Who won? {third.plain}.", "Who helped {friend}? {hero.plain}.", "Who fell? {friend.plain}.")


@plot(hero="child animal", friend="companion")
def practice(w: World) -> None:
    """What does not work on Monday works on Saturday."""
    begin(w)
    w.row(
        "skill fail first",
        "whistle / only air came out / a clear high tone",
        "ride a bicycle / {he} fell into the hedge / {he} rode round the whole square",
        "swim / {he} swallowed half the lake / {he} swam like a frog to the other side",
        "juggle / the balls rolled under the bed / three balls danced in the air",
        "walk on stilts / {he} sat down in the mud / {he} walked through the puddle with dry feet",
        "skate / {he} spun like a top and sat down / {he} glided in a big circle",
        "tie a bow / it became a knot / two fine loops stood up like ears",
        "write {his} name / the letters fell over / every letter stood straight",
        "climb the rope / {he} slid down again / {he} touched the beam at the top",
        "do a cartwheel / {he} landed in the flower bed / {he} turned like a wheel",
        "bake a flat cake / it was as hard as a roof tile / it was light and golden",
        "skip stones / the stones all went plop / the stone hopped seven times",
    )
    w.say(
        "{Hero} [wanted to {skill}|wanted to learn to {skill}|dreamed of being able to {skill}].",
        "There was one thing {hero} could not do: {skill}.",
    )
    w.say("On Monday {he} tried, but {fail}.", "The first time, {fail}.")
    w.say('"I will never learn it," {said} {hero}.', "{Hero} was {sad} and kicked a pebble.")
    w.say(
        '"[I needed a hundred tries|Nobody can do it at once]," {said} {friend}. "[Try again tomorrow|Once more]!"',
        "{Friend} sat down beside {hero} and showed how it was done, slowly, three times.",
    )
    w.maybe(
        "On Tuesday it went a little better, on Wednesday a little worse, on Thursday better again.",
        "So {hero} practised every day, before breakfast and after supper.",
    )
    w.say("And on Saturday {hero} did it: {first}!", "Then came the day when {hero} did it: {first}!")
    w.say(
        '"[Did you see that|I can do it]!" {cried} {hero}, and {friend} clapped.',
        "{Friend} threw {friend.his} hat into the air, and {hero} {smiled}.",
    )
    w.ask("What did {hero} learn? To {skill}.", "Who encouraged {hero}? {friend.plain}.")


@plot(hero="child animal", friend="peer", thing="gift clothing")
def surprise_party(w: World) -> None:
    """They were silent because they had a secret."""
    begin(w, must_name=True)
    w.say(
        "It was {hero}'s birthday, but nobody said a word about it.",
        "{Hero} woke up early, because it was {his} birthday. Nobody seemed to remember it.",
    )
    w.say(
        'Even {friend} only {said}, "[Good morning|I am in a hurry]," and ran off.',
        "{Friend} walked past with a big bag and looked away.",
    )
    w.say('"They have all forgotten me," thought {hero} and was {sad}.', "{Hero} sat down on the steps and was {sad}.")
    w.say(
        'In the evening {friend} knocked. "[Come with me|Close your eyes], I must show you something."',
        "When it got dark, {friend} came and led {hero} to the barn.",
    )
    w.say(
        "The door opened, and [a hundred candles shone|lanterns hung everywhere|everyone began to sing]!",
        'The door flew open. "Surprise!" everyone {cried}, and paper stars fell from the ceiling.',
    )
    w.mixed(
        "[Nobody had forgotten. They had kept it a secret because they wanted to surprise {hero}."
        '|"We had to keep quiet," {said} {friend}, "because it was a secret."]',
        "[Then {friend} {gavea hero thing}.|There was cake for all, and {friend} {gavea hero thing}.]",
    )
    ending(w, "together", "day")
    w.ask(
        "Whose birthday was it? {hero.plain}'s.",
        "Why had everyone been silent? Because it was a secret.",
        "What did {hero} get? {A thing}.",
    )


@plot(hero="child animal adult", friend="companion", place="outdoor")
def kept_promise(w: World) -> None:
    """A promise is kept although something else calls."""
    begin(w, must_name=True)
    w.row(
        "task done",
        "feed the hens / the hens pecked up every grain",
        "water the roses / the roses lifted their heads",
        "close the gate / the goats stayed where they belonged",
        "bring a jug of milk / not a drop was spilled",
        "read a story to the little ones / the little ones were already waiting",
        "light the lamp in the window / the window shone like a star",
        "post an important letter / the letter slipped into the box just in time",
        "shake out the rugs / the rugs hung clean over the fence",
        "pick the ripe beans / two baskets stood full by the door",
    )
    w.say(
        '"[Can you do something for me?|I must go away for a day,]" {said} {friend}. "Please {task} before dark." {hero} promised.',
        "{Hero} had promised {friend} to {task} before dark.",
    )
    w.let(
        fun="a juggler|a puppet show|a merry-go-round|a band of musicians|a swimming party|a kite race|a balloon as big as a house"
    )
    w.say("But that afternoon there was {fun} {in place}.", "But just then came the news: {fun} {in place}!")
    w.say(
        '"[Come along|Hurry]!" {cried} the others. {hero} looked at the sun. It was already low.',
        "{Hero} would have loved to see it. {His} feet [itched|wanted to run].",
    )
    w.say(
        '"First I have to {task}," {said} {hero}. "I promised."',
        "But a promise is a promise. {Hero} turned round to {task}.",
    )
    w.say("When it was done, {done}.", "{soon} it was done, and {done}.")
    w.say(
        "Then {hero} ran {to place} and was just in time for the best part.",
        "{Hero} came a little late, but there was still a place in the front row.",
    )
    w.say(
        'The next day {friend} {said}, "[I knew I could rely on you|On you one can rely]."',
        "{Friend} came home, saw it and {smiled}.",
    )
    w.ask("What had {hero} promised? To {task}.", "Who had asked {hero} to {task}? {friend.plain}.")
