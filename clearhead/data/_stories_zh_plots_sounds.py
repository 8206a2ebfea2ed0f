"""中文故事：颜色、谜语、音乐、回声。"""

from clearhead.data._stories_world import World, plot
from clearhead.data._stories_zh_scenes import begin


@plot(hero="child adult animal", friend="companion")
def mixed_colours(w: World) -> None:
    """A colour that has run out is mixed from two others."""
    begin(w)
    w.row(
        "missing first second picture",
        "绿色 / 蓝色 / 黄色 / 一片草地",
        "绿色 / 黄色 / 蓝色 / 荷叶上的青蛙",
        "橙色 / 红色 / 黄色 / 晚霞",
        "橙色 / 黄色 / 红色 / 一篮橘子",
        "紫色 / 蓝色 / 红色 / 一串葡萄",
        "紫色 / 红色 / 蓝色 / 一架紫藤",
        "灰色 / 黑色 / 白色 / 雾里的毛驴",
        "粉色 / 红色 / 白色 / 一树桃花",
        "粉色 / 白色 / 红色 / 一池荷花",
        "天蓝色 / 蓝色 / 白色 / 雨后的天空",
    )
    w.say("{Hero}正在画{picture}，可是{missing}用完了。", "{oneday}，{hero}想画{picture}，偏偏没有{missing}了。")
    w.say("{Hero}挤了又挤，一点也挤不出来。", "“没有{missing}，怎么画得完呢？”{Hero}说。")
    w.say(
        "“还有什么颜色？”{friend}问。只剩下{first}和{second}。", "{Friend}看了看调色盘，上面有{first}，还有{second}。"
    )
    w.say("“把{first}和{second}搅在一起，试试看。”{friend}说。", "{Friend}拿起笔，往{second}里加了一点{first}。")
    w.say("{Hero}搅啊搅，{suddenly}，变成{missing}了！", "笔尖转了几圈，两种颜色不见了，出来的正是{missing}！")
    w.say("{soon}，画画完了，{hero}把它挂在了墙上。", "{Hero}画完了画，把它送给了{friend}。")
    w.say("从那以后，{hero}见了颜色就想搅一搅，有一回搅成了一团泥。", "原来，两样合在一起，会变成第三样。")
    w.ask(
        "{first}和{second}能变成什么颜色？{missing}。", "{hero}画的是什么？{picture}。", "什么颜色用完了？{missing}。"
    )


@plot(hero="child animal", friend="companion")
def riddle_lantern(w: World) -> None:
    """From what a thing is like one can tell what it is."""
    begin(w, must_name=True)
    w.row(
        "first second solution",
        "红红的脸蛋圆溜溜，长在树上甜心头 / 吃完了还剩一个核 / 苹果",
        "身穿绿衣裳，肚里红瓤水汪汪 / 夏天最爱吃 / 西瓜",
        "一个小姑娘，坐在水中央，身穿粉红袄，撑船不用桨 / 夏天开在池塘里 / 荷花",
        "白白的花儿天上来，落到手心就不见 / 冬天才有 / 雪花",
        "有面没有口，有脚没有手 / 吃饭写字都离不开 / 桌子",
        "千条线，万条线，落到水里看不见 / 从云里来 / 雨",
        "弯弯像条船，圆圆像玉盘 / 晚上在天上 / 月亮",
        "白天躲起来，晚上眨眼睛 / 数也数不清 / 星星",
        "一根红蜡烛，长在泥土里，兔子最喜欢 / 是一种菜 / 胡萝卜",
        "两只圆耳朵，穿着黑白袄，整天吃竹子 / 人人见了都喜欢 / 熊猫",
        "走起路来慢吞吞，背上背着一扇门 / 一碰就缩进去 / 蜗牛",
        "脸儿圆圆手儿长，一天到晚走得忙 / 会告诉我们几点了 / 钟",
        "小小一间房，两扇玻璃窗，架在鼻梁上 / 看书时戴 / 眼镜",
    )
    w.say("元宵节到了，满街都挂着谜语，{friend}念道：“{first}。”", "{Friend}出了个谜语：“{first}。猜猜是什么？”")
    w.say("{Hero}[皱着鼻子|托着下巴|闭着眼睛]想了又想。", "“[再给一点提示吧|这可有点难]。”{Hero}说。")
    w.say("“告诉你，{second}。”{friend}说。", "{Friend}伸出一根手指：“再提示一句，{second}。”")
    w.say("“[我知道了|有了]，是{solution}！”{Hero}{cried}。", "{Hero}跳了起来：“是{solution}！”")
    w.say("“猜对啦！”{friend}[拍拍手|竖起大拇指]。")
    w.say("“该我出题了。”{Hero}说着，{smiled}。", "{Hero}得了[一块芝麻糖|一盏小兔子灯|一串山楂]当奖品。")
    w.ask("谜底是什么？{solution}。", "是谁猜出来的？{hero}。", "谜语是谁出的？{friend}。")


