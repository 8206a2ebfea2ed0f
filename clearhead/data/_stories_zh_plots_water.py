"""中文故事：水边和夜里：小溪、大海、灯塔、月亮、萤火虫。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import aside, begin, ending


@plot(hero="child animal", friend="peer", place="outdoor")
def paper_boat(w: World) -> None:
    """What is light floats and what is heavy sinks."""
    begin(w)
    w.row(
        "floats sinks",
        "一只纸船 / 一块石头",
        "半个核桃壳 / 一颗铁珠子",
        "一个软木塞 / 一枚铁钉",
        "一片树叶 / 一枚铜钱",
        "一条树皮小船 / 一把铁勺",
        "一只木头鸭子 / 一个马蹄铁",
        "一片竹壳 / 一个秤砣",
    )
    w.say(
        "{hero}和{friend}蹲在小溪边。{Hero}拿着{floats}，{friend}拿着{sinks}。",
        "{afternoon}，{hero}带着{floats}，{friend}带着{sinks}，来到了小溪边。",
    )
    w.say("“我的一定[赢|能漂到大海]。”{friend}说。", "“[来比赛吧|看谁的漂得远]！”{Hero}说。")
    aside(w, "water", 0.5)
    w.say("一、二、三！{they}一起放了手。", "数到三，{they}把手里的东西放进了水里。")
    w.say("扑通，{friend}的沉了下去，因为它太重了。", "{sinks}太重了，一下子就沉到了水底。")
    w.say("{hero}的轻轻地[浮在水面上|打了个转]，顺着水漂走了。", "{floats}很轻，摇摇晃晃地漂走了。")
    w.say("“原来重的会沉，轻的会漂。”{friend}说。", "“[明天我也带个轻的来|我明白啦]。”{friend}{smiled}。")
    w.say("{they}沿着岸边追，[一直追到看不见|边跑边挥手]。")
    ending(w, "together")
    w.ask("什么沉下去了？{sinks}。", "什么漂走了？{floats}。", "它为什么沉下去？因为它太重了。")


@plot(hero="child", friend="companion")
def sandcastle(w: World) -> None:
    """The sea takes the castle; what one has learnt stays."""
    begin(w)
    w.let(part="四座塔楼|一道护城河|一扇浮木做的大门|一面海草做的旗|一座石子铺的桥|一排玻璃珠做的窗")
    w.say(
        "在海滩上，{hero}和{friend}堆了一座沙堡，有{part}。",
        "{Hero}在海滩上堆了一上午，{friend}也来帮忙。沙堡上有{part}。",
    )
    aside(w, "water", 0.3)
    w.say("沙堡就堆在水边，因为那儿的沙子湿，捏得紧。")
    w.say(
        "可是涨潮了，潮水[卷走了大门|冲垮了半边墙]，又一个浪头，什么也没剩下。",
        "可是潮水越涨越高，一口一口把沙堡吃掉了。",
    )
    w.say("“我们的城堡！”{Hero}{cried}。", "{Hero}看着平平的沙滩，心里很{sad}。")
    w.say("“大海也想玩嘛。”{friend}说，“[明天咱们堆高一点|下回离水远一点]。”")
    w.say("第二天，{they}在高处又堆了一座，[比昨天的还大|比昨天的还好看]，也有{part}。")
    w.say("潮水涨到[跟前|城墙下面]，停了停，又退了回去。这回，沙堡稳稳地站着。", "潮水又来了，可是怎么也够不着它。")
    w.say("{hero}和{friend}[拍起手来|围着它转圈|坐在旁边，像国王和大臣一样]。")
    w.ask("第一座沙堡被什么冲走了？潮水。", "是谁和{hero}一起堆的沙堡？{friend}。", "沙堡有什么？有{part}。")


@plot(hero="child adult animal", friend="companion")
def broken_bridge(w: World) -> None:
    """The bridge is gone; what lies around makes a new one."""
    begin(w)
    w.let(errand="给邻居送鸡蛋|去看一位老朋友|去取信|给婚礼送蛋糕|到磨坊买面粉|给外婆送药")
    w.say(
        "{oneday}，{hero}要{errand}，可是河上的小桥被大水冲走了。",
        "{Hero}要{errand}，走到河边却愣住了：小桥被大水冲走了。",
    )
    aside(w, "water", 0.3)
    w.say("河水又[宽|急|凉]，跳也跳不过去。", "{Hero}用脚尖试了试水，好凉！")
    w.say("对岸站着{friend}，也过不来。", "河那边，{friend}正在使劲挥手，{friend.he}也过不了河。")
    w.row(
        "means way",
        "几块大石头 / 把石头一块一块滚进水里",
        "一棵倒下的树 / 把树干推过去，架在两岸",
        "一块长木板 / 把木板搭在两岸",
        "一根粗绳子 / 把绳子拴在两棵树上当扶手",
        "一扇旧门板 / 把门板放倒，搭在水面上",
    )
    w.say("{Hero}四下一看，找到了{means}。", "“那边有{means}！”{friend}{cried}。{Hero}点点头。")
    w.say("{they}一个在这边，一个在那边，{way}。", "{they}一起使劲，{way}。")
    w.say("{Hero}[张开双臂|一步一步]走过去，在河中间和{friend}握了握手。", "这下，{hero}能过去了，{friend}也能过来了。")
    w.say("就这样，{hero}还是办成了要办的事。", "{Hero}总算没有误事。")
    w.ask("小桥怎么了？被大水冲走了。", "{hero}要去做什么？{errand}。", "{they}用什么代替了桥？{means}。")


@plot(hero="adult", friend="adult")
def lighthouse(w: World) -> None:
    """A light shows a boat the way home."""
    w.let(they="他们")
    w.say("{Hero}守着[小岛上|海湾尽头|礁石上]的一座灯塔。", "海边的悬崖上有一座白色的灯塔，{hero}就住在里面。")
    w.say("每天傍晚，{hero}都要爬上[九十九|一百]级台阶，把灯点亮。", "太阳一落山，{hero}就要把灯点上，天天如此。")
    w.row(
        "cause remedy",
        "灯油用完了 / 扛着一桶灯油爬上了楼",
        "风吹开了窗户 / 关紧窗户，重新点上了灯",
        "一只飞蛾扑进了灯里 / 放走飞蛾，重新点上了灯",
        "灯芯太短了 / 换上了一根新灯芯",
        "屋顶漏雨了 / 用一只旧锅接住雨水，重新点上了灯",
    )
    w.say("一个暴风雨的夜里，灯灭了，因为{cause}。", "有天夜里刮起了大风，塔上忽然一片漆黑：{cause}。")
    w.say("这时候，{friend}还在海上，划着一条小船。", "海上，{friend}正在风浪里找灯光。")
    w.say("{Hero}一刻也不敢耽误，{remedy}。", "{Hero}急忙{remedy}。")
    w.say("灯又亮了！{friend}看见了光，朝着它划过来。", "一道长长的光扫过海面，{friend}认出了方向。")
    w.say("没多久，小船平平安安地靠了岸。", "半夜里，小船稳稳地停进了港湾。")
    w.say(
        "“{thanks hero}！”{friend}说，“没有你的灯，我就回不来了。”",
        "第二天，{friend}给{hero}送来了[最大的一条鱼|一篮橘子|热腾腾的烧饼]。",
    )
    w.ask("灯为什么灭了？因为{cause}。", "谁在海上？{friend}。", "守灯塔的是谁？{hero}。")


@plot(hero="child animal", friend="companion", thing="instrument toy pet")
def falling_star(w: World) -> None:
    """A wish told to a star, and heard by someone nearer."""
    begin(w)
    w.say("{evening}，{hero}和{friend}躺在草地上看星星。", "{evening}，{hero}和{friend}坐在屋顶上乘凉。")
    aside(w, "night", 0.5)
    w.say("{suddenly}，一颗流星划过去。“快许愿！”{friend}{cried}。")
    w.say("{Hero}闭上眼睛，{hero.he}{wanted thing}。", "{Hero}{wanted thing}，就小声地对星星说了。")
    w.say("“愿望不能说出来哦。”{friend}说。其实{friend}已经听见了。", "{Friend}耳朵尖，一个字也没漏掉。")
    w.say("后来的[三个星期|一个月]里，{friend}悄悄地攒钱。", "第二天，{friend}跑遍了所有的铺子。")
    w.say("{then}，{friend}{presented hero thing}。", "一天早上，{friend}笑眯眯地走来，{presented hero thing}。")
    w.say("“你怎么知道的？”{Hero}又惊又喜。{friend}只是笑。", "{Hero}高兴得跳了起来：“是星星告诉你的吗？”")
    w.say("星星会听愿望，朋友听得更清楚。", "{Hero}抬起头，朝星星眨了眨眼。")
    w.ask("{hero}许了什么愿？想要{a thing}。", "现在{thing}是谁的？是{hero}的。", "是谁实现了{hero}的愿望？{friend}。")


@plot(hero="child", friend="companion", place="outdoor")
def fireflies(w: World) -> None:
    """What shines is only beautiful when it is free."""
    begin(w)
    w.let(jar="玻璃瓶|纱布袋|丝瓜花|小竹笼|空鸡蛋壳", count="三|五|七|九|十来")
    w.say("夏天的晚上，{in place}飞着许多萤火虫。", "{evening}，{hero}和{friend}去{place}看萤火虫。")
    w.say("{Hero}捉了{count}只，装进{jar}里，像一盏小灯。")
    w.say("“今晚[可以照着看书|我有自己的星星]了！”{Hero}说。")
    w.say("可是到了半夜，光越来越暗，因为萤火虫想家了。", "过了一会儿，小灯不亮了，萤火虫都趴着不动。")
    w.say("{Friend}说：“[它们要飞起来才快活|外面有它们的家]。”", "“你愿意被关起来吗？”{friend}轻轻地问。{Hero}摇摇头。")
    w.say("{Hero}打开{jar}，小小的光一点一点飞了出去。", "{Hero}跑到院子里，把萤火虫全放了。")
    w.say("满院子都是[飞来飞去的星星|一闪一闪的亮光]，比什么灯都好看。")
    w.say("从那以后，{hero}只[看萤火虫|数萤火虫]，再也不捉了。", "{hero}和{friend}坐在台阶上，看了很久很久。")
    w.ask("{hero}把萤火虫装在哪儿？装在{jar}里。")


@plot(hero="child animal", friend="companion", place="well")
def moon_in_water(w: World) -> None:
    """The moon in the bucket is only light."""
    begin(w)
    w.let(vessel="木桶|脸盆|水缸|瓦罐|大木盆|竹筒")
    w.say(
        "{evening}，{hero}到{in place}打水，看见月亮掉在了{vessel}里。",
        "{Hero}提着{vessel}走到{in place}，低头一看：月亮在水里！",
    )
    aside(w, "night", 0.4)
    w.say("“[我捡到月亮啦|月亮是我的啦]！”{Hero}乐坏了。", "{Hero}连忙用衣服把{vessel}盖好，生怕月亮跑了。")
    w.say("{Hero}一路小跑回家，要给{friend}看。", "{Hero}轻手轻脚地走回家，叫{friend}快来看。")
    w.say("可是进了屋，掀开一看，里面只有黑乎乎的水。", "谁知一进屋，月亮就不见了。")
    w.say("“月亮呢？”{Hero}急得快哭了。", "“它逃走了。”{Hero}很{sad}。")
    w.say(
        "{Friend}{smiled}，把{vessel}端到院子里：“你再看看。”", "“月亮太大，屋里装不下。”{friend}把{vessel}端到了门外。"
    )
    w.say("月亮又回来了，还在水里一晃一晃的，因为它一直在天上呢。")
    w.say("{Hero}抬头看看天，又低头看看水：“原来月亮谁也拿不走，谁都能看。”", "那天晚上，家家户户的水里都有一个月亮。")
    w.ask("{hero}看见月亮在哪儿？在{vessel}里。", "月亮其实在哪儿？在天上。", "是谁把{vessel}端到了外面？{friend}。")
