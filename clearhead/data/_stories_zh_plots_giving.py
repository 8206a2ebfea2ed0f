"""中文故事：给出去的：分享、交换、转送、探望、攒钱。"""

from clearhead.data import _stories_zh_words as words
from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import aside, begin, ending


@plot(hero="child animal adult", friend="companion", place="outdoor")
def shared_fruit(w: World) -> None:
    """Who gives some away has fewer left, and is happier."""
    begin(w)
    have = 3 + int(w.random() * 8)
    give = 1 + int(w.random() * min(4, have - 1))
    fruit = w.pick(words.FRUITS)
    w.let(
        fruit=fruit[:-1],
        m=fruit[-1],
        have=words.NUMBERS[have],
        give=words.NUMBERS[give],
        left=words.NUMBERS[have - give],
    )
    w.say("{hero}的篮子里有{have}{m}{fruit}。", "{oneday}，{hero}得了{have}{m}{fruit}。")
    w.say("{in place}，{hero}碰见了{friend}，{friend.he}什么吃的也没有。", "{Friend}走过来，看样子肚子饿了。")
    w.say("{Hero}分给{friend}{give}{m}。", "“给你{give}{m}。”{Hero}说着，分给{friend}{give}{m}{fruit}。")
    w.mixed(
        "[这样，{hero}还剩{left}{m}{fruit}。|篮子里还剩{left}{m}。]",
        "[“{thanks hero}！”{friend}吃得津津有味。|{friend}吃得满嘴都是，{smiled}。]",
    )
    if w.chance(0.5):
        w.say("“你的变少啦。”{friend}说。")
        w.say("“没关系，[一起吃才香呢|一个人吃多没意思]。”{Hero}说。")
    else:
        w.say("{they}肩并肩坐着吃，觉得比平时更香。")
    ending(w, "day")
    w.ask("{hero}还剩几{m}{fruit}？{left}{m}。", "{hero}分给{friend}几{m}？{give}{m}。")


@plot(hero="adult child", friend="adult", thing="tool gift clothing", other="pet instrument", place="town")
def fair_trade(w: World) -> None:
    """Each has what the other needs; they swap."""
    begin(w)
    w.say("{Hero}有{a thing}，可是{wanted other}。", "{Hero}{wanted other}，手里却只有{a thing}。")
    w.say(
        "在{in place}，{hero}遇见了{friend}，{friend.he}带着{a other}，正不知道怎么办呢。",
        "{oneday}，{friend}带着{a other}来到{in place}。{Hero}一眼就看中了。",
    )
    w.say("“好漂亮的{thing}！我[找了好久了|正缺一样这个]。”{friend}说。", "{Friend}盯着{the thing}，眼睛都不眨。")
    w.say(
        "“咱们换一换，怎么样？”{Hero}问。{friend}想了想，伸出了手。", "“你的给我，我的给你。”{friend}说。{Hero}点点头。"
    )
    w.say(
        "于是{hero}{gave friend thing}，{friend}{gave hero other}。",
        "{they}握握手。{friend}{gave hero other}，{hero}{gave friend thing}。",
    )
    w.say("两个人都[哼着歌走了|觉得自己占了便宜]。", "你高兴，我也高兴，这才叫公平。")
    w.ask("现在{thing}在谁手里？在{friend}手里。", "现在{other}是谁的？是{hero}的。", "{hero}想要什么？{a other}。")


