"""中文故事：家里的事：借东西、打碎东西、够不着、睡不着。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import aside, begin, ending


@plot(hero="child adult", friend="adult")
def borrowed_tool(w: World) -> None:
    """What is borrowed comes back, with something on top."""
    begin(w)
    w.row(
        "noun task gift",
        "梯子 / 摘树顶上最后几个梨 / 一篮子梨",
        "锯子 / 锯一块木板做架子 / 一个小木盒",
        "铁锹 / 翻一块地种土豆 / 半袋新土豆",
        "水桶 / 给干渴的豆苗挑水 / 一碗嫩豆角",
        "手推车 / 把柴火运回家 / 一捆干柴",
        "锤子 / 把坏了的篱笆钉好 / 一罐蜂蜜",
        "耙子 / 把满院的落叶拢到一起 / 一块热乎乎的糕",
        "剪刀 / 剪窗花 / 一对红窗花",
        "水壶 / 浇刚出土的菜苗 / 一棵水灵灵的白菜",
        "筛子 / 筛面粉做馒头 / 两个大馒头",
        "扁担 / 把两筐菜挑到集市上 / 一把鲜葱",
    )
    w.cast["thing"] = w.language.draw(w, "thing", "=" + w.expand("{noun}"))
    w.say("{oneday}，{hero}想{task}，可是家里没有{noun}。", "{Hero}要{task}，偏偏缺一{thing.bare}{noun}。")
    w.say("{Friend}家有{a thing}，{hero}就去借。", "{Hero}来到{friend}家，客客气气地问：“能把{noun}借给我用用吗？”")
    w.say("“[行啊|拿去用吧|没问题]，[用完还我就好|可是明天我要用]。”{friend}说着，{gave hero thing}。")
    w.say("{Hero}忙了[一上午|整整半天]，总算干完了。", "活儿不轻，[天快黑的时候|到了中午]，{hero}才把它做完。")
    w.say(
        "当天傍晚，{hero}把它擦得干干净净，{returned friend thing}。",
        "用完以后，{hero}一刻也没耽搁，{returned friend thing}。",
    )
    w.say("“这是一点心意。”{Hero}又拿出了{gift}。", "{thing}旁边还放着{gift}，算是谢礼。")
    w.say("{Friend}{smiled}：“[以后要什么尽管来借。|好借好还，再借不难嘛。]”")
    w.ask("现在{thing}在谁家？在{friend}家。", "{hero}借了什么？{a thing}。", "{hero}借{thing}做什么？{task}。")


@plot(hero="child animal", friend="companion")
def strange_noise(w: World) -> None:
    """What is frightening in the dark is small in the light."""
    begin(w)
    w.row(
        "sound maker truth",
        "沙沙的声音 / 一根树枝 / 风吹着它在蹭窗户",
        "砰砰的声音 / 一扇没关好的窗 / 忘了插上插销",
        "咕咕的叫声 / 一只小猫头鹰 / 它在喊妈妈",
        "窸窸窣窣的声音 / 一只刺猬 / 它在落叶里找虫子吃",
        "滴答滴答的声音 / 没拧紧的水龙头 / 水正一滴一滴往下落",
        "吱吱的叫声 / 一只小老鼠 / 它捡到了一粒米",
        "呜呜的声音 / 一个空瓶子 / 风正往瓶口里吹",
        "骨碌碌的声音 / 一个土豆 / 它从架子上滚下来了",
        "哗啦哗啦的声音 / 一张旧报纸 / 它被风吹得到处跑",
    )
    w.say("{evening}，{hero}躺在床上，听见{sound}。", "半夜里，{hero}被{sound}吵醒了。")
    aside(w, "night", 0.5)
    w.say("{Hero}把被子拉到[下巴|鼻尖]上，心想：“[是妖怪吗|会是谁呢|该不会是大灰狼吧]？”")
    w.maybe("听，又来了！")
    w.say("{Hero}[数了一、二、三|深深吸了一口气]，点上灯，[悄悄走过去看|踮着脚走到窗前]。")
    w.say("哪里有什么妖怪！原来只是{maker}。", "灯光一照，原来是{maker}！")
    w.say("会有声音，是因为{truth}。", "那声音不过是因为{truth}。")
    w.say("“晚安，小妖怪。”{Hero}{smiled}，又钻进了被窝。", "{Hero}觉得自己真好笑，[一觉睡到了天亮|倒头就睡着了]。")
    w.maybe("从那以后，{hero}再也不怕黑了。", "在亮处看，吓人的东西常常很小。")
    w.ask("是什么发出的声音？{maker}。", "谁听见了{sound}？{hero}。")


@plot(hero="child", friend="kin")
def cannot_sleep(w: World) -> None:
    """Every trouble with sleep has its own remedy."""
    begin(w)
    w.row(
        "trouble remedy effect",
        "月光太亮了 / 把窗帘拉上 / 屋里又暗又静",
        "钟摆响得太吵了 / 用毛巾把钟摆包了起来 / 一点声音也听不见了",
        "脚冻得冰凉 / 拿来一个热水袋 / 脚心暖烘烘的",
        "嘴里渴得很 / 端来一杯温水 / 一点儿也不渴了",
        "外面的风太大了 / 把窗户关得严严实实 / 风声小得像说悄悄话",
        "心里老惦记着明天的事 / 把明天的事一件件写在纸上 / 心里什么事也没有了",
        "中午睡得太久了 / 讲了一个很长很长的蜗牛的故事 / 眼皮越来越沉",
        "枕头太硬了 / 把枕头拍得又松又软 / 头一挨上就陷了进去",
        "肚子有点饿 / 热了一小碗粥 / 肚子里热乎乎的",
    )
    w.say("{evening}，{hero}怎么也睡不着，因为{trouble}。", "夜已经深了，{hero}还睁着眼睛，因为{trouble}。")
    aside(w, "night", 0.5)
    w.say("{Hero}[翻过来，翻过去|数完了羊，又数星星]。")
    w.say("“还没睡呀？”{friend}[轻轻推开门|在门口问]。{Hero}说了是怎么回事。")
    w.say("{Friend}[想了想|点点头]，{remedy}。", "{Friend}就{remedy}。")
    w.say("这下好了，{effect}。", "真灵，现在{effect}。")
    w.say(
        "{Friend}哼起了一支[小曲|摇篮曲]，还没哼完，{hero}就睡着了。", "不一会儿，{hero}就[打起了小呼噜|睡得香香的了]。"
    )
    w.ask("{hero}为什么睡不着？因为{trouble}。", "是谁帮{hero}睡着的？是{friend}。")


@plot(hero="child animal", friend="peer", thing="gift toy")
def high_shelf(w: World) -> None:
    """Who is too small needs something to stand on, or somebody tall."""
    begin(w)
    w.say("柜子顶上放着{a thing}，{hero}想拿下来[玩一玩|看一看]。", "{oneday}，{hero}看见柜子顶上有{a thing}。")
    w.say(
        "{Hero}踮起脚，伸长了胳膊，可是个子太小，够不着。", "{Hero}跳了一下，两下，三下，还是够不着，因为个子太小了。"
    )
    if w.chance(0.5):
        w.let(tool="三本厚厚的书|一只旧木箱|一张小板凳|一把结实的椅子|一摞砖头")
        w.say("“得垫点东西才行。”{friend}说着，搬来了{tool}。", "{Friend}眼睛一亮，搬来了{tool}。")
        w.say("{Hero}站上去，伸手一拿，就把{thing}取下来了。")
    else:
        w.say("{Friend}比{hero}高一个头，正好走过来：“我来吧。”", "{Friend}个子高，正好路过，{said}：“我来试试。”")
        w.say("{Friend}一伸手，取下来{gave hero thing}。", "{Friend}毫不费力地取下来，{gave hero thing}。")
    w.say("“{thanks friend}！一个人够不着，两个人就够着了。”{Hero}说。", "{Hero}吹掉上面的灰，{smiled}。")
    ending(w, "together")
    w.ask("是谁帮了{hero}？是{friend}。", "柜子顶上放着什么？{a thing}。", "{hero}为什么够不着？因为个子太小了。")


@plot(hero="child", friend="kin")
def broken_and_told(w: World) -> None:
    """Telling the truth makes the heart light."""
    begin(w)
    w.row(
        "how broken mend",
        "在屋里踢球 / 打碎了一只瓷碗 / 用胶把碎片一块块粘好",
        "扔雪球 / 砸坏了一块玻璃 / 换上了一块新玻璃",
        "偷偷拿点心 / 碰翻了糖罐 / 把糖一勺勺收起来，又粘好了罐子",
        "在院门上荡来荡去 / 弄坏了门板 / 钉上了一块新木板",
        "端着盘子跳舞 / 摔破了一个盘子 / 把盘子粘了起来，还画上一朵花",
        "爬假山 / 踩断了一株花苗 / 用小竹棍把花苗扶了起来",
        "追着玩 / 撞倒了一口小缸 / 用泥把裂缝补上了",
    )
    w.say("{oneday}，{hero}{how}，一不小心{broken}。", "事情是这样的：{hero}{how}，不小心{broken}。")
    w.say("“哗啦”一声，接着四周就[静了下来|安静得可怕]。")
    w.say(
        "{Hero}[本来可以说是猫干的|本来想悄悄溜走]，可是心里像压了块石头。",
        "“也许没人会发现吧？”可{hero}心里很不好受。",
    )
    w.say("{Hero}走到{friend}面前，{said}：“是我弄的，对不起。”", "{then}，{hero}鼓起勇气，把事情都告诉了{friend}。")
    w.say(
        "{friend}沉默了一会儿，{said}：“[谢谢你告诉我。|说实话是要有勇气的。]”",
        "{Friend}摸摸{hero}的头：“[知道错就好。|能说出来，真勇敢。]”",
    )
    w.say("{they}一起动手，{mend}。", "那天下午，{they}{mend}。")
    w.say("{hero}的心里[一下子轻松了|又亮堂起来了]。", "仔细看还能看出一点痕迹，可是谁也不生气了。")
    w.ask("是谁{broken}？是{hero}。", "{hero}把实话告诉了谁？告诉了{friend}。")


@plot(hero="child adult", friend="adult")
def missing_ingredient(w: World) -> None:
    """What is missing is next door; who gives it gets a piece."""
    begin(w)
    w.row(
        "dish missing",
        "蒸馒头 / 面粉",
        "做红烧鱼 / 酱油",
        "烙葱花饼 / 葱",
        "炖萝卜汤 / 盐",
        "做八宝粥 / 红枣",
        "熬绿豆汤 / 冰糖",
        "做桂花糕 / 桂花",
        "包韭菜饺子 / 韭菜",
        "炒鸡蛋 / 鸡蛋",
        "拌凉面 / 芝麻酱",
        "煮汤圆 / 糯米粉",
        "做豆沙包 / 红豆",
        "煎豆腐 / 油",
    )
    w.say("{oneday}，{hero}想{dish}。", "{Hero}早就想{dish}了。")
    w.say("锅碗都摆好了，打开柜子一看，{missing}没有了。", "什么都有，偏偏少了{missing}。")
    w.say(
        "{Hero}去敲{friend}的门：“能借我一点{missing}吗？”",
        "{Friend}正好在院子里，{hero}隔着墙问：“你家有{missing}吗？”",
    )
    w.say(
        "“[有有有|当然有|要多少有多少]。”{friend}马上拿来了{missing}。",
        "{Friend}{smiled}：“我昨天刚买了{missing}，正愁用不完呢。”",
    )
    w.say("{Hero}系上围裙，[一会儿搅搅，一会儿尝尝|哼着小曲忙开了]。")
    w.say("{soon}，满巷子都闻见了香味。", "半个钟头以后，香喷喷地端上了桌。")
    w.say("第一碗先端给{friend}，因为没有那点{missing}，就什么也做不成。", "{Hero}先给{friend}盛了满满一碗。")
    w.say("“真好吃！”{friend}说，“[下回缺什么再来敲门|明天也缺点什么吧]！”", "{they}吃得一点也没剩下。")
    w.ask("{hero}少了什么？{missing}。", "是谁有{missing}？{friend}。", "{hero}想做什么？{dish}。")


@plot(hero="child adult", friend="adult", thing="instrument =闹钟 =音乐盒 =滑板车 =机器人")
def mended(w: World) -> None:
    """A thing is broken; the one who looks closely finds the cause."""
    begin(w)
    w.say("{Hero}最心爱的是{a thing}，可是{oneday}，它坏了。", "{Hero}有{a thing}，已经坏了整整一年。")
    w.let(cause="少了一颗小螺丝|有个小零件错了位|里面进了沙子|胶开了|淋雨受了潮|卡了一粒饼干渣|有颗螺丝松了")
    w.say("{Hero}[摇一摇|拍一拍|吹一吹]，一点用也没有。", "找了三个人修，都没修好，因为谁也没有仔细看。")
    w.say("{Hero}用布把{thing}包好，去找{friend}。", "听说{friend}什么都会修，{hero}就带着{thing}去了。")
    w.say("{Friend}戴上老花镜，看了好半天，一句话也没说。", "{Friend}把它举到亮处，慢慢地转着看。")
    w.say("“找到了。”{friend}说。原来是{cause}。", "毛病在这儿：{cause}。")
    w.say("{Friend}[叮叮当当弄了一阵|忙到茶都凉了]，{then}修好了。", "轻轻一拨，再点上一滴油，就跟新的一样了。")
    w.say(
        "{Friend}{returned hero thing}，不要钱，只要[听一支歌|看{hero}笑一笑]。",
        "{Friend}{returned hero thing}，{hero}谢了又谢。",
    )
    w.say("弄坏容易，修好要有耐心。", "回到家，{hero}把它放在了屋里最好的地方。")
    w.ask("{thing}是谁修好的？{friend}。", "{thing}出了什么毛病？{cause}。", "现在{thing}在谁手里？在{hero}手里。")
