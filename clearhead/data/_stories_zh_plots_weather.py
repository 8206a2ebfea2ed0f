"""中文故事：风雨雪雾，冷和热。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import aside, begin, ending


@plot(hero="child adult", friend="companion", place="town")
def umbrella(w: World) -> None:
    """It rains: who has an umbrella shares it."""
    begin(w)
    w.let(colour="红|黄|大黑|花|绿|蓝格子")
    w.say("{morning}，天上堆满了乌云。", "{morning}，{hero}朝窗外一看，天阴沉沉的。")
    w.say("“看样子要下雨。”{Hero}想，出门时带上了一把{colour}伞。", "因为天要下雨，{hero}带了一把{colour}伞出门。")
    w.say("去{place}的路才走了一半，雨就[落|噼里啪啦地下]起来了。", "果然，在去{place}的路上下起了大雨。")
    aside(w, "rain", 0.5)
    w.say(
        "只见{friend}站在[屋檐|大树|店铺的布棚]下，没带伞，衣服都湿了。",
        "前面走着{friend}，因为没带伞，淋得像只落汤鸡。",
    )
    w.say("“[快到伞底下来|来，一起打吧]！”{Hero}{cried}。", "{Hero}跑过去，把伞撑到两个人头上。")
    w.say("两个人肩挨着肩走到了{place}，{friend}再也没淋着雨。", "伞小了点，{they}只好挨得紧紧的，走得一样快。")
    w.say(
        "雨停了，{friend}说：“[两个人打伞，下雨也好玩|今天多亏了你]。”",
        "等到天晴，天边挂起了一道彩虹，{hero}和{friend}都看呆了。",
    )
    w.ask("是谁带了伞？是{hero}。", "{hero}为什么带伞？因为天要下雨。", "{they}要去哪儿？去{place}。")


@plot(hero="child adult", thing="=帽子 =围巾 =风筝", friend="adult")
def wind_and_tree(w: World) -> None:
    """The wind carries something into a tree, and something long brings it down."""
    begin(w)
    w.say("刮大风的那天，{hero}带着{a thing}出了门。", "{Hero}有{a thing}，一到刮风的日子就带出门。")
    w.say("一阵风[呼地|猛地]吹来，把{the thing}[卷上了天|吹过了院墙]。", "呼——风把{the thing}抢走了。")
    w.let(tree="苹果树|老柳树|白桦树|核桃树|梧桐树|枣树")
    w.say("它飘啊飘，挂在了一棵{tree}上，{hero}怎么也够不着。", "最后，它挂在了一棵{tree}的枝头，一晃一晃的，太高了。")
    w.row(
        "means verb",
        "一架竹梯 / 顺着竹梯爬上去",
        "一根长竹竿 / 用竹竿轻轻一挑",
        "一根钓鱼竿 / 甩了两回鱼线",
        "一把长扫帚 / 从下面往上一捅",
        "一把长柄耙子 / 慢慢地往下一钩",
    )
    w.say("{Friend}看见了，拿来了{means}。", "正好{friend}路过，手里有{means}。")
    w.say("{friend.plain}{verb}，{thing}就下来了。")
    w.say("{Friend}[拍掉上面的叶子|笑着]，{returned hero thing}。")
    w.say("“{thanks friend}！”{Hero}[顶着风喊|紧紧抱住它]。", "这回，{hero}用两只手把它抓得牢牢的。")
    ending(w, "day")
    w.ask(
        "{thing}挂在了什么树上？挂在了{tree}上。", "现在{thing}在谁手里？在{hero}手里。", "{friend}用了什么？{means}。"
    )


@plot(hero="child", friend="companion")
def snow_tracks(w: World) -> None:
    """Tracks in the snow tell who was there."""
    begin(w, must_name=True)
    w.row(
        "food tracks animal",
        "雪人的胡萝卜鼻子 / 两个两个并排的小圆坑 / 一只野兔",
        "窗台上的面包屑 / 像小竹叶一样的印子 / 一只麻雀",
        "墙头的核桃 / 跑到树下就没了的小爪印 / 一只松鼠",
        "仓房里的玉米粒 / 一条细线和旁边的小点点 / 一只田鼠",
        "门口的白菜叶 / 分成两瓣的深坑 / 一只小鹿",
        "碟子里的牛奶 / 像梅花一样的印子 / 隔壁家的猫",
        "晒着的柿饼 / 三个脚趾的大印子 / 一只乌鸦",
    )
    w.say("下了一夜的雪，早上一看，{food}不见了。", "一觉醒来，外面白茫茫一片，可是{food}没有了！")
    aside(w, "snow", 0.6)
    w.say("“是谁[拿走了|偷吃了]呢？”{friend}问。", "“[有小偷|真奇怪]！”{friend}{cried}。")
    w.say("{Hero}蹲下来一看，雪地上有{tracks}。", "{Hero}眼尖，发现雪地上留着{tracks}。")
    w.say("{they}跟着脚印，[绕过水井|穿过院子|绕着屋子]，[轻手轻脚地|一声不响地]往前走。")
    w.say("脚印的尽头是{animal}，正[吃得香呢|用亮晶晶的眼睛朝这边看]。", "篱笆后面，{animal}嘴里塞得鼓鼓的。")
    w.say("“原来是你呀。”{Hero}{whispered}，“[冬天找吃的可不容易。|一定饿坏了吧。]”")
    w.say(
        "从那以后，{they}每天早上都在雪地里[留一点吃的|放一小把粮食]。",
        "第二天，{hero}又放了一份，因为冬天太长了，谁都不该挨饿。",
    )
    w.ask("是谁拿走了{food}？{animal}。", "{hero}在雪地上看见了什么？{tracks}。")


@plot(hero="child adult animal", friend="companion", place="outdoor")
def hot_day(w: World) -> None:
    """Who is thirsty drinks, and who has drunk can go on."""
    begin(w)
    w.say("那是夏天里最热的一天，{hero}走了很远的路。", "太阳像个火炉，{hero}光着头，正往{place}走。")
    w.row(
        "drink measure",
        "酸梅汤 / 碗",
        "凉茶 / 壶",
        "井水 / 瓢",
        "绿豆汤 / 碗",
        "柠檬水 / 杯",
        "豆浆 / 碗",
        "西瓜汁 / 杯",
        "椰子水 / 碗",
        "菊花茶 / 壶",
    )
    w.say("{Hero}渴得[嗓子直冒烟|舌头都粘住了]。", "{Hero}又热又渴，嘴唇都干了。")
    w.say(
        "{in place}，{friend}正坐在树荫下，旁边放着一{measure}{drink}。",
        "{suddenly}，{hero}看见了{friend}，手里端着一{measure}{drink}。",
    )
    w.say("“瞧你[热的|渴的]，快坐下来喝一口。”{friend}说。", "{Friend}什么也没说，把{drink}递了过来。")
    w.say(
        "{Hero}咕咚咕咚，[一口气喝了个干净|喝得一滴也不剩]。",
        "{Hero}接过来，一小口一小口地喝着，[甜丝丝的|凉到了心里]。",
    )
    w.say("真痛快！{Hero}再也不渴了。", "喝完以后，{hero}不渴了，又有劲儿了。")
    w.say(
        "{they}[聊着天|讲着故事]，一直坐到影子变长。", "为了道谢，{hero}[摘了一束野花|讲了个笑话|帮着背了一路的东西]。"
    )
    w.ask("谁渴了？{hero}。", "{hero}喝了什么？{drink}。", "是谁给了{hero}喝的？{friend}。")


@plot(hero="child adult animal", friend="companion", place="outdoor")
def fog_and_sound(w: World) -> None:
    """When nothing can be seen, follow what can be heard."""
    begin(w)
    w.row(
        "sound deed",
        "钟声 / 敲响了大钟",
        "鼓声 / 咚咚地敲起了鼓",
        "号声 / 吹响了号",
        "歌声 / 放开嗓子唱起歌来",
        "口哨声 / 用两根手指吹起了口哨",
        "锣声 / 当当地敲起了锣",
        "喊声 / 一声一声地喊名字",
    )
    w.say("{oneday}，{hero}正在{in place}，忽然起了大雾。", "回家的路上，{hero}遇上了一场大雾。")
    w.say("雾[浓得像牛奶|白得像棉花]，{hero}连自己的脚都看不见了。", "四周白茫茫的，路也不见了。")
    w.say("“家在哪一边呢？”{Hero}站住了，不敢动。", "{Hero}走三步，停一停，心里直发慌。")
    w.say("{Friend}[惦记着|放心不下]，走到门口，{deed}。", "家里，{friend}见雾这么大，就到门外{deed}。")
    w.say("{Hero}听见了{sound}！先是远远的，后来越来越响。", "{suddenly}，雾里传来{sound}。{Hero}竖起了耳朵。")
    w.say("{Hero}一步一步跟着{sound}走，[看见了一点灯光|摸到了自家的门]。")
    w.say("“可算回来了！”{friend}[端上了热汤|赶紧拿来一条毯子]。", "{Hero}一头扑进屋里，抱住了{friend}。")
    w.maybe("眼睛看不见的时候，耳朵可以认路。", "雾还在外面，屋里却是暖的。")
    w.ask("{hero}在雾里听见了什么？{sound}。")


@plot(hero="child animal", friend="companion", place="outdoor")
def dry_garden(w: World) -> None:
    """No rain for weeks; each brings a little water."""
    begin(w, must_name=True)
    w.let(plant="豆苗|菊花|白菜|小树苗|黄瓜|豌豆|水稻", weeks="三|四|五|六")
    w.say(
        "已经{weeks}个星期没下雨了，{plant}都耷拉着脑袋。", "那年夏天又热又旱，{weeks}个星期没下雨，{plant}都发黄了。"
    )
    w.say("“它们渴了。”{Hero}说。可是井里也快没水了。", "{hero}把最后一碗水浇了下去，哪里够呢？")
    w.say("{Friend}想起来，{in place}有一眼泉水。", "“{in place}还有水！”{friend}说。")
    w.say("路太远，大家排成一条长龙，一桶一桶往下传。", "{Hero}叫来了全村，有的提桶，有的端盆，有的连帽子都用上了。")
    w.say("太阳落山的时候，每一棵都喝到了水。", "忙到天黑，地里总算湿透了。")
    w.say("第二天早上，{plant}又挺直了腰。", "夜里，{plant}悄悄地抬起了头。")
    w.say("过了两天，真的下雨了，{hero}和{friend}在雨里又蹦又跳。", "等到下雨的那天，{hero}和{friend}谁也不肯打伞。")
    w.ask("多久没下雨了？{weeks}个星期。", "哪儿还有水？{in place}。", "什么东西渴了？{plant}。")


@plot(hero="child animal", friend="adult", thing="warm")
def knitted_warmth(w: World) -> None:
    """Someone is cold; something warm is made."""
    begin(w, must_name=True)
    w.let(cause="{friend.he}整天在外面干活|{friend.he}家的屋顶漏风|厚衣服都让虫子蛀坏了|{friend.he}住在风口上|炉子坏了")
    w.say("冬天来得早，{friend}总觉得冷，因为{cause}。", "{Hero}看见{friend}冻得直搓手，因为{cause}。")
    aside(w, "snow", 0.5)
    w.say("“要是有{a thing}就好了。”{Hero}想。", "{Hero}有了主意：织{a thing}！")
    w.say(
        "{Hero}[找来毛线|拆了一件旧毛衣|东家要一点，西家要一点，凑齐了毛线]，一针一针地织起来。",
        "一个晚上又一个晚上，{hero}在灯下织呀织。",
    )
    w.say("有一回漏了一针，有一回毛线团让猫叼走了。", "足足织了[九|十一|十二]个晚上，手指头都磨红了。")
    w.say("{then}织好了，{hero}{presented friend thing}。", "下霜的那天早上，{hero}{presented friend thing}。")
    w.say("{Friend}一试，[从头暖到脚|再也不打哆嗦了]。", "“真暖和呀，[不大不小|正合适]！”{friend}一点也不冷了。")
    w.say("最暖和的，还是{hero}的心。", "整个冬天，{friend}都舍不得离身。")
    w.ask("{friend}为什么冷？因为{cause}。", "现在{thing}是谁的？是{friend}的。", "{hero}织了什么？{a thing}。")


@plot(hero="child", friend="companion", thing="=风筝", place="outdoor")
def kite_tail(w: World) -> None:
    """A kite flies when its weight is right."""
    begin(w)
    w.let(paper="旧报纸|包装纸|宣纸|米袋纸|旧年画|大挂历纸")
    w.say("{Hero}用竹条和{paper}糊了{a thing}。", "{Hero}找来竹条和{paper}，扎了{a thing}。")
    w.say("在{in place}，{hero}跑了又跑，{thing}打了个滚，栽了下来。", "它刚飞起来一点，转了两圈，一头扎进了草里。")
    w.row(
        "cause remedy",
        "尾巴太短了 / 又接上了一条布尾巴",
        "尾巴太重了 / 拆掉了三个纸穗子",
        "一边重，一边轻 / 把重的一边剪掉了一小条",
        "线拴得太低了 / 把线往上挪了一点",
        "纸上破了个洞 / 在洞上补了一块纸",
    )
    w.say("“等等。”{friend}仔细看了看。原来飞不起来，是因为{cause}。", "{Friend}把它捡起来一看，就知道了：{cause}。")
    w.say("{they}一起动手，{remedy}。", "于是，{hero}{remedy}。")
    w.say(
        "{Hero}又跑起来。这回风把它托住了，比[燕子|树梢|屋顶]飞得还高。", "又一阵风吹来，它飞呀飞，飞得只有芝麻那么大。"
    )
    w.say(
        "{Hero}把线递给{friend}：“[你来试试，风在那头拉呢|摸摸看，线在抖呢]！”",
        "线绷得紧紧的，好像要把{hero}也带上天。",
    )
    ending(w, "together", "day")
    w.ask("{thing}为什么飞不起来？因为{cause}。", "{thing}是用什么糊的？{paper}。")
