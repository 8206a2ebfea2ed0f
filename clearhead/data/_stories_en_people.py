"""Who English stories are about: names, relatives, animals, trades, traits with what shows them, and homes."""

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
cook doctor weaver shoemaker cobbler florist chimney-sweep boatbuilder blacksmith basket-maker bookbinder glassblower goldsmith puppeteer photographer judge pilot dentist lifeguard milliner saddler plumber organist zookeeper
astronomer botanist tram-driver stonemason lute-maker cheesemaker winegrower""".split()
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
    "modest": "never boasted about anything|turned pink when somebody clapped|thought that others were much cleverer",
    "inventive": "built machines from corks and string|had a drawer full of useful wire|could make a toy out of anything",
    "watchful": "noticed every footprint|knew which stair creaked|saw the first swallow every spring",
    "polite": "said please even to hens and sheep|bowed to old ladies|never forgot to say thank you",
    "musical": "tapped rhythms on every railing|knew a hundred songs by heart|could tell the neighbours by their footsteps",
    "sensible": "always carried a handkerchief and a piece of string|wore rubber boots in the rain|went to bed at eight o'clock",
    "gentle": "carried snails off the road|spoke to the plants while watering them|could calm even a wild dog",
    "proud": "did not like to ask for help|walked with a very straight back|polished both shoes every day",
}

PEOPLE_HOMES = """in a village by the sea|in a small house at the edge of the forest|on the top floor of a tall house|in a quiet valley
above a bakery|in a town with crooked streets|near the old mill|on a farm among the hills|beside a slow green river
in a house with a blue door|at the end of a long lane|on a little island|at the foot of a mountain|in a street full of plum trees
next to the railway station|in a house full of books|by the harbour|behind the old church|in a cottage with a thatched roof
in a noisy part of the city|across from the school|in a lonely house on the moor|above a shoemaker's shop|in a wooden hut on stilts
at the edge of the desert|on a houseboat with red curtains|high up in the mountains|in a fishing village|behind a bakery that never closed
in the last house before the bridge|in a wagon with four wheels|beneath a row of poplars|in a castle that had become a school
between two vineyards|in a sleepy little town|on the sunny side of the lake|at the corner of Market Street""".replace(
    "\n", "|"
).split("|")
ANIMAL_HOMES = """under the roots of an old oak|in a burrow by the stream|at the edge of the forest|behind a mossy stone
in a hollow tree|among the reeds|under a blackberry hedge|in a hole at the foot of a hill|deep in the pine wood
beside a quiet pond|in a snug cave behind the waterfall|in a ditch full of ferns|in a nest of dry leaves|under the wooden bridge|near the edge of a wheat field""".splitlines()