@plot(hero="child animal", friend="peer", third="peer", thing="small gift")
def passed_on(w: World) -> None:
    """A present goes from hand to hand to the one who needs it most."""
    begin(w)
    w.say("{Hero}有{a thing}，心想：“[也许有人比我更需要它|送给别人会更好]。”", "{oneday}，{hero}得到了{a thing}。")
    w.say(
        "{Friend}[病了|搬家了|摔伤了腿]，{hero}就{presented friend thing}。",
        "{friend}盯着它看了半天，{hero}就{presented friend thing}。",
    )
    w.say("{Friend}[高兴了一整年|每天都要看上几眼]。", "{thing}就放在{friend}的床头，每天早上一睁眼就看得见。")
    w.say("后来，{friend}遇见了{third}，{third.he}正{sad}呢。", "过了些日子，{third}来了，{third.he}一个朋友也没有。")
    w.say(
        "{Friend}想起了自己那时候的心情，就{presented third thing}。",
        "“它一直陪着我，现在陪你吧。”{friend}说着，{presented third thing}。",
    )
    w.say("{third}好些天来头一回笑了。", "{third}小心地捧着它，{whispered}：“{thanks friend}。”")
    w.say("有些东西，越送越多。", "{Hero}听说了这件事，比谁都高兴。", "谁知道它下一站会到哪儿呢？")
    w.ask(
        "现在{thing}在谁手里？在{third}手里。",
        "{thing}最早是谁的？是{hero}的。",
        "是谁把{thing}给了{third}？{friend}。",
    )


@plot(hero="child animal adult", friend="companion", thing="gift")
def sick_friend(w: World) -> None:
    """Someone is ill, someone brings soup."""
    begin(w, must_name=True)
    w.let(illness="感冒|发烧|嗓子疼|咳嗽|头疼", food="鸡汤|姜汤|热粥|冰糖雪梨|面汤|小米粥|鱼汤")
    w.say("{Friend}{illness}了，只好躺在床上。", "{oneday}，{friend}没有来，因为{illness}起不了床。")
    w.say("{Hero}熬了一锅{food}，[一滴没洒地|小心翼翼地]端了过去。", "{Hero}二话没说，熬了{food}送去。")
    aside(w, "home", 0.3)
    w.say(
        "“趁热吃。一勺给你，一勺给月亮。”{Hero}说。{friend}[吃了小半碗|全吃光了]。",
        "{Friend}一勺一勺地吃着，脸色慢慢红润起来。",
    )
    w.say("为了让{friend}高兴，{hero}还带来了{a thing}。", "{Hero}又从包里拿出{a thing}。")
    w.say("{Hero}{presented friend thing}，又[念故事|讲新鲜事]给{friend}听，一直到{friend.he}睡着。")
    w.say("过了三天，{friend}就能下床了。", "到了星期天，{friend}全好了，还嚷着要吃煎饼。")
    w.say(
        "“是{food}治好的。”{friend}说，“[还有你|还有你的故事]。”", "一个星期以后，{hero}也着了凉，你猜是谁端来了热汤？"
    )
    w.ask("谁病了？{friend}。", "{hero}熬了什么？{food}。", "现在{thing}是谁的？是{friend}的。")


@plot(hero="child adult", friend="companion", thing="small", place="outdoor")
def long_letter(w: World) -> None:
    """A letter brings someone far away near."""
    begin(w, must_name=True)
    w.say("{Friend}出远门了，{hero}心里很想{friend.he}。", "{Friend}住在很远很远的地方，{hero}常常想念{friend.he}。")
    w.say("{Hero}天天[等邮递员|去看信箱]，可是什么也没有。", "每天{hero}都要问邮递员，邮递员总是摇摇头。")
    w.say("{then}，来了一封信，贴着一枚[蓝色的|没见过的]邮票。", "一个下雨的星期四，一封厚厚的信到了。")
    w.let(
        sight="像街道一样长的鲸|红色的大山|船上的集市|叶子像雨伞的大树|用冰盖成的房子|夜里会唱歌的沙漠|开到云里去的火车|一大片蓝色的花田"
    )
    w.say("“我看见了{sight}。”{friend}写道，“可是哪儿也没有家里好。”", "{Friend}在信里写了{sight}，还说很想家。")
    w.say("信封里还掉出{a thing}，是{friend}在{in place}捡到的。", "信封里还有{a thing}，它也走了那么远的路！")
    w.say("{Hero}把信读了[七遍|一遍又一遍]，当天晚上就写了回信。", "{Hero}马上写了回信，里面夹了一朵[干花|小野菊]。")
    w.say("从那天起，{hero}觉得大海好像窄了一点。", "原来，离得远的人，也可以很近很近。")
    w.ask("信是谁写的？{friend}。", "信封里有什么？{a thing}。", "{hero}想念谁？想念{friend}。")


