"""中文故事：路上和动物：车、鸟、羊、大的和小的。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import aside, begin, ending


@plot(hero="adult child", friend="companion")
def stuck_cart(w: World) -> None:
    """Mud holds the wheel; something dry and many hands free it."""
    begin(w)
    w.let(
        load="南瓜|干草|土豆|花盆|西瓜|柴火|砖头|旧书|大白菜|红薯",
        goal="集市|磨坊|邻村|学校|码头",
        dry="树枝|稻草|石板|旧麻袋|木板|干芦苇",
    )
    w.say("{Hero}推着一车{load}，要送到{goal}去。", "{oneday}，{hero}装了满满一车{load}，往{goal}走。")
    w.say("刚下过雨，路上全是烂泥，车轮陷进去了。", "因为下过雨，路很滑，一个车轮陷进了泥坑。")
    w.say("{Hero}推了又推，车子[一动不动|只晃了晃]。", "{Hero}使出全身的劲，脸都憋红了，车轮却越陷越深。")
    w.say(
        "{Friend}走过来，{said}：“一个人太费劲，[我来帮你|咱们一起来]。”",
        "{then}，{friend}来了，卷起袖子，{helped hero}推。",
    )
    w.say(
        "{they}在车轮底下垫了些{dry}，这样就不打滑了。", "“轮子下面得垫点干的东西。”{friend}说。{they}就垫上了{dry}。"
    )
    w.say(
        "“一、二、三！”{Hero}在前面拉，{friend}在后面推，车子出来了！",
        "“嘿哟！”{Hero}拉，{friend}推，车轮一转，爬出了泥坑。",
    )
    w.say("两个人一身是泥，却[笑得很开心|你看我，我看你，笑了起来]。", "为了道谢，{hero}把一些{load}分给了{friend}。")
    ending(w, "day")
    w.ask("是谁帮了{hero}？{friend}。", "车上装的是什么？{load}。", "车轮底下垫了什么？{dry}。")


@plot(hero="child", friend="companion", place="outdoor")
def fallen_nestling(w: World) -> None:
    """A small bird belongs in its nest."""
    begin(w)
    w.let(bird="麻雀|燕子|画眉|黄鹂|喜鹊|山雀|斑鸠", bed="棉花|干草|青苔|旧毛线|软布|柳絮")
    w.say(
        "{in place}，{hero}发现地上有一只{bird}雏鸟。",
        "{oneday}，{hero}听见{in place}有细细的叫声，原来是一只{bird}雏鸟。",
    )
    w.say("它从窝里掉下来了，翅膀还没长好，飞不起来。", "风把树枝摇得太厉害，它从窝里掉了下来，还不会飞。")
    w.say("“怎么办呢？”{Hero}问{friend}。", "{Hero}赶紧叫来{friend}：“瞧，它在发抖呢。”")
    w.say("{they}用{bed}给它做了个小床，等鸟妈妈回来。", "{Hero}用{bed}把它暖着，{friend}去找鸟窝。")
    w.say(
        "{then}，{friend}看见鸟窝了，就在高高的树杈上，连忙搬来一架梯子。",
        "鸟窝藏在密密的叶子里，{friend}扶住了一架梯子。",
    )
    w.say("{Hero}轻轻地把小鸟放回窝里，放在它的兄弟姐妹中间。")
    w.say("鸟妈妈叼着虫子飞回来了，五张小嘴一起张得大大的。", "鸟妈妈绕着树飞了一圈，放心地喂起了孩子。")
    w.say("过了半个月，{hero}看见一只小{bird}从屋顶上飞过，说不定就是它。", "那年夏天，它每天早上都在窗外唱歌。")
    w.ask("{hero}发现了什么？一只{bird}雏鸟。", "{they}用什么给小鸟取暖？{bed}。", "是谁把小鸟放回窝里的？{hero}。")


@plot(hero="adult child", place="outdoor")
def lost_sheep(w: World) -> None:
    """One is missing; it is counted, looked for and counted again."""
    begin(w)
    w.row("full less", "五 / 四", "六 / 五", "七 / 六", "八 / 七", "九 / 八", "十 / 九", "十二 / 十一")
    w.let(kind="羊|鹅|鸭子|小鸡")
    w.row(
        "trouble freed",
        "脚卡在树根里了 / 把树根掰开",
        "被荆棘钩住了 / 把荆棘拨开",
        "掉进了一个小坑 / 把它抱了上来",
        "找到了一片最嫩的草，舍不得走 / 用一个苹果把它引了出来",
        "在看一只青蛙 / 等青蛙跳走了",
        "不敢过小溪 / 抱着它趟过了小溪",
    )
    w.say("{Hero}养着{full}只{kind}。", "{Hero}有{full}只{kind}，每一只都有名字。")
    w.say("每天傍晚{hero}都要数一遍。可是那天一数，只有{less}只。", "{evening}，{hero}数了数，只有{less}只！少了一只。")
    w.say("{Hero}提着马灯，又出了门。", "{Hero}穿上靴子，赶紧出去找。")
    aside(w, "night", 0.5)
    w.say("走到{in place}，{hero}听见了一声轻轻的叫唤。", "{in place}好像有动静，{hero}停下来仔细听。")
    w.say("在这儿呢！它没回家，是因为{trouble}。", "原来它在这儿，因为{trouble}，所以回不了家。")
    w.say("{Hero}{freed}，带着它往家走。")
    w.say("{Hero}又数了一遍：{full}只，一只也不少！", "到家再一数，{full}只，都齐了。{Hero}这才放心地睡了。")
    w.ask("{hero}一共有几只{kind}？{full}只。", "丢了的那一只在哪儿？在{in place}。", "它为什么没回家？因为{trouble}。")


@plot(hero="tiny", friend="giant")
def small_and_big(w: World) -> None:
    """The small one can do what the big one cannot."""
    begin(w, must_name=True)
    w.row(
        "trouble deed",
        "脚上扎了一根刺 / 用细细的爪子把刺拔了出来",
        "让网缠住了 / 把网结一个一个咬开了",
        "有样宝贝掉进了石头缝里 / 钻进石头缝，把它推了出来",
        "鼻孔里进了一粒沙子 / 往鼻子上一挠，沙子就喷了出来",
        "耳朵后面痒得受不了 / 爬上去，痛痛快快地挠了一阵",
        "把自己关在了门外 / 从门缝里钻进去，拨开了门闩",
    )
    w.say("{Hero}小得谁也看不见。", "大家都说，{hero}太小了，什么也干不成。")
    w.say(
        "{oneday}，{hero}听见有人叹气，原来是{friend}，{friend.he}{trouble}。",
        "{Friend}大得像座小山，这天却{trouble}。",
    )
    aside(w, "forest", 0.4)
    w.say(
        "“我来帮你吧。”{Hero}说。“你？”{friend}低头看了半天，“你这么小！”",
        "“要我帮忙吗？”{Hero}问。{friend}忍不住笑了。",
    )
    w.say("“小才好呢。”{Hero}{deed}。", "可是小有小的好处。{Hero}{deed}。")
    w.say(
        "{Friend}长长地舒了一口气：“我力气大，可这件事我做不了。”", "“{thanks hero}！”{friend}说，“原来你一点也不小。”"
    )
    w.say("从那以后，{hero}常常坐在{friend}的背上，看得很远很远。", "现在，{hero}走到哪儿，{friend}就陪到哪儿。")
    w.ask("遇到麻烦的是谁？{friend}。", "谁的个子小？{hero}。", "是谁帮了{friend}？{hero}。")


@plot(hero="child adult", friend="companion", place="outdoor")
def bird_house(w: World) -> None:
    """A house is built, and the right guest moves in."""
    begin(w)
    w.let(
        guest="一对山雀|一家麻雀|一对燕子|一对喜鹊|一只红尾鸟",
        extra="红屋顶|小烟囱|圆圆的门|小阳台|画上去的窗户|树皮屋顶",
    )
    w.say("{Hero}找来几块木板，想给小鸟盖一座房子，要有{extra}。", "{Hero}想做一个鸟屋，还要带{extra}。")
    w.say(
        "{Hero}锯木板，{friend}扶着，叮叮当当钉起来，只钉歪了一颗钉子。",
        "{Friend}{helped hero}，两个人量的量，锯的锯，忙得满头大汗。",
    )
    w.say("{they}把鸟屋挂在{in place}，[猫爬不上去|不高也不低]。", "{they}挑了个好地方，把它挂在{in place}。")
    w.say("等啊等，三月过去了，鸟屋还是空的。", "好多天过去了，谁也没来住，{hero}有点{sad}。")
    w.say("“门好像小了点。”{friend}说。{they}就把门改大了。", "“油漆味还没散呢。”{friend}说，“再等等。”")
    w.say("{then}，门口伸出了一根干草，{guest}搬进来了！", "一天早上，{hero}听见叽叽喳喳的声音，原来{guest}住进来了！")
    w.say("到了五月，门口挤着[四|五|六]张黄嘴巴。", "从此，{hero}天天早上都是被歌声叫醒的。")
    w.ask("是谁搬进了鸟屋？{guest}。", "鸟屋挂在哪儿？挂在{in place}。", "鸟屋有什么？有{extra}。")


@plot(hero="adult child animal", friend="companion")
def giant_pumpkin(w: World) -> None:
    """Too heavy for one, too heavy for two; the smallest makes the difference."""
    begin(w, must_name=True)
    w.let(crop="萝卜|红薯|芋头|土豆|胡萝卜")
    w.row(
        "small m", "小老鼠 / 只", "小麻雀 / 只", "蚂蚱 / 只", "瓢虫 / 只", "小蜗牛 / 只", "小娃娃 / 个", "小青蛙 / 只"
    )
    w.say(
        "{hero}的园子里长出了一个大{crop}，[大得像一只水缸|比小板车还大]。",
        "{Hero}种了一个{crop}，谁也没见过这么大的。",
    )
    w.say("{Hero}拔呀拔，{crop}一动也不动。")
    w.say("{Hero}叫来{friend}，两个一起拔，{crop}只晃了晃。", "{Friend}{helped hero}，拔呀拔，还是拔不动。")
    w.say("邻居来了，送信的来了，拄拐棍的老奶奶也来了，大家一起拔，还是不行。")
    w.say(
        "谁也没力气了。这时来了一{m}{small}：“我也来吧。”", "最后来了一{m}{small}。大家都笑了：“你这么小，有什么用？”"
    )
    w.say("“嘿哟！”扑通一声，{crop}出来了，大家全坐在了地上。", "就差那么一点点力气，{crop}一下子蹦了出来。")
    w.say(
        "全村人都喝到了{crop}汤，{hero}把第一碗端给了{small}。",
        "晚上，大家围着锅喝{crop}汤，{small}坐在最好的座位上，就在{hero}旁边。",
    )
    w.ask("最后来帮忙的是谁？{small}。", "{hero}种了什么？{crop}。", "大家晚上喝了什么？{crop}汤。")


@plot(hero="child animal", friend="companion", thing="flower")
def patient_seed(w: World) -> None:
    """A seed takes its time."""
    begin(w, must_name=True)
    w.say(
        "{Friend}给了{hero}一粒种子，[比芝麻大不了多少|小得差点看不见]。",
        "{Hero}在口袋里摸到一粒种子。“种下去吧。”{friend}说。",
    )
    w.say("{Hero}挖了个小坑，放进种子，盖上土，浇了水。", "{Hero}把它种在[墙根下|花盆里|太阳晒得到的地方]，浇了水。")
    w.say("第二天，什么也没有。第三天，还是什么也没有。", "{Hero}等了一天，两天，一个星期，土里一点动静也没有。")
    w.say("“[它是不是睡着了|它大概把我忘了]？”{Hero}想。", "{Hero}真想把它挖出来看看。")
    w.say("“别急。”{friend}说，“[它正在土里忙着呢|它先往下长，再往上长]。”")
    aside(w, "garden", 0.4)
    w.say("{Hero}天天浇水。{then}，土里冒出了一点绿。", "一场小雨过后，土里{suddenly}钻出一片小小的叶子。")
    w.say("它长啊长，到了夏天，长成了{a thing}。", "日子一天天过去，一天早上，那儿立着{a thing}。")
    w.say("{Hero}收下新的种子，分了一半给{friend}。", "{Hero}高兴得拉着{friend}来看。")
    w.ask("种子长成了什么？{a thing}。", "是谁叫{hero}别急？{friend}。")
