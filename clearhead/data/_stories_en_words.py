"""Who and what English stories are about: names, roles, traits, things and places, commonest first.

A line of THINGS is "noun: its adjectives"; a line of PLACES is "preposition | the rest". The scorer knows the same words.
"""

FEMALE_NAMES = """Mira Anna Lily Nora Clara Ella Ida Ruth Tilda Emma Sofia Maya Lena Greta Alma Ines Zoe Hanna Olive Edith Freya
Lucy Nina Paula Stella Tara Vera Wanda Yara Amina Bella Celia Dora Esther Flora Gwen Julia Kate Laila Marta Noemi Petra Saba Thea
Ursula Leila Mei Priya Aiko Fatima""".split()
MALE_NAMES = """Tom Ben Leo Max Sam Noah Finn Hugo Otto Emil Theo Felix Jonas Oscar Paul Anton Bruno Carl David Elias Henry Ivan Jacob
Karim Liam Milo Nils Omar Peter Rafi Simon Tim Victor Walter Yusuf Adam Arlo Caleb Dmitri Edgar Frank George Hassan Igor Joel Kofi
Luca Marco Ravi Kenji""".split()
FEMALE_ANIMAL_NAMES = (
    "Clover Hazel Willow Poppy Tansy Minnow Juniper Maple Nettle Sorrel Bluebell Dewdrop Primrose Tuppence".split()
)
MALE_ANIMAL_NAMES = (
    "Pip Moss Bramble Fennel Barley Thistle Rusty Burdock Twig Oakley Puddle Nutmeg Tumble Whisker".split()
)
FEMALE_KIN = ["Grandma", "Mama", "Aunt Rosa", "Aunt Agnes"]
MALE_KIN = ["Grandpa", "Papa", "Uncle Fred", "Uncle Silas"]

ANIMALS = (
    "rabbit hedgehog fox mouse squirrel bear badger otter duck frog mole beaver owl sparrow raccoon tortoise".split()
)
TINY_ANIMALS = "mouse sparrow frog mole ladybird snail wren shrew ant beetle".split()
GIANT_ANIMALS = "bear elk horse ox buffalo camel elephant".split()
ANIMAL_ADJECTIVES = "little young small round sleepy fluffy brown grey plump quick".split()
RELATIONS = [
    ("brother", "sister"),
    ("friend", "friend"),
    ("neighbour", "neighbour"),
    ("cousin", "cousin"),
    ("classmate", "classmate"),
]
ROLES = """baker gardener fisher teacher painter tailor carpenter shepherd miller librarian clockmaker nurse farmer beekeeper potter
cook doctor weaver shoemaker cobbler florist chimney-sweep boatbuilder blacksmith basket-maker bookbinder glassblower""".split()
ROLE_ADJECTIVES = "old young cheerful tall quiet busy kind silver-haired friendly".split()

TRAITS = {
    "curious": "asked questions about everything|looked into every corner|wanted to know how everything worked",
    "patient": "never hurried|could wait longer than anyone|did one thing after another",
    "cheerful": "hummed from morning to night|laughed more often than anyone else|sang even while sweeping the floor",
    "shy": "spoke very softly|liked to stand at the back|blushed when strangers said hello",
    "clever": "loved puzzles|could count to a thousand|always had one more idea",
    "forgetful": "often forgot what day it was|tied knots in handkerchiefs to remember things|sometimes wore two different socks",
    "kind": "greeted everyone in the street|shared whatever there was to share|noticed when somebody was sad",
    "brave": "was not afraid of spiders|climbed the highest trees|always went first across the stream",
    "dreamy": "watched the clouds for hours|invented a story for every stone|often looked out of the window",
    "careful": "folded every sheet of paper twice|always looked left and right|counted everything once more",
    "stubborn": "never gave up|tried again and again until it worked|did not like to be told what to do",
    "quiet": "liked listening better than talking|knew the songs of all the birds|moved as softly as a cat",
    "lively": "could not sit still|ran instead of walking|jumped over every puddle",
    "thoughtful": "thought twice before speaking|remembered every birthday|always asked how others were",
    "tidy": "put everything back in its place|lined up shoes in a row|could not bear a crumb on the floor",
    "hungry": "was always ready for a second breakfast|thought about lunch all morning|could smell pancakes from far away",
    "funny": "made everyone laugh|could wiggle both ears|told jokes to the chickens",
    "hard-working": "got up before the sun|never left a job half done|had strong hands and a good back",
    "friendly": "had a smile for everyone|waved at every passing cart|talked to cats and strangers alike",
    "adventurous": "dreamed of far countries|drew maps of secret islands|never took the same path twice",
    "gentle": "carried snails off the road|spoke to the plants while watering them|could calm even a wild dog",
    "proud": "did not like to ask for help|walked with a very straight back|polished both shoes every day",
}

PEOPLE_HOMES = """in a village by the sea|in a small house at the edge of the forest|on the top floor of a tall house|in a quiet valley
above a bakery|in a town with crooked streets|near the old mill|on a farm among the hills|beside a slow green river
in a house with a blue door|at the end of a long lane|on a little island|at the foot of a mountain|in a street full of plum trees
next to the railway station|in a house full of books|by the harbour|behind the old church|in a cottage with a thatched roof
in a noisy part of the city|across from the school""".replace("\n", "|").split("|")
ANIMAL_HOMES = """under the roots of an old oak|in a burrow by the stream|at the edge of the forest|behind a mossy stone
in a hollow tree|among the reeds|under a blackberry hedge|in a hole at the foot of a hill|deep in the pine wood
beside a quiet pond|in a nest of dry leaves|under the wooden bridge|near the edge of a wheat field""".splitlines()

