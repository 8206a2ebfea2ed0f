"""English plots of things that are lost, left, hidden and locked away."""

from clearhead.data._stories_en_scenes import aside, begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="child animal", friend="peer", thing="small", spot="indoor")
def lost_and_found(w: World) -> None:
    """What was lost lies where it was used last."""
    begin(w)
    w.say(
        "{Hero} [owned|had|kept] {a thing} that {he} [carried everywhere|took everywhere|never went out without].",
        "Of all {his} treasures, {hero} [loved|liked] {a thing} [best|the most].",
        "{Hero} had found {a thing} [in a puddle|on the road|at the fair] and was very [proud of|fond of] it.",
    )
    w.say(
        "{oneday} {hero} {put thing spot} and [ran off to play|went out to play|forgot all about it].",
        "{afternoon} {hero} {put thing spot} to [have both hands free|keep it safe|tie a shoelace].",
    )
    w.say(
        "[In the evening|An hour later|When {he} came back], {the thing} was [gone|nowhere to be seen|missing].",
        "[In the evening|Before supper|At bedtime] {hero} {lost thing}.",
    )
    aside(w, "home", 0.25)
    w.say(
        '"When did you [last have it|have it last]?" asked {friend}.',
        '"Where did you see it last?" {said} {friend}.',
        "{Friend} looked [in every pocket|in every drawer|behind every cushion]. Nothing.",
    )
    w.say(
        "{Hero} [closed both eyes and thought|thought hard|thought and thought]. [Of course!|Then it came back.|Now it was clear.]",
        '"Wait, I remember!" {cried} {hero}.',
    )
    w.say(
        "{Hero} ran back and {found thing spot}.",
        "And so it was: {lay thing spot}[, just where it had been left|, as if nothing had happened|].",
    )
    w.maybe(
        '"[It was waiting for me|It never moved at all]," {said} {hero} and {smiled}.',
        "{Hero} [was so {happy} that {he} danced|hugged {friend}|put it into a deep pocket and buttoned it up].",
    )
    w.maybe("After that, {hero} always [put things back|looked twice|thought first and searched second].")
    w.ask("Where was {the thing}? {In spot}.", "Where did {hero} find {the thing}? {In spot}.")


@plot(hero="child adult", friend="adult", thing="clothing", place="shop")
def left_behind(w: World) -> None:
    """What was left somewhere is kept by the one who works there."""
    begin(w)
    w.say("{oneday} {hero} [put on|wore] {a thing} and [went|walked|strolled] {to place}.")
    aside(w, "town")
    w.say(
        "It was so warm {in place} that {hero} took {the thing} off and hung it on a hook.",
        "{Hero} talked to everyone, said goodbye and {leftat thing place}.",
    )
    w.say(
        "On the way home a cool wind [came up|began to blow], and {hero} [shivered|felt cold]. Something was missing!",
        "Only [at home|at the front door|when the sun went down] did {hero} notice that something was missing.",
    )
    w.say(
        '"I must have left {the thing} {in place}," thought {hero} and [ran all the way back|ran straight back|hurried back].'
    )
    w.say(
        '{Friend} was [waiting at the door|just about to lock the door]. "[Is this yours?|Are you looking for this?]"',
        'There stood {friend} with {the thing}. "I [knew you would come back|kept it safe for you]," {friend.he} {said}.',
    )
    w.say("With a [smile|wink|little bow], {friend} {gave hero thing}.")
    w.say(
        '"{thanks friend}!" {said} {hero}[ and felt warm again|].',
        "{Hero} {hugged friend} and [walked home warm and {happy}|did not feel cold any more].",
    )
    w.ask("Where had {hero} left {the thing}? {In place}.", "Who has {the thing} now? {hero.plain}.")


@plot(hero="child animal", friend="peer", thing="gift", spot="indoor")
def hidden_present(w: World) -> None:
    """A present must not be seen too early."""
    begin(w, must_name=True)
    w.say(
        "{Friend} was going to have a birthday, and {hero} had [bought|found] {a thing} as a present.",
        "{Hero} knew that {friend} {wanted thing}. So {hero} saved up and bought one for {friend.his} birthday.",
    )
    w.say(
        "It had to be a surprise, so {hero} {hid thing spot}.",
        "So that nobody would see it, {hero} {hid thing spot}.",
    )
    w.say(
        '{Friend} [came to visit|knocked on the door] and asked, "What are you [hiding|smiling about]?"',
        '{Friend} looked around and asked, "Why is everybody whispering?"',
    )
    w.say(
        '"[Oh, nothing|Nothing at all|You will see]," {said} {hero}, [blushing|looking at the ceiling|trying not to laugh].'
    )
    w.say(
        "[On the morning of the birthday|The next day|When the great day came], {hero} fetched it from its hiding place and {gave friend thing}."
    )
    w.say(
        '"{A thing}! [How beautiful|How wonderful|It is perfect]!" {cried} {friend}.',
        "{Friend} [turned it round and round|could not stop looking at it|was speechless with joy].",
    )
    ending(w, "together")
    w.ask(
        "Who has {the thing} now? {friend.plain}.",
        "Where was the present hidden? {In spot}.",
        "What did {friend.plain} get for {friend.his} birthday? {A thing}.",
    )


