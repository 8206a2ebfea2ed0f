"""Requests to an assistant in Chinese."""

import random

SLOTS = {
    "hour": (
        "六点", "七点", "六点半", "早上七点", "五点三十", "八点", "九点一刻", "差一刻九点", "中午", "早上6点45",
        "十点", "十点半", "晚上十一点", "半夜", "四点二十",
    ),
    "day": ("今天", "明天", "星期一", "这个周末", "星期五", "今晚", "下周日", "周四早上"),
    "span": ("五分钟", "十分钟", "一个小时", "20分钟", "四十秒", "半小时", "3分钟", "两个小时", "15分钟", "九十秒"),
    "dish": ("面条", "鸡蛋", "米饭", "茶", "披萨", "蛋糕", "土豆", "衣服", "面包", "汤"),
    "chore": (
        "浇花", "给牙医打电话", "买牛奶", "喂猫", "交房租", "吃药", "关烤箱", "定闹钟", "发报告", "看天气",
        "陪孩子玩", "看新闻", "取消健身课", "取快递", "翻译那封信",
    ),
    "person": (
        "妈妈", "小王", "李老师", "爸爸", "张阿姨", "老板", "小明", "陈静", "奶奶", "刘医生", "阿芳", "姐姐", "老赵",
        "房东", "小梅",
    ),
    "content": (
        "我要晚到了", "生日快乐", "{hour}见", "饭做好了", "给我回个电话", "闹钟定在{hour}了", "把{room}的灯关掉",
        "放点{genre}", "你在哪儿", "{city}天气怎么样", "我开了计时器", "去{city}的火车晚点了", "晚安", "请取消闹钟",
        "家里要买{item}",
    ),
    "room": ("厨房", "卧室", "客厅", "走廊", "卫生间", "车库", "书房", "院子", "儿童房", "阁楼"),
    "lamp": ("灯", "电灯", "台灯", "{room}的灯", "{room}灯", "{room}里的灯", "{room}的吊灯"),
    "genre": ("爵士乐", "摇滚", "古典音乐", "流行歌", "电子乐", "民谣", "儿歌", "说唱", "京剧", "轻音乐"),
    "artist": ("周杰伦", "莫扎特", "邓丽君", "王菲", "李健", "巴赫", "五月天", "陈奕迅", "张学友", "朴树"),
    "song": (
        "昨天", "早安", "天黑黑", "关灯以后", "别停下来", "短信", "月亮代表我的心", "五分钟", "明天会更好", "开灯",
    ),
    "city": (
        "北京", "上海", "伦敦", "广州", "巴黎", "成都", "东京", "西安", "纽约", "哈尔滨", "开罗", "杭州", "多伦多",
        "昆明", "武汉",
    ),
    "place": (
        "机场", "火车站", "公司", "最近的药店", "{city}", "博物馆", "{person}家", "医院", "公园路12号", "菜市场",
        "游泳馆", "家",
    ),
    "tongue": ("英语", "法语", "德语", "西班牙语", "日语", "意大利语", "俄语", "阿拉伯语", "荷兰语", "韩语"),
    "phrase": (
        "早上好", "谢谢", "{place}在哪儿", "把灯打开", "定个闹钟", "我想要{item}", "现在几点", "把音乐停了",
        "讲个笑话", "天气怎么样", "明天见", "给{person}打电话",
    ),
    "topic": ("体育", "选举", "足球", "经济", "科学", "科技", "{city}", "音乐", "天气", "电影"),
    "about": ("猫", "律师", "上学", "火车", "医生", "天气", "电灯", "音乐", "狗", "闹钟"),
    "item": ("牛奶", "面包", "鸡蛋", "两个柠檬", "咖啡", "灯泡", "电池", "苹果", "奶酪", "一个闹钟"),
}  # fmt: skip

