"""What English stories are about: things with their properties, numbers and places, commonest first.

A line of THINGS is "noun: its adjectives"; a line of PLACES is "preposition | the rest". The scorer knows the same words.
"""

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
    "spring": """on | the far side of the hill
behind | the chapel
in | the old quarry
at | the end of the valley
under | the rocks
at | the edge of the wood
below | the ruined tower""",
    "hide": """behind | the haystack
inside | the hollow tree
behind | the woodpile
under | the upturned boat
in | the tall grass
behind | the rain barrel
under | the cart
among | the raspberry bushes
behind | the garden gate
under | the porch
inside | the empty barrel
behind | the beehives
up in | the apple tree
under | the big umbrella
in | the cornfield
behind | the stone lion""",
}
COLOURS = "red blue green yellow white black grey brown golden silver pink orange purple".split()