THINGS = {
    "small": """key: brass silver rusty tiny
ring: silver golden thin
button: wooden blue pearl round
marble: green glass striped blue
whistle: tin wooden red
coin: old golden copper
pencil: yellow short red
feather: white long grey
shell: pink spotted white
compass: brass old pocket
ribbon: red silk blue
notebook: small green leather
thimble: silver tiny copper
pebble: smooth white round
bracelet: woven silver red
comb: wooden blue
spoon: wooden silver
brooch: golden oval
badge: shiny round
bead: amber blue
magnet: strong red
medal: bronze old
stamp: rare foreign
purse: leather knitted""",
    "toy": """kite: red paper blue striped
ball: red rubber yellow
drum: tin little painted
doll: wooden rag
puppet: wooden painted
scooter: blue old fast
sledge: wooden red long
hoop: wooden yellow
robot: tin silver
puzzle: wooden difficult
skateboard: green old
telescope: brass long
swing: wooden old
trumpet: golden toy
paintbox: new large""",
    "gift": """scarf: woollen red striped
lantern: paper copper little
teapot: blue round china
mug: yellow clay big
cushion: soft velvet
clock: wooden little
blanket: woollen warm blue
mirror: round silver
necklace: glass amber
vase: blue tall clay
diary: red leather
music box: painted small
snow globe: round little
calendar: colourful painted
picture frame: wooden silver
bookmark: silk painted""",
    "clothing": """hat: straw green tall
scarf: woollen red striped
cap: blue old flat
shawl: grey silk woollen
jacket: yellow brown warm
sweater: red woollen soft
coat: long blue warm
apron: white flowery
bonnet: lace white
waistcoat: velvet green
cape: purple woollen""",
    "tool": """hammer: heavy small
drill: small sturdy
spade: new sturdy
rake: wooden long
bucket: tin big
ladder: tall wooden
wheelbarrow: green old
needle: fine long
screwdriver: small old
shovel: wide heavy
watering can: green dented
paintbrush: wide soft
sieve: fine round""",
    "instrument": """flute: wooden silver
violin: old brown
guitar: old red
trumpet: golden brass
accordion: old red
harmonica: silver little
tambourine: round painted
cello: dark old
xylophone: colourful wooden
banjo: old shiny
fiddle: small brown
ukulele: yellow small""",
    "treasure": """map: old hand-drawn
locket: silver golden
photograph: yellowed old
compass: brass old
spyglass: brass long
medal: bronze shiny
pocket watch: golden old
seashell: huge pink
fan: silk painted
crown: paper golden
diary: thin leather
necklace: pearl amber""",
    "pet": """cat: grey striped old
puppy: brown clumsy
kitten: black tiny white
goat: white stubborn
hen: brown speckled
goose: white proud
donkey: grey patient
parrot: green talkative
lamb: woolly white
pony: brown small
hamster: golden plump
duckling: yellow fluffy
canary: yellow cheerful
turtle: old slow
dog: shaggy big
piglet: pink muddy""",
    "flower": """sunflower: tall yellow
tulip: red white
peony: pink full
lily: pale tall
daisy: small wild
poppy: red bright
violet: tiny purple
pumpkin: huge orange
tomato: round red
bean: climbing green
cherry tree: little young
marigold: golden bright
snowdrop: white early
foxglove: purple tall""",
}
FRUITS = """apple/apples pear/pears plum/plums nut/nuts cookie/cookies pancake/pancakes orange/oranges peach/peaches chestnut/chestnuts
cherry/cherries strawberry/strawberries carrot/carrots apricot/apricots fig/figs bun/buns pretzel/pretzels""".split()
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()

PLACES = {
    "indoor": """in | the kitchen
under | the bed
behind | the sofa
on | the windowsill
in | the attic
under | the stairs
in | the cellar
behind | the stove
under | the rug
in | the laundry
on | the bookshelf
in | the pantry
behind | the curtain
in | the hallway
on | the mantelpiece
in | the workshop
beside | the fireplace
under | the armchair""",
    "outdoor": """in | the garden
by | the river
on | the hill
at | the pond
in | the meadow
near | the windmill
in | the orchard
by | the well
on | the beach
under | the old oak
at | the edge of the wood
in | the vineyard
beside | the haystack
on | the village green
among | the dunes
in | the clearing""",
    "town": """at | the market
in | the bakery
at | the library
in | the park
at | the harbour
at | the station
in | the bookshop
in | the toy shop
at | the post office
in | the town hall
at | the theatre
in | the museum
at | the fair
in | the tea house""",
    "shop": """in | the bakery
at | the library
in | the bookshop
in | the toy shop
at | the post office
in | the town hall
at | the theatre
in | the museum
in | the tea house
at | the hairdresser's""",
    "hide": """behind | the curtain
inside | the wardrobe
under | the table
behind | the haystack
inside | the hollow tree
behind | the woodpile
under | the upturned boat
in | the tall grass
behind | the rain barrel
under | the cart
among | the raspberry bushes
behind | the garden gate
under | the porch
inside | the empty barrel""",
}
COLOURS = "red blue green yellow white black grey brown golden silver pink orange purple".split()