@plot(hero="child adult animal", friend="companion", thing="instrument")
def music(w: World) -> None:
    """Music is meant for one and reaches another."""
    begin(w)
    w.row(
        "listener effect",
        "隔壁的小宝宝 / 不哭了，慢慢睡着了",
        "对面的老先生 / 推开窗户，跟着哼了起来",
        "门口的流浪狗 / 趴下来，轻轻摇着尾巴",
        "累坏了的送信人 / 放下大邮包，用脚打起了拍子",
        "树上的夜莺 / 一声一声地应和着",
        "爱发脾气的房东 / 连脾气也忘了发",
        "摔断腿的小女孩 / 用筷子敲起了碗边",
    )
    w.say(
        "{Hero}有{a thing}，每天傍晚都要练一会儿，[声音轻轻的|练得不太好]。",
        "{Hero}有{a thing}，天天练，总是那一支曲子。",
    )
    w.say("“反正没有人听。”{Hero}说，“不练了。”", "{oneday}，{hero}把{thing}收了起来：“练它有什么用呢？”")
    w.say("第二天傍晚静悄悄的。有人敲门，原来是{friend}。", "安静了三天，{friend}跑来了。")
    w.say("“怎么没有音乐了？”{friend}问，“{listener}还等着呢！”", "“接着来吧。”{friend}说，“就当是为了{listener}。”")
    w.say("{Hero}又拿起了{thing}。{listener}{effect}。", "于是，曲子又响起来，{listener}{effect}。")
    w.say("从此，{hero}再也不说没有人听了。", "还是那支老曲子，{hero}却觉得从来没有这么好听过。")
    w.ask("{hero}练的是什么？{a thing}。", "是谁{effect}？{listener}。")


@plot(hero="child", friend="companion")
def echo(w: World) -> None:
    """The valley answers as one calls."""
    begin(w)
    w.let(bad="走开|你真讨厌|别学我|我不理你了", good="你好呀，朋友|我喜欢你|来玩吧|见到你真高兴")
    w.say(
        "{Hero}头一回爬到山谷口，喊了一声：“喂——”有个声音也答：“喂——”",
        "在山上，{hero}大声喊：“有人吗？”远处也有人喊：“有人吗？”",
    )
    w.say("“你是谁？”{Hero}问。“你是谁？”那个声音也问。", "{Hero}四下一看，除了石头就是[松树|白云]，一个人也没有。")
    w.say("{Hero}生气了，{cried}：“{bad}！”那个声音也{cried}：“{bad}！”")
    w.say("{Hero}跑回家，把山里那个没礼貌的孩子告诉了{friend}。", "回到家，{hero}闷闷不乐，把这事讲给{friend}听。")
    w.say("{Friend}{smiled}，说：“你再去一趟，说句好听的试试。”", "“明天再去。”{friend}说，“这回要和和气气的。”")
    w.say(
        "第二天，{hero}对着山谷喊：“{good}！”山谷也喊：“{good}！”",
        "{Hero}又上了山，{cried}：“{good}！”满山都是：“{good}！”",
    )
    w.say("你怎么喊，它就怎么答。", "{Hero}明白了，哈哈大笑，山谷也跟着哈哈大笑。")
    w.ask("山谷最后回答了什么？“{good}！”", "是谁叫{hero}再去一趟？{friend}。")