@plot(hero="child", friend="adult", thing="gift toy instrument", place="town")
def saved_coins(w: World) -> None:
    """Coins are earned one by one until the wish can be bought."""
    begin(w)
    price = 4 + int(w.random() * 8)
    have = 1 + int(w.random() * (price - 2))
    w.let(price=words.NUMBERS[price], have=words.NUMBERS[have], need=words.NUMBERS[price - have])
    w.say(
        "{Hero}在橱窗里看见{a thing}，要{price}块钱。", "{Hero}{wanted thing}。铺子里有一{thing.bare}，要{price}块钱。"
    )
    w.say("{Hero}翻遍了口袋，只有{have}块，还差{need}块。", "可是{hero}只有{have}块钱，还少{need}块。")
    w.let(work="扫院子|提东西|洗瓶子|捡苹果|送报纸|码柴火|削土豆|擦皮鞋|剥豆子")
    w.say("于是，{hero}去帮{friend}{work}。", "{Hero}找到{friend}，帮着{work}，一直干到天黑。")
    w.say("干一回，{friend}给一块钱，{hero}就把它放进小罐子里。", "活儿挺累，可{hero}一想到{the thing}，就不觉得累了。")
    w.say(
        "{then}，凑够了{price}块钱！{Hero}跑到铺子里，{bought thing}。",
        "攒到{price}块的那天，{hero}跑进铺子。它还在！{Hero}{bought thing}。",
    )
    w.say("{Hero}把它带回家，一路上看了又看。", "自己挣来的东西，怎么看怎么好。")
    ending(w, "day")
    w.ask(
        "{thing}要多少钱？{price}块钱。",
        "{hero}开始还差几块钱？{need}块。",
        "{hero}买了什么？{a thing}。",
        "是谁给了{hero}活儿干？{friend}。",
    )


@plot(hero="child", friend="kin", place="outdoor")
def festival_food(w: World) -> None:
    """At a feast, one place is kept for someone."""
    begin(w, must_name=True)
    w.row(
        "feast food treasure",
        "除夕 / 饺子 / 一枚硬币",
        "元宵节 / 汤圆 / 一颗红枣",
        "端午节 / 粽子 / 一颗蜜枣",
        "中秋节 / 月饼 / 一颗松子",
        "冬至 / 饺子 / 一颗花生",
        "腊八 / 豆包 / 一颗莲子",
    )
    w.let(guest="住在楼上的老先生|新搬来的一家人|值夜班的护士|没能回家的船工|送信的姑娘|迷了路的旅客")
    w.say("{feast}那天，{hero}和{friend}一起做{food}。", "{feast}到了，{friend}教{hero}做{food}。")
    w.say("{Hero}做的{food}歪歪扭扭的，{friend}做的个个一样大。", "{Hero}弄得鼻尖上都是面粉，{friend}笑个不停。")
    w.say("“有一个里面藏着{treasure}，谁吃到，谁就有好运。”{friend}说。")
    w.say("饭桌上，{hero}发现多摆了一副碗筷。“这是给谁的呀？”", "{Hero}数了数碗，多了一只：“还有谁要来？”")
    w.say("“给{guest}。”{friend}说，“过节谁都不该一个人。”")
    w.say("门开了，进来的正是{guest}，{hero}赶快端上了{food}。", "话音刚落，{guest}就来了，屋里更热闹了。")
    w.say("你猜那份好运让谁吃到了？正是{guest}！", "忽然，客人“哎呀”一声，原来吃到了{treasure}。")
    w.say("窗外的月亮又圆又亮。" if w.expand("{feast}") in ("中秋节", "元宵节") else "那天晚上，屋里的灯亮了很久。")
    w.ask("{they}做了什么？{food}。", "多出来的碗筷是给谁的？给{guest}的。", "{food}里藏着什么？{treasure}。")
