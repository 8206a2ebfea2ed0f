"""Every word of a comparison's page in English and Chinese."""

WORDS: dict[str, tuple[str, str]] = {
    "title": ("{task} on {data}: models compared", "{data} 上的 {task}：模型比较"),
    "test": ("scored on the test part ({counts})", "在测试部分（{counts}）上评分"),
    "valid": ("scored on the validation part ({counts})", "在验证部分（{counts}）上评分"),
    "seeds": ("{seeds} seeds", "{seeds} 个种子"),
    "one_seed": ("1 seed", "1 个种子"),
    "minutes": ("{value} minutes each", "每次训练 {value} 分钟"),
    "steps": ("{value} steps each", "每次训练 {value} 步"),
    "epochs": ("{value} passes over the data each", "每次训练遍历数据 {value} 遍"),
    "warning": ("Not finished", "尚未完成"),
    "unfinished": (
        "This comparison was stopped: some runs are missing. The same command with --resume goes on.",
        "这次比较中途停止，缺少一些训练。用同一条命令加上 --resume 可以继续。",
    ),
    "nothing": ("No run is finished yet.", "还没有完成的训练。"),
    "verdict": ("Which is best", "哪个最好"),
    "table": ("Scores and costs", "得分与代价"),
    "table_title": ("{score} over the seeds, and what it took", "各种子的 {score}，以及所用的代价"),
    "table_note": (
        "Scores are the mean, the standard deviation (±), the lowest and the highest over the seeds, costs the median. "
        "Press a column's head to sort. Rows without costs are methods without a neural network.",
        "得分为各种子的平均值、标准差（±）、最低值和最高值，代价为中位数。点击列名可排序。没有代价的行是不用神经网络的方法。",
    ),
    "model": ("model", "模型"),
    "lowest": ("lowest", "最低"),
    "highest": ("highest", "最高"),
    "train_seconds": ("training, s", "训练，秒"),
    "total_seconds": ("all in all, s", "总共，秒"),
    "train_rate": ("{unit}/s learned", "训练，{unit}/秒"),
    "predict_rate": ("{unit}/s scored", "评分，{unit}/秒"),
    "latency_ms": ("one alone, ms", "单个，毫秒"),
    "num_parameters": ("parameters", "参数"),
    "size_bytes": ("on disk, MB", "磁盘，MB"),
    "memory_bytes": ("to train, MB", "训练内存，MB"),
    "strip": ("Every seed", "每个种子"),
    "strip_title": ("{score} of every run", "每次训练的 {score}"),
    "strip_note": (
        "A dot is one run, the bar the mean; faint rows are methods without a neural network. Point at a dot for its "
        "numbers.",
        "每个点是一次训练，竖线是平均值；浅色的行是不用神经网络的方法。把鼠标移到点上可看数值。",
    ),
    "of_seed": ("seed {seed}", "种子 {seed}"),
    "curves": ("How they learned", "学习过程"),
    "curves_note": (
        "{score} on the validation part after each evaluation, a line for each seed. Seconds are those spent in "
        "steps. The last point is the float32 weights as they were at the end; where an earlier evaluation was "
        "better, its weights were kept.",
        "每次评估时验证部分的 {score}，每个种子一条线。秒数只计训练步骤。最后一点是训练结束时的 float32 权重；"
        "若之前某次评估更好，保留的是那时的权重。",
    ),
    "over_seconds": ("{score} over seconds", "{score} 随秒数"),
    "over_step": ("{score} over steps", "{score} 随步数"),
    "at_step": ("step {step}", "第 {step} 步"),
    "at_second": ("{seconds} s", "{seconds} 秒"),
    "second_axis": ("seconds", "秒"),
    "step_axis": ("steps", "步"),
    "scores": ("All scores", "全部得分"),
    "scores_title": ("Mean and standard deviation over the seeds", "各种子的平均值与标准差"),
    "runs": ("Every run", "每次训练"),
    "runs_title": ("Every run and its folder in {out}", "每次训练及其在 {out} 中的文件夹"),
    "runs_note": (
        "Each folder is a run of its own: clearhead evaluate, predict and look take it.",
        "每个文件夹都是独立的训练结果：可用于 clearhead evaluate、predict 和 look。",
    ),
    "seed": ("seed", "种子"),
    "steps_done": ("steps", "步数"),
    "folder": ("folder", "文件夹"),
    "how": ("How it was measured", "如何测量"),
    "how_same": (
        "Every entry was trained on the same data, with the same split and for the same length, once for each seed. "
        "Seeds are the outer loop, so whatever else the machine did hit all entries alike.",
        "每个条目都用同样的数据、同样的划分、同样的训练长度，每个种子训练一次。种子在外层循环，"
        "因此机器上其他程序的影响对所有条目相同。",
    ),
    "how_valid": (
        "The data have no test part: scores are on the validation part, by which the weights were chosen too. They "
        "are a little better than on new data.",
        "数据没有测试部分：得分来自验证部分，而权重也由它选出，因此比在新数据上略好。",
    ),
    "how_chance": (
        "Clear means: the difference is larger than what chance between seeds makes in 95 of 100 comparisons "
        "(Welch's interval), and, for shares of rows, larger than what the choice of rows makes.",
        "“清楚的差别”是指：差别大于种子的偶然在 100 次比较中 95 次所能造成的值（Welch 区间）；"
        "对于按行计算的比例，还大于选取数据行所能造成的值。",
    ),
    "how_speed": (
        "Learned: {unit} a second of steps; evaluations do not count. Scored: the whole part in batches, scores "
        "included. One alone: the median for one input by itself, read and scored; where a text is written, until it "
        "is written.",
        "训练速度：训练步骤中每秒学习的{unit}，不计评估。评分速度：整个部分成批计算，包括计算得分。"
        "单个：单独处理一个输入的中位时间；若要写出文本，则到写完为止。",
    ),
    "how_memory": (
        "Memory to train is computed from one measured row before training: weights, gradients, moments of the "
        "optimizer, activations of a batch. Reading the data needs more.",
        "训练内存由训练前对一行数据的测量算出：权重、梯度、优化器状态、一个批次的激活值。读取数据另需内存。",
    ),
    "machine": ("Machine: {value}", "机器：{value}"),
    "versions": ("Versions: {value}", "版本：{value}"),
    "fingerprint": ("Fingerprint of the data: {value}", "数据指纹：{value}"),
    "created": ("Made: {value}", "生成时间：{value}"),
}
"""What each is called in the page, in English and in Chinese; braces are filled in."""

UNITS: dict[str, str] = {
    "rows": "行",
    "tokens": "词元",
    "source_tokens": "源语言词元",
    "words": "词",
    "pairs": "对",
    "texts": "段文本",
    "sentences": "句",
    "documents": "篇",
    "bytes": "字节",
}
"""What tasks count, in Chinese; another unit keeps its English name."""
