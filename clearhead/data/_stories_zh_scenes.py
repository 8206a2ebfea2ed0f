"""What Chinese stories share: the phrases that change who owns what and where it is, openings, asides and endings.

A macro in FACTS is read back by the scorer with the very same words.
"""

from clearhead.data import _stories_zh_words as words
from clearhead.data._stories_grammar import macros
from clearhead.data._stories_world import World
from clearhead.data._stories_zh_cast import Person

FACTS = {
    "gave who thing": "把{the thing}[交给了{who}|递给了{who}|放到了{who}手里|塞到了{who}手里]",
    "presented who thing": "把{the thing}[送给了{who}|递给了{who}|捧到了{who}面前|塞到了{who}手里]",
    "returned who thing": "把{the thing}[还给了{who}|送回了{who}手里|交还给了{who}]",
    "gavea who thing": "[送给|递给|带给]{who}{a thing}",
    "put thing spot": "把{the thing}[放在了|搁在了|落在了|忘在了]{in spot}",
    "hid thing spot": "把{the thing}[藏在了|藏到了|悄悄放在了]{in spot}",
    "hidself spot": "[躲在|藏在|蹲在|缩在]{in spot}",
    "found thing spot": "在{in spot}[找到了|发现了|看见了]{the thing}",
    "lay thing spot": "{the thing}[好好地躺在|原来就在]{in spot}",
    "bought thing": "[买下了{the thing}|把{the thing}买了下来]",
    "wanted thing": "[想要|很想要|做梦都想要|一直想有|盼着能有]{a thing}",
    "lost thing": "[找不到{the thing}了|发现{the thing}不见了|怎么也找不着{the thing}]",
    "helped who": "[来帮{who}|跑过来帮{who}|赶来帮{who}]",
}
TELLING = {
    "oneday": "[有一天|一天|这一天|一个星期天|一个星期六|有一回|那天]",
    "morning": "[一天早上|一天清早|一天，天刚亮|一个星期天的早晨|有一天吃过早饭]",
    "afternoon": "[一天下午|一个懒洋洋的下午|有一天午睡醒来|一天放学以后]",
    "evening": "[一天晚上|有一天夜里|一天夜深了|那天晚上]",
    "soon": "[不一会儿|过了一会儿|没过多久|很快]",
    "then": "[最后|终于|后来|到头来]",
    "suddenly": "[忽然|突然|就在这时|正在这时候]",
    "sad": "[难过|伤心|不开心|失望|沮丧]",
    "smiled": "[笑了|笑了起来|笑眯眯地点点头|乐了]",
    "cried": "[喊|叫道|大声说|喊道]",
    "said": "[说|说道]",
    "whispered": "[小声说|轻轻地说|悄悄说]",
    "thanks who": "[谢谢你|太谢谢你了|谢谢{who.plain}|真是太好了，谢谢]",
}
MACROS = macros(FACTS | TELLING)

OPENINGS = (
    "[从前|很久以前|早先]，{home}住着{hero.intro}。",
    "{home}住着{hero.intro}。",
    "{hero}住在{home}。",
    "[要说的是|今天要讲的是|这里说的是]{hero.intro}。",
    "{home}，谁都认识{hero}。",
    "{hero}的家就在{home}。",
)


def begin(world: World, *, must_name: bool = False) -> None:
    """Introduce the hero: who it is, sometimes where it lives and what it is like.

    Args:
        must_name: False lets some stories leave it to the plot's first sentence: "一天早上，小姑娘朵朵……"
    """
    hero = world.cast["hero"]
    assert isinstance(hero, Person)
    world.let(home=hero.home, they=_they(world))
    if not must_name and world.chance(0.35):
        return
    if hero.kind == "child" and world.chance(0.5):
        world.let(habit=words.TRAITS[hero.trait], trait=hero.trait)
        world.say("{hero}是个{trait}孩子，{habit}。", "[从前|早先]，有{hero.intro}，{habit}。", "{hero}{habit}。")
        del world.cast["habit"], world.cast["trait"]
        return
    world.say(*OPENINGS)


def _they(world: World) -> str:
    """Return the plural pronoun for those in the cast: 它们 for animals, 她们 for women and girls, otherwise 他们."""
    genders = {person.gender for person in world.cast.values() if isinstance(person, Person)}
    return "它们" if genders == {"animal"} else "她们" if genders == {"f"} else "他们"


