"""中文故事：朋友之间：新来的、吵架、赛跑、守信、惊喜、练习。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import begin, ending


@plot(hero="child animal", friend="peer")
def newcomer(w: World) -> None:
    """Someone is new and alone until somebody asks."""
    begin(w, must_name=True)
    w.let(
        game="跳绳|捉迷藏|搭积木|踢毽子|折纸飞机|丢沙包|画粉笔画|跳房子|滚铁环",
        cause="{friend.he}谁也不认识|{friend.he}是从很远的地方搬来的|{friend.he}说的话和大家不太一样|{friend.he}很害羞",
    )
    w.say("{oneday}，墙边站着一个新来的，是{friend}。", "大家都在玩，只有{friend}站在一边看。{friend}是新来的。")
    w.say("{Friend}一句话也不说，因为{cause}。", "{Friend}低头看着自己的脚尖，因为{cause}。")
    w.say("{Hero}想起自己刚来的时候也是这样。", "“一个人站着，该多冷清啊。”{Hero}想。")
    w.say("{Hero}走过去问：“要不要和我们一起{game}？”", "“我们要{game}，还缺一个。”{Hero}伸出手，“来吗？”")
    w.say("{Friend}点了点头，脸红红的，[先是轻手轻脚，后来越玩越欢|眼睛亮了起来]。", "{Friend}那天头一回笑了。")
    w.say("没想到，{friend}{game}比谁都棒。", "玩到后来，人人都想和{friend}一队。")
    ending(w, "together")
    w.ask("新来的是谁？{friend}。", "{friend}为什么一句话也不说？因为{cause}。", "{they}一起玩了什么？{game}。")


@plot(hero="child animal", friend="peer", thing="toy instrument")
def quarrel(w: World) -> None:
    """Two want one thing; turns are taken."""
    begin(w)
    w.say(
        "{hero}和{friend}在[阁楼|院子|棚子]里发现了{a thing}。",
        "[阁楼|院子|棚子]里放着{a thing}，{hero}和{friend}同时看见了它。",
    )
    w.say("“是我的！”{Hero}{cried}。“不，是我的！”{friend}也不让。", "两个都想要，谁也不肯松手。")
    w.say("{they}气呼呼地背对着背，[一上午|半天]没说一句话。", "结果两个都摔了一跤，谁也不理谁了。")
    w.say("一个人玩真没意思。{Hero}心里很{sad}，{friend}也一样。", "{the thing}孤零零地放在中间，谁也没玩成。")
    w.say(
        "{then}，{hero}说：“[对不起，你先玩吧。|咱们轮着玩，好吗？]”",
        "{then}，{friend}说：“对不起，你先来，我等一会儿。”",
    )
    w.let(rule="一人一个钟头|一人一天|数到一百就换|一人一回|沙漏漏完就换人")
    w.say("{they}说好轮着来，{rule}。", "从此{they}轮流着玩，{rule}。")
    w.say("说来奇怪，看别人玩{the thing}，也挺有意思。", "两个人一起，{thing}比原来好玩多了。")
    ending(w, "together")
    w.ask("{hero}和{friend}都想要什么？{a thing}。", "{they}是怎么轮的？{rule}。")


@plot(hero="child animal", friend="peer", third="peer", place="outdoor")
def kind_race(w: World) -> None:
    """The one who stops to help loses the race and wins a friend."""
    begin(w)
    w.say(
        "{oneday}要赛跑，{hero}、{friend}和{third}站在起跑线上，终点在{in place}。",
        "{hero}、{friend}和{third}想知道谁跑得最快，说好跑到{place}。",
    )
    w.say("“预备——跑！”{Hero}像箭一样冲了出去。", "一声令下，{hero}就跑在了最前面。")
    w.say(
        "跑到半路，{friend}[被树根绊了一跤|脚下一滑|踩着了小石子]，摔倒了。",
        "{suddenly}，{friend}“哎哟”一声摔倒了，膝盖也蹭破了。",
    )
    w.say(
        "{third}接着往前跑。{Hero}却停下来，转身去扶{friend}。",
        "{Hero}听见了，掉头就去扶{friend}。{third}从旁边跑了过去。",
    )
    w.say(
        "{third}得了第一。{Hero}扶着{friend}，最后才到。",
        "先到终点、得了第一的是{third}。过了好久，{hero}和{friend}才一瘸一拐地走来。",
    )
    w.say(
        "“你本来能赢的。”{third}说。“我知道。”{Hero}说，“[可那样{friend.plain}就没人扶了|这样我更高兴]。”",
        "大家都给最后到的鼓掌，{third}拍得最响。",
    )
    ending(w, "together")
    w.ask("谁得了第一？{third}。", "是谁扶了{friend}？{hero}。", "谁摔倒了？{friend}。")


@plot(hero="child animal", friend="companion")
def practice(w: World) -> None:
    """What does not work on Monday works on Saturday."""
    begin(w)
    w.row(
        "skill fail first",
        "吹口哨 / 只吹出一口气 / 吹出了清亮的一声",
        "骑自行车 / 一头钻进了篱笆 / 绕着广场骑了一大圈",
        "游泳 / 喝了一肚子水 / 像青蛙一样游到了对岸",
        "踩高跷 / 一屁股坐在了泥里 / 踩着高跷走过了水洼，鞋都没湿",
        "滑冰 / 转了个圈，坐在了冰上 / 在冰上滑了一个大圆圈",
        "系蝴蝶结 / 系成了一个死疙瘩 / 系出了一对兔耳朵",
        "写毛笔字 / 字都歪到了一边 / 写得端端正正",
        "爬绳 / 刚上去就滑了下来 / 摸到了最高的横梁",
        "翻跟头 / 栽进了花坛 / 翻得像车轮一样",
        "包饺子 / 饺子一下锅就散了 / 包出来的饺子一个个像小元宝",
        "打水漂 / 石子全都扑通沉了 / 石子在水上跳了七下",
        "打算盘 / 珠子拨得乱七八糟 / 算得又快又准",
        "放风筝 / 风筝一头栽了下来 / 风筝稳稳地飞上了天",
    )
    w.say("{Hero}一心想学会{skill}。", "有一件事{hero}不会，就是{skill}。")
    w.say("星期一试了试，{fail}。", "头一回，{fail}。")
    w.say("“我永远也学不会了。”{Hero}说。", "{Hero}很{sad}，一脚踢飞了一颗小石子。")
    w.say("“[谁也不是一次就会的|我当年试了一百次呢]，再来！”{friend}说。", "{Friend}在旁边慢慢地做了三遍给{hero}看。")
    w.say("星期二好了一点，星期三又差了一点，星期四又好了。", "于是，{hero}天天练，早饭前练，晚饭后也练。")
    w.say("到了星期六，终于成了：{first}！", "练着练着，有一天，{first}！")
    w.say("“[看见了吗？|我会啦！]”{hero}{cried}，{friend}使劲鼓掌。", "{Friend}乐得直拍手。")
    w.ask("{hero}学会了什么？{skill}。", "是谁鼓励了{hero}？{friend}。")


@plot(hero="child animal", friend="peer", thing="gift clothing")
def surprise_party(w: World) -> None:
    """They were silent because they had a secret."""
    begin(w, must_name=True)
    w.say("这天是{hero}的生日，可是谁也没提起。", "{Hero}醒得很早，因为今天过生日。可是好像没有一个人记得。")
    w.say("连{friend}也只说了声“[早上好|我有点忙]”，就跑开了。", "{Friend}抱着一个大包走过去，看也不看{hero}一眼。")
    w.say("“大家都把我忘了。”{Hero}想，心里很{sad}。", "{Hero}一个人坐在台阶上，托着下巴发呆。")
    w.say("天黑了，{friend}来敲门：“[跟我来|闭上眼睛]，给你看一样东西。”", "傍晚，{friend}拉着{hero}往谷仓走。")
    w.say("门一开，[满屋子的灯笼都亮着|大家一齐唱起歌来]！", "“生日快乐！”大家一齐喊，彩纸星星从房梁上飘下来。")
    w.say("原来谁也没忘，大家不说话，是因为想给{hero}一个惊喜。", "“想给你一个惊喜，我们才憋着不说呀。”{friend}说。")
    w.say("{Friend}还{gavea hero thing}。", "吃过长寿面，{friend}{gavea hero thing}。")
    ending(w, "together", "day")
    w.ask("是谁过生日？{hero}。", "大家为什么不说？因为想给{hero}一个惊喜。", "{hero}收到了什么？{a thing}。")


@plot(hero="child animal adult", friend="companion", place="outdoor")
def kept_promise(w: World) -> None:
    """A promise is kept although something else calls."""
    begin(w, must_name=True)
    w.row(
        "task done",
        "喂鸡 / 鸡把谷粒啄得一粒不剩",
        "给月季浇水 / 月季都抬起了头",
        "把院门关好 / 羊儿都乖乖地待在院里",
        "打一壶豆浆 / 一滴也没洒出来",
        "给小娃娃们讲故事 / 小娃娃们早就等着了",
        "点上窗前的灯 / 窗户亮得像一颗星星",
        "寄一封要紧的信 / 信正好赶上了最后一班邮车",
        "给大钟上弦 / 大钟又滴答滴答走起来",
        "摘熟了的豆角 / 两筐豆角满满地放在门口",
        "收晾在外面的衣服 / 衣服一件也没淋湿",
    )
    w.let(fun="一场皮影戏|一个会变戏法的人|一支吹吹打打的乐队|一支舞狮队|一个比房子还大的气球|一台大戏|一队舞龙的")
    w.say(
        "“[我要出一趟门，|帮我个忙，]天黑前请你{task}。”{friend}说。{Hero}答应了。",
        "{Hero}答应了{friend}，天黑前要{task}。",
    )
    w.say("可是那天下午，{in place}来了{fun}。", "偏巧这时候，大家都在喊：“{in place}来了{fun}！”")
    w.say("“快走，快走！”大家{cried}。{Hero}看了看太阳，太阳已经不高了。", "{Hero}多想去看看啊，脚底下直发痒。")
    w.say("“我得先{task}。”{Hero}说，“我答应过的。”", "可是说话要算话，{hero}转过身，先去{task}。")
    w.say("等忙完了，{done}。", "{soon}就做好了，{done}。")
    w.say("{Hero}这才跑到{place}，正赶上最精彩的一段。", "{Hero}去得晚了些，可是前排还给留着一个座位。")
    w.say("第二天，{friend}说：“[把事情交给你，我最放心|我就知道你靠得住]。”", "{Friend}回来一看，{smiled}。")
    w.ask("{hero}答应了做什么？{task}。", "是谁请{hero}帮忙的？{friend}。")
