"""中文故事：丢了的、忘了的、藏起来的、锁起来的。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import aside, begin, ending


@plot(hero="child animal", friend="companion", thing="small", spot="indoor")
def lost_and_found(w: World) -> None:
    """What was lost lies where it was used last."""
    begin(w)
    w.say(
        "{Hero}有{a thing}，[走到哪儿带到哪儿|天天带在身上|宝贝得不得了]。",
        "在所有的宝贝里，{hero}最喜欢的是{a thing}。",
        "{Hero}捡到过{a thing}，一直舍不得丢。",
    )
    w.say(
        "{oneday}，{hero}{put thing spot}，[转身就跑出去玩了|一转眼就忘了|想等会儿再拿]。",
        "{afternoon}，{hero}为了[腾出手来|不弄丢它]，{put thing spot}。",
    )
    w.say("到了晚上，{thing}[不见了|没影了|说什么也找不到了]。", "等要用的时候，{hero}{lost thing}。")
    aside(w, "home", 0.25)
    w.say(
        "{Friend}问：“你最后一次看见它是在哪儿？”",
        "{Friend}问：“别急，想想看，你刚才在哪儿玩？”",
        "{Friend}帮着翻遍了每一个口袋，什么也没有。",
    )
    w.say("{Hero}闭上眼睛[想啊想|使劲想]。[有了！|对了！|想起来了！]", "“我想起来了！”{Hero}{cried}。")
    w.say("{Hero}跑回去一看，果然{found thing spot}。", "{Hero}走过去一瞧，{lay thing spot}呢。")
    w.say("“它一直[在等我|没动过]呢。”{Hero}{smiled}。", "{Hero}[高兴得转了一个圈|把它揣进口袋，还拍了拍]。")
    w.maybe("从此，{hero}用完东西总要[放回原处|看上两眼]。")
    w.ask("{thing}在哪儿？在{in spot}。", "{hero}在哪儿找到了{thing}？在{in spot}。")


@plot(hero="child adult", friend="adult", thing="clothing", place="shop")
def left_behind(w: World) -> None:
    """What was left somewhere is kept by the one who works there."""
    begin(w)
    w.say(
        "{oneday}，{hero}[穿戴得整整齐齐|打扮了一番]，带着{a thing}去了{place}。",
        "{oneday}，{hero}带上{a thing}，[慢悠悠地|高高兴兴地]往{place}走。",
    )
    aside(w, "town")
    w.say("里面热得很，{hero}就{put thing place}。", "因为{in place}很暖和，{hero}{put thing place}，后来就忘了拿。")
    w.say("回家路上起了风，{hero}打了个冷战，这才发现少了点什么。", "走到家门口，{hero}一摸，糟了！")
    w.say("“{thing}一定忘在{in place}了！”{Hero}转身就往回跑。")
    w.say(
        "{Friend}正站在门口等着：“[这是你的吧？|我就知道你会回来。]”",
        "只见{friend}拿着{the thing}走出来，{said}：“[我替你收着呢。|没丢，放心吧。]”",
    )
    w.say("说完，{friend}{returned hero thing}。")
    w.say(
        "“{thanks friend}！”{Hero}[说着，身上一下子暖和了|连连鞠躬]。",
        "{Hero}[谢了又谢|高兴极了]，一路上再也不觉得冷。",
    )
    w.ask("{hero}把{thing}忘在哪儿了？忘在{in place}了。", "现在{thing}在谁手里？在{hero}手里。")


@plot(hero="child animal", friend="peer", thing="gift", spot="indoor")
def hidden_present(w: World) -> None:
    """A present must not be seen too early."""
    begin(w, must_name=True)
    w.say(
        "{Friend}快过生日了，{hero}准备了{a thing}当礼物。",
        "{Hero}知道{friend}{wanted thing}，就攒钱买了一{thing.bare}，想在生日那天送给{friend.he}。",
    )
    w.say("为了不让别人看见，{hero}{hid thing spot}。", "这可得保密，{hero}{hid thing spot}。")
    w.say("{Friend}来串门，问：“你在[藏|笑]什么呀？”", "{Friend}东看看，西看看：“你们怎么都神神秘秘的？”")
    w.say("“[没、没什么|什么也没有|到时候你就知道啦]。”{Hero}[红着脸说|忍住笑说|赶紧看着天花板]。")
    w.say(
        "生日那天一早，{hero}把礼物取出来，{presented friend thing}。",
        "到了生日那天，{hero}笑嘻嘻地{presented friend thing}。",
    )
    w.say(
        "“哇，是{a thing}！[太漂亮了|正是我想要的]！”{friend}{cried}。",
        "{Friend}捧着{the thing}[看了又看|高兴得说不出话来]。",
    )
    ending(w, "together")
    w.ask(
        "现在{thing}是谁的？是{friend}的。", "礼物原来藏在哪儿？藏在{in spot}。", "{friend}收到了什么礼物？{a thing}。"
    )


@plot(hero="child animal", friend="peer", place="outdoor", spot="hide")
def hide_and_seek(w: World) -> None:
    """A small sound gives the hiding place away."""
    begin(w)
    w.say("{afternoon}，{hero}和{friend}在{in place}捉迷藏。")
    w.let(number="十|二十|三十|五十|一百")
    w.say(
        "{Friend}蒙上眼睛数到{number}，{hero}赶快{hidself spot}。",
        "趁{friend}数数的工夫，{hero}{hidself spot}，大气也不敢出。",
    )
    aside(w, "garden", 0.3)
    w.say(
        "{Friend}[东找找，西找找|找了一圈又一圈]，连个影子也没看见。",
        "{Friend}拨开一丛丛草，[只惊起一只蚂蚱|里面只有一只打瞌睡的猫]。",
    )
    w.row(
        "sound cause",
        "打了个喷嚏 / 有根草搔着了鼻子",
        "噗嗤一声笑了出来 / 实在太好玩了",
        "打了个嗝 / 午饭吃得太急了",
        "轻轻咳了一声 / 那儿灰尘太多",
        "肚子咕咕叫了起来 / 从早上到现在什么也没吃",
    )
    w.say("{suddenly}，{hero}{sound}，因为{cause}。", "谁知{hero}{sound}，都是因为{cause}。")
    w.say("“[找到啦|哈哈，听见你啦]！”{friend}{cried}。", "{Friend}顺着声音踮着脚走过去：“[哈，抓住你啦|出来吧]！”")
    w.say("{Hero}钻出来，[头上顶着一片叶子|笑得直不起腰]，{said}：“这回轮到我来找！”")
    ending(w, "together")
    w.ask(
        "{hero}躲在哪儿？躲在{in spot}。", "{friend}是怎么发现{hero}的？因为{hero}{sound}。", "是谁躲起来了？是{hero}。"
    )


@plot(hero="child", friend="kin", key="=钥匙", thing="treasure", spot="indoor")
def locked_chest(w: World) -> None:
    """The key is where the old person says, and the chest holds a memory."""
    begin(w)
    w.say(
        "{Friend}屋里有一只[旧木箱|黑漆箱子|樟木箱]，从来都锁着。",
        "{Hero}[大扫除的时候|找毯子的时候]，发现了一只打不开的旧木箱。",
    )
    w.say("“里面装着什么呀？”{Hero}[又问了一遍|好奇地问]。", "{Hero}[拉了拉|敲了敲|摇了摇]箱盖，箱子一动不动。")
    w.say(
        "{Friend}{smiled}，说：“要有{a key}才行，去{in spot}找找看。”", "{Friend}说：“{in spot}有{a key}，去拿来吧。”"
    )
    w.say("{Hero}跑过去，真的{found key spot}。")
    w.say("[咔嗒|咔]一声，锁开了，箱盖[吱呀一声|慢慢地]掀了起来。")
    w.say("里面垫着一块红布，红布上放着{a thing}。", "旧报纸里包着的，原来是{a thing}。")
    w.say(
        "“这是我[像你这么大的时候|年轻的时候]用过的，现在归你了。”{friend}说。",
        "{Friend}轻轻地说：“我一直替你留着呢。”",
    )
    w.say("{Friend}{presented hero thing}。")
    ending(w, "day")
    w.ask("现在{thing}是谁的？是{hero}的。", "{key}在哪儿找到的？在{in spot}。", "箱子里装着什么？{a thing}。")


@plot(hero="child adult", pet="house_pet", friend="adult")
def missing_pet(w: World) -> None:
    """An animal goes where it feels good."""
    begin(w)
    w.say("{Hero}养了{a pet}，每天晚上都趴在脚边打瞌睡。", "{hero}和{a pet}[形影不离|一天也分不开]。")
    w.say("{morning}，{the pet}不见了。", "可是{oneday}，吃早饭的时候，{the pet}没有来。")
    w.say(
        "{Hero}喊了半天也没有回音。{friend}听见了，也{helped hero}一起找。",
        "{Hero}急得团团转，{friend}安慰说：“别急，我们一起找。”",
    )
    w.row(
        "spot cause",
        "灶台后面 / 那儿又暖和又安静",
        "洗衣篮里 / 刚晒过的毛巾软软的",
        "台阶底下 / 那儿又阴凉又通风",
        "衣柜里 / 那儿有主人的气味",
        "面包房的石阶上 / 烤炉把石阶烘得热乎乎的",
        "花盆里 / 太阳正好照着",
        "一只旧靴子里 / 那儿没有人打扰",
        "稻草堆上 / 新稻草又香又软",
    )
    w.say(
        "{then}，{hero}听见一点细细的声音。瞧，{the pet}就在{spot}！",
        "{then}，{friend}竖起一根手指：“嘘——”原来{the pet}正在{spot}睡大觉呢。",
    )
    w.say("它到那儿去，是因为{cause}。", "原来是因为{cause}，它才挑了这个地方。")
    w.say("{Hero}[摸摸它的背|点点它的鼻子]，{said}：“[你这个小淘气！|下回可要先告诉我！|睡吧，睡吧。]”")
    ending(w, "day")
    w.ask("{pet}在哪儿？在{spot}。", "{pet}为什么到那儿去？因为{cause}。")


@plot(
    hero="child",
    friend="peer",
    thing="small",
    other="=口琴 =笛子 =木偶 =万花筒 =陀螺 =毽子 =拨浪鼓 =皮球 =布娃娃",
    place="town",
)
def swapped_bags(w: World) -> None:
    """Two bags look the same; what is inside tells them apart."""
    begin(w)
    w.let(colour="红|蓝|绿|灰|花")
    w.say("{hero}和{friend}有一模一样的{colour}布包。", "{Hero}有一个{colour}布包，{friend}也有一个，简直像双胞胎。")
    w.say("{hero}的包里是{a thing}，{friend}的包里是{a other}。")
    w.say("{oneday}，两个人在{in place}碰见了，说了半天话，[走的时候拿错了包|临走却背错了包]。")
    w.say("{Hero}到家一打开，愣住了：里面是{a other}！“这不是我的呀。”", "{Hero}回家打开包，咦，怎么变成了{other}？")
    w.say("这时候，{friend}也正捧着{the thing}发愣呢。", "另一边，{friend}看着包里的{thing}，直挠头。")
    w.say("{they}[不约而同地|急急忙忙]跑回{place}，差点撞了个满怀。")
    w.say(
        "{Hero}{gave friend other}，{friend}{gave hero thing}。",
        "{Friend}{gave hero thing}，{hero}{gave friend other}。",
    )
    w.say("回家以后，{hero}在包上[系了一根绳|缝了一颗星星|画了一条小鱼]，这样就不会再拿错了。")
    ending(w, "together")
    w.ask(
        "现在{thing}在谁手里？在{hero}手里。", "{other}是谁的？是{friend}的。", "{they}在哪儿换回了包？在{in place}。"
    )