ASIDES = {
    "garden": (
        "蜜蜂在花间[嗡嗡地飞|忙来忙去]。",
        "[篱笆|屋檐|石榴枝]上有一只[画眉|喜鹊|麻雀]在叫。",
        "空气里有[青草|泥土|茉莉|薄荷]的香味。",
        "一只[瓢虫|蜗牛|毛毛虫]正慢慢地往[草叶|墙头]上爬。",
        "两只白蝴蝶在[菜地|花丛]上飞来飞去。",
    ),
    "forest": (
        "脚下的[松针|落叶|枯叶]沙沙响。",
        "啄木鸟在[高处|远处]笃笃地敲着树干。",
        "阳光从叶缝里漏下来，[地上一片金斑|亮闪闪的]。",
        "林子里满是[蘑菇|松脂]的味道。",
    ),
    "water": (
        "小浪花一下一下地拍着[石头|岸边]。",
        "一只[蜻蜓|翠鸟|燕子]贴着水面飞过去。",
        "水面[亮得像镜子|闪着银光|映着白云]。",
        "[扑通|哗啦]一声，有条鱼跳了起来。",
    ),
    "town": (
        "街上[人来人往|热热闹闹的|满是叫卖声]。",
        "[鸽子|麻雀]在[石凳|摊子]间跳来跳去。",
        "钟楼上的大钟敲了[八|九|十|三]下。",
        "空气里飘着[糖炒栗子|刚出炉的烧饼|桂花]的香味。",
    ),
    "home": (
        "炉子上的水壶[咕嘟咕嘟地响|冒着白气]。",
        "屋子里有一股[烤红薯|肥皂|柴火]的味道。",
        "木地板[吱呀|嘎吱]响了一声。",
        "窗外，[树叶沙沙响|有孩子在笑|一辆板车咕噜噜地过去了]。",
    ),
    "night": (
        "月亮[挂在屋檐上|挂在树梢上]，像[一只小船|一个银盘|一瓣橘子]。",
        "满天的星星[一眨一眨的|亮晶晶的]。",
        "四周[静悄悄的|一点声音也没有]。",
        "远处传来[几声蛙叫|一声狗叫|蟋蟀的叫声]。",
    ),
    "rain": (
        "雨点[噼里啪啦|滴滴答答]地打在[瓦片|荷叶|石板路]上。",
        "屋檐下挂起了一道[水帘|雨帘]。",
        "地上的水洼越来越大。",
    ),
    "snow": (
        "雪踩上去咯吱咯吱响。",
        "屋檐下挂着[长长的|亮晶晶的]冰凌。",
        "呼出来的气都变成了白雾。",
    ),
}


def aside(world: World, scene: str, chance: float = 0.4) -> None:
    """Tell, now and then, what is to be seen, heard or smelled there."""
    if world.chance(chance):
        world.say(world.pick(ASIDES[scene]))


ENDINGS = {
    "day": (
        "这真是[美好|难忘|快乐]的一天。",
        "[那天晚上|晚饭的时候]，{hero}把这件事[从头到尾讲了一遍|讲给了大家听]。",
        "[那天夜里|月亮升起来的时候]，{hero}[睡得又香又甜|笑着睡着了]。",
        "{hero}心里[甜滋滋的|暖洋洋的|美极了]。",
        "{hero}[哼着歌|吹着口哨|脚步轻快地]回家去了。",
        "这件事{hero}记了很久很久。",
    ),
    "together": (
        "{they}笑得[肚子都疼了|直不起腰来|前仰后合]。",
        "[从那以后|打那天起]，{hero}和{friend}[成了最要好的朋友|天天在一起|总是互相帮忙]。",
        "{hero}和{friend}[手拉着手回家去了|相视一笑]。",
        "{they}并排坐着，看[太阳落山|晚霞一点点变红|燕子飞回家]。",
        "后来，{they}坐下来分吃了[一块糖糕|一包瓜子|一个烤红薯|一碗热汤圆]。",
        "有朋友真好啊。",
    ),
}


def ending(world: World, *kinds: str) -> None:
    """Close the story with a sentence that fits any happy outcome of the kind."""
    closings = [closing for kind in kinds for closing in ENDINGS[kind]]
    world.say(*closings)
