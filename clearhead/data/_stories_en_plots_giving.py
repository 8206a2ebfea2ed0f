"""English plots of giving: sharing, trading, passing on, bringing, earning."""

from clearhead.data import _stories_en_words as words
from clearhead.data._stories_en_scenes import aside, begin, ending
from clearhead.data._stories_world import World, plot


@plot(hero="child animal adult", friend="companion", place="outdoor")
def shared_fruit(w: World) -> None:
    """Who gives some away has fewer left, and is happier."""
    begin(w)
    have = 3 + int(w.random() * 8)
    give = 1 + int(w.random() * min(4, have - 1))
    one, many = w.pick(words.FRUITS).split("/")
    w.let(have=words.NUMBERS[have], give=words.NUMBERS[give], left=words.NUMBERS[have - give])
    w.let(many=many, given=one if give == 1 else many, rest=one if have - give == 1 else many)
    w.say("{Hero} had {have} {many} in a [bag|basket].", "{oneday} {hero} came home with {have} {many}.")
    w.say(
        "{In place} sat {friend}, who had nothing to eat.",
        "{Friend} came by and looked hungry.",
        "{Hero} met {friend} {in place}. {friend}'s basket was empty.",
    )
    w.say("{Hero} gave {friend} {give} {given}.", '"Take {give}," {said} {hero} and gave {friend} {give} {given}.')
    w.mixed(
        "[Now {hero} had {left} {rest} left.|{Left} {rest} remained.]",
        '["{thanks hero}!" {said} {friend} with a full mouth.|{friend} chewed and {smiled}.]',
    )
    if w.chance(0.5):
        w.say('"But now you have fewer," {said} {friend}.')
        w.say('"Never mind," {answered} {hero}. "[They taste better when we share|Eating alone is no fun]."')
    else:
        w.say("They sat down next to each other and ate, and it tasted better than ever.")
    ending(w, "day")
    w.ask("How many {many} did {hero} have left? {Left}.", "How many {many} did {hero} give away? {Give}.")


@plot(hero="adult child animal", friend="adult", thing="tool gift clothing", other="pet instrument", place="town")
def fair_trade(w: World) -> None:
    """Each has what the other needs; they swap."""
    begin(w)
    w.say("{Hero} had {a thing} but {wanted other}.", "{Hero} {wanted other}, but owned only {a thing}.")
    w.say(
        "{In place} {hero} met {friend}, who had {a other} and no use for it.",
        "{oneday} {in place} stood {friend} with {a other}.",
    )
    w.say(
        '"[What a fine {thing}|I have been looking for something like that for weeks]," {said} {friend}.',
        "{Friend} looked at {the thing} with longing.",
    )
    w.say(
        '"Shall we swap?" asked {hero}. {friend} [thought it over|scratched {friend.his} head] and held out {friend.his} hand.',
        '"You give me yours, and I give you mine," {said} {friend}. {hero} nodded.',
    )
    w.say(
        "So {hero} {gave friend thing}, and {friend} {gave hero other}.",
        "They shook hands. {friend} {gave hero other}, and {hero} {gave friend thing}.",
    )
    w.maybe(
        "Both walked away [whistling|smiling|with the feeling that they had won].",
        "Each of them was sure of having made the better bargain.",
    )
    w.ask(
        "Who has {the thing} now? {friend.plain}.",
        "Who has {the other} now? {hero.plain}.",
        "What did {hero} want? {A other}.",
    )


@plot(hero="child animal", friend="peer", third="peer", thing="small gift")
def passed_on(w: World) -> None:
    """A present goes from hand to hand to the one who needs it most."""
    begin(w)
    w.say(
        '{Hero} had {a thing}. "[It is nice|It is lovely], but somebody else may need it more," {he} thought.',
        "{oneday} {hero} got {a thing} as a present.",
    )
    w.say(
        "{Friend} [had hurt a knee|was moving to another town|had lost everything in a flood], so {hero} {gave friend thing}.",
        "When {friend} was ill, {hero} {gave friend thing}.",
    )
    w.say(
        "{Friend} kept it for a [week|month|year] and was {happy} with it.",
        "It stood beside {friend}'s bed and made every morning brighter.",
    )
    w.say(
        "Then {friend} met {third}, who was {sad}.",
        "Some time later {third} came to town, and {third.he} had no friends.",
    )
    w.say(
        "{Friend} [did not think twice|remembered how it had felt] and {gave third thing}.",
        '"This always helped me," {said} {friend} and {gave third thing}.',
    )
    w.say(
        "{third} {smiled} for the first time in days.",
        '{third} held it [tight|very carefully] and {whispered}, "{thanks friend}!"',
    )
    w.say(
        "Some things grow when they are given away.",
        "And {hero}, who heard of it, was the happiest of the three.",
        "Who knows where it will go next?",
    )
    w.ask(
        "Who has {the thing} now? {third.plain}.",
        "Who had {the thing} first? {hero.plain}.",
        "Who gave {third} {the thing}? {friend.plain}.",
    )