@plot(hero="child animal", friend="peer", place="outdoor", spot="hide")
def hide_and_seek(w: World) -> None:
    """A small sound gives the hiding place away."""
    begin(w)
    w.say("{afternoon} {hero} and {friend} played hide-and-seek {in place}.")
    w.row("number", "ten", "twenty", "thirty", "fifty", "a hundred")
    w.say(
        "{Friend} covered {friend.his} eyes and counted to {number}, and {hero} {hidself spot}.",
        "While {friend} counted to {number}, {hero} {hidself spot}.",
    )
    aside(w, "garden", 0.3)
    w.maybe(
        "{Friend} searched [high and low|left and right|everywhere]. Nobody there!",
        "{Friend} looked behind every bush. [Only a hen looked back.|There was only a cat asleep.|Nothing moved.]",
    )
    w.row(
        "sound cause",
        "a sneeze / a feather had tickled {his} nose",
        "a giggle / it was too funny to keep still",
        "a hiccup / {he} had eaten too fast",
        "a tiny cough / there was dust in the air",
        "a rumble / {he} had not eaten since breakfast",
    )
    w.say("{suddenly} {hero} let out {sound}, because {cause}.", "But then {hero} let out {sound}, because {cause}.")
    w.say(
        '"[Found you|I hear you|There you are]!" {cried} {friend}.',
        '{Friend} followed the sound on tiptoe. "[Found you|There you are]!"',
    )
    w.say('{Hero} came out [laughing|with leaves in {his} hair|rubbing {his} knees]. "Now it is my turn to count!"')
    ending(w, "together")
    w.ask(
        "Where did {hero} hide? {In spot}.",
        "Who was hiding? {hero.plain}.",
        "What gave {hero} away? {Sound}.",
    )


@plot(hero="child", friend="kin", key="=key", thing="treasure", spot="indoor")
def locked_chest(w: World) -> None:
    """The key is where the old person says, and the chest holds a memory."""
    begin(w)
    w.say(
        "In {friend}'s house stood a [heavy|dark|dusty] chest that was always locked.",
        "[While sweeping|While looking for a blanket], {hero} found a [heavy|dark|dusty] chest that would not open.",
    )
    w.maybe(
        '"What is inside?" asked {hero}[ for the hundredth time|].',
        "{Hero} [pulled at|shook|knocked on] the lid, but it did not move.",
    )
    w.say(
        '{friend} {smiled}. "You need {a key}. Look {in spot}."',
        '"Go and look {in spot}," {said} {friend}. "There is {a key}."',
    )
    w.say("{Hero} [hurried off|ran off|tiptoed away] and {found key spot}.")
    w.say(
        "It turned with a [click|squeak|sigh], and the lid [creaked open|sprang open].",
        "The lock went click, and the lid [rose|creaked open].",
    )
    w.say("Inside, [wrapped in paper|under old letters|on a bed of straw], lay {a thing}.")
    w.say(
        '"[My mother gave it to me|I had it when I was as small as you]," {said} {friend}. "[Now it is yours|Now it shall be yours]."',
        '"I [was keeping it for you|wanted you to have it one day]," {said} {friend}.',
    )
    w.say("And {friend} {gave hero thing}.")
    ending(w, "day")
    w.ask(
        "Who has {the thing} now? {hero.plain}.", "Where was {the key}? {In spot}.", "What was in the chest? {A thing}."
    )


@plot(hero="child adult", pet="=cat =kitten =dog =puppy =hamster =hen", friend="adult")
def missing_pet(w: World) -> None:
    """An animal goes where it feels good."""
    begin(w)
    w.say(
        "{Hero} had {a pet} that [slept|snored|lay] at {his} feet every evening.",
        "{Hero} and {a pet} [did everything together|were always together].",
    )
    w.say(
        "{morning} {the pet} was [gone|not there|nowhere to be found].",
        "But {oneday} {the pet} did not come to breakfast.",
    )
    w.say(
        "{Hero} called and called. {friend} {helped hero} search.",
        "{Hero} was {sad}. {friend} {helped hero} search the whole house.",
    )
    w.row(
        "spot cause",
        "behind the stove / it was cosy and warm there",
        "in the laundry basket / the towels were soft",
        "under the porch / it was cool and shady there",
        "in the wardrobe / it smelled of wool and {hero.plain}",
        "on the bakery steps / the stones were warm from the oven",
        "in a flowerpot / the sun was shining on it",
        "in an empty cart / there was fresh straw in it",
        "in an old boot / nobody disturbed it there",
    )
    w.say(
        "{then} {hero} heard a [soft|small] [snore|rustle|noise]. There, {spot}, lay {the pet}!",
        '{then} {friend} [put a finger to {friend.his} lips and pointed|whispered, "Come and look"]. {The pet} was sleeping {spot}.',
    )
    w.say("It had gone there because {cause}.", "It had chosen that place because {cause}.")
    w.say(
        '{Hero} [stroked|tickled|kissed] {the pet} and {said}, "[You little rascal|Sleep well, then|Next time, tell me first]!"'
    )
    ending(w, "day")
    w.ask("Where was {the pet}? {Spot}.", "Why had {the pet} gone there? Because {cause}.")