REQUESTS = {
    "set_alarm": (
        "(|帮我)(定|设)(一个|个){day}{hour}的闹钟", "{day}{hour}叫我起床", "{day}{hour}叫醒我", "我{day}{hour}要起床",
        "(定|设)闹钟，{hour}", "别取消，(定|设)一个{hour}的闹钟", "{hour}的闹钟(定|设)一下",
        "{day}我得{hour}起来，别让我睡过头",
    ),
    "cancel_alarm": (
        "(取消|关掉|删掉){day}(|{hour})的闹钟", "把{hour}的闹钟(取消|关掉|删掉|关了)", "{day}不用叫我起床",
        "{day}不用闹钟了", "我{day}{hour}不起床，别叫我", "别定{hour}的闹钟了，取消", "{hour}的闹钟不要了",
    ),
    "set_timer": (
        "(定|开)一个{span}的(计时器|倒计时)", "倒计时{span}", "{span}后(告诉|叫)我", "(给|帮)我计时{span}",
        "煮{dish}，计时{span}", "{span}以后提醒我{dish}好了", "{dish}要{span}，帮我看着时间",
    ),
    "cancel_timer": (
        "把计时器(关了|停了|取消)", "取消(|{span}的)(计时|倒计时)", "停止倒计时", "{dish}好了，不用计时了",
        "{dish}的计时器不要了", "别计时了",
    ),
    "set_reminder": (
        "{day}提醒我{chore}", "{hour}提醒我{chore}", "别让我忘了{chore}", "记一下，{day}要{chore}",
        "{day}{hour}叫我{chore}", "加一个{chore}的提醒", "{span}后提醒我把{lamp}关掉", "提醒我{day}{person}要来",
    ),
    "play_music": (
        "(放|播放)(一首|点|){genre}", "(放|播放){artist}的(歌|{song})", "我想听{genre}", "我想听{artist}",
        "来一首{song}", "来点{genre}", "在{room}放{genre}", "打开{genre}歌单", "在{room}打开{artist}的歌",
    ),
    "stop_music": (
        "把音乐(停了|关了|关掉)", "别放{artist}了", "停止播放{genre}", "暂停{song}", "不想听{genre}了",
        "把{room}的音乐关掉", "别放了，安静", "关掉{artist}的歌", "别播{song}",
    ),
    "volume_up": (
        "(声音|音量|音乐)(大|调大|开大)一点", "大声点", "把{room}的(声音|音量)调大", "我听不清{artist}",
        "不要小声，要大声", "声音太小了", "别调小，调大", "{genre}放大声点",
    ),
    "volume_down": (
        "(声音|音量|音乐)(小|调小|开小)一点", "小声点", "把{room}的(声音|音量)调小", "{artist}太吵了",
        "不要大声，要小声", "声音太大了", "别调大，调小", "{genre}放小声点",
    ),
    "light_on": (
        "(打开|开)(|一下){lamp}", "把{lamp}(打开|开一下)", "{lamp}打开", "{room}太黑了", "我在{room}什么都看不见",
        "让{room}亮起来", "别关{lamp}，要开", "把{lamp}打开，不要关", "{room}要亮一点",
    ),
    "light_off": (
        "(关掉|关|关上)(|一下){lamp}", "把{lamp}(关掉|关上|关了)", "{lamp}关掉", "{room}太亮了", "{room}不用开灯",
        "让{room}暗下来", "别开{lamp}，要关", "把{lamp}关掉，不要打开", "{room}的灯可以熄了",
    ),
    "weather": (
        "{city}{day}天气怎么样", "{day}会下雨吗", "{city}{day}(冷|热)吗", "{day}要带伞吗", "{city}{day}会下雪吗",
        "{city}天气", "{day}出太阳吗", "外面现在怎么样，冷吗", "查一下{city}{day}的天气预报",
    ),
    "news": (
        "{day}有什么新闻", "念一下{topic}的新闻", "有{topic}的新闻吗", "播放新闻", "{city}发生了什么",
        "{topic}的头条", "打开新闻", "{topic}有什么新消息", "报纸上怎么说{topic}",
    ),
    "joke": (
        "讲(一个|个)(|关于{about}的)笑话", "逗我笑一下", "说点好笑的", "你会讲{about}的笑话吗",
        "再来一个(|{about}的)笑话", "我好无聊，逗逗我", "来个{about}的段子",
    ),
    "time": (
        "现在几点(了|)", "{city}(现在|)几点", "几点了", "到{hour}了吗", "报一下时间", "今天几号",
        "{city}现在是什么时间", "今天星期几",
    ),
    "send_message": (
        "给{person}发(短信|消息|微信)(说|，){content}", "告诉{person}{content}", "跟{person}说{content}",
        "发给{person}：{content}", "写给{person}，{content}", "通知{person}{content}",
    ),
    "read_message": (
        "念一下(我的|)(短信|消息)", "{person}发了什么", "{person}给我发消息了吗", "有新(短信|消息)吗",
        "读一下{person}的(短信|消息)", "{person}的消息说什么", "看看{person}发来的消息",
    ),
    "call": (
        "给{person}打(个|)电话", "打给{person}", "{day}给{person}打电话", "我要跟{person}通话", "拨{person}的号码",
        "给{person}回个电话", "接通{person}", "往{place}给{person}打电话",
    ),
    "navigate": (
        "去{place}怎么走", "带我去{place}", "导航到{place}", "{place}的路线", "到{place}最快怎么走", "我要去{place}",
        "到{place}有多远", "{place}在哪儿",
    ),
    "translate": (
        "把“{phrase}”翻译成{tongue}", "{phrase}用{tongue}怎么说", "{tongue}的{phrase}怎么说", "用{tongue}说{phrase}",
        "{phrase}翻成{tongue}", "{phrase}的{tongue}是什么",
    ),
    "shopping_list": (
        "把{item}加到购物单(上|里)", "购物单加上{item}", "家里要买{item}", "{item}没有了", "记在单子上：{item}",
        "要买{item}和{item}", "从购物单上去掉{item}", "买{item}",
    ),
}  # fmt: skip

FRAMES = (
    "…", "…", "…", "…", "…。", "…。", "你好，…", "嗯，…", "喂，…", "那个，…", "…，谢谢", "麻烦你，…",
    "小助手，…", "…，麻烦了",
)  # fmt: skip

_HEARD_ALIKE = dict(zip("在的一听定记到是给明放买做分", "再地以停订计道事个名房卖作份", strict=True))


def mistype(text: str, chance: random.Random) -> str:
    """Take another character that sounds alike, or leave one out."""
    places = [place for place, character in enumerate(text) if character in _HEARD_ALIKE]
    if places:
        place = chance.choice(places)
        return text[:place] + _HEARD_ALIKE[text[place]] + text[place + 1 :]
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 4 else text