@plot(hero="child animal adult", friend="companion", thing="gift")
def sick_friend(w: World) -> None:
    """Someone is ill, someone brings soup."""
    begin(w, must_name=True)
    w.let(
        illness="a cold|a fever|a sore throat|a cough|a headache",
        food="chicken soup|onion soup|hot broth|porridge with honey|noodle soup|apple tea",
    )
    w.say(
        "{Friend} was ill with {illness} and had to stay in bed.",
        "{oneday} {friend} did not come, because {friend.he} was in bed with {illness}.",
    )
    w.say(
        "{Hero} cooked a pot of {food} and carried it over [without spilling a drop|very carefully].",
        "{Hero} did not think long and cooked {food}.",
    )
    aside(w, "home", 0.3)
    w.say(
        '"[Eat while it is hot|One spoon for you, one for the moon]," {said} {hero}. {friend} ate [a little|three spoonfuls|everything].',
        "{Friend} ate spoon after spoon, and colour came back into {friend.his} cheeks.",
    )
    w.say("To cheer {friend} up, {hero} had also brought {a thing}.", "{Hero} had something else too: {a thing}.")
    w.say(
        "{Hero} {gave friend thing} and read aloud until {friend.he} fell asleep.",
        "{Hero} {gave friend thing} and told the latest news.",
    )
    w.say(
        "After three days {friend} could [get up|dance|laugh] again.",
        "By Sunday {friend} was well and hungry for pancakes.",
    )
    w.say(
        '"It was the {food}," {said} {friend}. "[And you|And the company]."',
        "And when {hero} caught the cold a week later, guess who brought the soup?",
    )
    w.ask("Who was ill? {friend.plain}.", "What did {hero} cook? {Food}.", "Who has {the thing} now? {friend.plain}.")


@plot(hero="child adult", friend="companion", thing="small", place="outdoor")
def long_letter(w: World) -> None:
    """A letter brings someone far away near."""
    begin(w, must_name=True)
    w.say(
        "{Friend} had gone on a long journey, and {hero} missed {friend.him}.",
        "{Hero} missed {friend}, who lived far away, beyond the sea.",
    )
    w.say(
        "{Hero} [waited for the postman|looked into the letter box] every day. Nothing.",
        "Every day {hero} asked the postman, and every day there was none.",
    )
    w.say(
        "{then} there was a letter with a [blue|green|strange] stamp.",
        "Then, on a rainy Thursday, a thick letter came.",
    )
    w.let(
        sight="whales as long as streets|red mountains|a market on boats|trees with leaves like umbrellas|houses made of ice|a desert that sings at night|a train that climbs into the clouds|fields of blue flowers"
    )
    w.say(
        '"I have seen {sight}," {friend} wrote. "But nothing is as [nice|good] as home."',
        "{Friend} wrote of {sight} and of being homesick.",
    )
    w.say(
        "Something fell out of the envelope: {a thing}! {friend} had found it {in place}.",
        "In the envelope there was also {a thing}. It had come all that way!",
    )
    w.say(
        "{Hero} read the letter [seven times|aloud to the goldfish] and answered it the same evening.",
        "{Hero} wrote back at once, with [drawings|a pressed flower] and many kisses.",
    )
    w.say("After that the sea seemed [smaller|not so wide].", "Now {hero} knew: somebody far away can be very near.")
    w.ask(
        "Who wrote the letter? {friend.plain}.",
        "What was in the envelope? {A thing}.",
        "Whom did {hero} miss? {friend.plain}.",
    )


@plot(hero="child", friend="adult", thing="gift toy instrument", place="town")
def saved_coins(w: World) -> None:
    """Coins are earned one by one until the wish can be bought."""
    begin(w)
    price = 4 + int(w.random() * 8)
    have = 1 + int(w.random() * (price - 2))
    w.let(price=words.NUMBERS[price], have=words.NUMBERS[have], need=words.NUMBERS[price - have])
    w.let(coins="coin" if have == 1 else "coins", missing="coin was" if price - have == 1 else "coins were")
    w.say(
        "In a shop window {hero} saw {a thing}. It cost {price} coins.",
        "{Hero} {wanted thing}. The one in the shop cost {price} coins.",
    )
    w.say(
        "{Hero} emptied {his} pockets: {have} {coins}. {Need} {missing} missing.",
        "But {hero} had only {have} {coins}, and {need} {missing} missing.",
    )
    w.let(
        work="swept the yard|carried bags|washed bottles|picked up apples|walked a dog|delivered newspapers|stacked firewood|peeled potatoes|cleaned the boots"
    )
    w.say("So {hero} {work} for {friend}.", "{Hero} asked {friend} for work and {work} until evening.")
    w.maybe(
        "[Every time|For every hour] {friend} paid one coin, and {hero} put it into a jar.",
        "It was hard work, but {hero} thought of {the thing} and did not give up.",
    )
    w.say(
        "{then} there were {price} coins. {Hero} ran to the shop and {bought thing}.",
        "When {hero} had {price} coins, {he} went to the shop. It was still there! {Hero} {bought thing}.",
    )
    w.say("Nothing had ever been [as beautiful|so precious].", "{He} carried it home as if it were made of glass.")
    ending(w, "day")
    w.ask(
        "How many coins did {the thing} cost? {Price}.",
        "How many coins were missing? {Need}.",
        "What did {hero} buy? {A thing}.",
        "Whom did {hero} work for? {friend.plain}.",
    )
