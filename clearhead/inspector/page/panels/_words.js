/** The words of the drawings in both languages, and how numbers are written. The page's own strings go before these. */

export const WORDS = {
  "panel.check": "Check",
  "panel.check_hint": "Compute this number again from what it was made of",
  "panel.check_none": "There is no number here to compute again.",
  "panel.save": "Save this picture as {kind}",
  "panel.nothing": "nothing",
  "panel.rest": "{count} more with {sum} in all",
  "panel.pooled": "{rows} × {columns} numbers; each spot drawn is the largest of {down} × {across}.",
  "panel.grid": "{rows} rows ({row_axis}) and {columns} columns ({column_axis}), from {low} to {high}.",
  "panel.keys": "Arrow keys move over the numbers, Enter computes one again.",
  "panel.empty": "There is nothing to draw.",
  "panel.thumbnails": "{count} pictures of {rows} × {columns} numbers. Choose one to open it.",
  "panel.close": "Close",
  "table.all": "Show all {count} rows",
  "table.sort": "Sort by {column}",
  "table.strip": "histogram of {count} bins, the highest at {place}",
  "lines.log": "log axis",
  "lines.log_hint": "Draw equal factors as equal steps, or equal differences",
  "lines.gaps": "Numbers of 0 or below: {count}. A logarithmic axis has no place for them, and the line has gaps.",
  "dots.mean": "mean of {count}",
  "dots.away": "too far from the rest to be drawn to scale",
  "dots.far": "Triangles: too far from the rest to be drawn to scale.",
  "lattice.from": "best reached from {before}",
  "lattice.nowhere": "no way leads here",
  "lattice.step": "this step scores {score}",
  "lattice.taken": "taken",
  "lattice.more": "The first {shown} of {count} are drawn.",
  "tokens.count": "{count} tokens for {characters} characters",
  "tokens.id": "id {id}",
  "tokens.bytes": "bytes {bytes}",
  "tokens.span": "characters {start} to {end}",
  "graph.nodes": "{nodes} values, {edges} edges",
  "graph.shape": "shape {shape}",
  "graph.one": "one number",
  "graph.gradient": "gradient {norm}",
  "graph.closer": "Closer",
  "graph.farther": "Farther",
  "graph.whole": "Show the whole graph",
  "graph.input": "given",
  "graph.weight": "weight",
  "graph.constant": "constant",
  "graph.operation": "operation",
  "check.title": "Computed again from what is shown",
  "check.more": "{count} more",
  "check.sum": "sum",
  "check.recomputed": "computed again",
  "check.shown": "shown",
  "check.difference": "difference",
  "check.mean": "mean",
  "check.variance": "variance",
  "check.square": "mean of the squares",
  "check.largest": "The largest, {value}, is taken off before the powers; no share changes by it.",
  "check.term": "term",
  "check.left": "left",
  "check.right": "right",
  "check.inputs": "input",
  "check.weights": "weight",
  "check.values": "value",
  "check.logits": "score",
  "check.scaled": "score / temperature",
  "check.power": "its power of e",
  "check.product": "product",
  "check.bias": "bias",
  "check.gain": "gain",
  "check.scale": "scale",
  "axis.query": "query",
  "axis.key": "key",
  "axis.token": "token",
  "axis.dimension": "dimension",
  "axis.unit": "unit",
  "axis.source": "source",
  "axis.target": "target",
  "axis.word": "word",
  "axis.layer": "layer",
  "axis.head": "head",
  "axis.position": "position",
  "axis.row": "row",
  "axis.column": "column",
  "axis.input": "input",
  "axis.output": "output",
  "axis.output after": "output after",
  "axis.filter": "filter",
  "axis.step": "step",
  "axis.class": "class",
  "axis.tag": "tag",
};

export const CHINESE = {
  "panel.check": "验算",
  "panel.check_hint": "用它的来源把这个数重新算一遍",
  "panel.check_none": "这里没有可以重算的数。",
  "panel.save": "把这张图存为 {kind}",
  "panel.nothing": "无",
  "panel.rest": "其余 {count} 项，合计 {sum}",
  "panel.pooled": "共 {rows} × {columns} 个数；每个点画的是 {down} × {across} 个数中最大的一个。",
  "panel.grid": "{rows} 行（{row_axis}），{columns} 列（{column_axis}），从 {low} 到 {high}。",
  "panel.keys": "方向键逐个查看，回车键重新计算。",
  "panel.empty": "没有可画的内容。",
  "panel.thumbnails": "{count} 张图，每张 {rows} × {columns} 个数。选一张打开。",
  "panel.close": "关闭",
  "table.all": "显示全部 {count} 行",
  "table.sort": "按“{column}”排序",
  "table.strip": "{count} 格的直方图，第 {place} 格最高",
  "lines.log": "对数轴",
  "lines.log_hint": "在对数轴与线性轴之间切换",
  "lines.gaps": "等于或小于 0 的数：{count} 个。对数轴上没有它们的位置，折线在那里断开。",
  "dots.mean": "{count} 次的均值",
  "dots.away": "离其余的数太远，不按比例画",
  "dots.far": "三角：离其余的数太远，不按比例画。",
  "lattice.from": "最优来路是 {before}",
  "lattice.nowhere": "没有路通到这里",
  "lattice.step": "这一步得分 {score}",
  "lattice.taken": "已选中",
  "lattice.more": "共 {count} 列，画出前 {shown} 列。",
  "tokens.count": "{characters} 个字符，切成 {count} 个词元",
  "tokens.id": "编号 {id}",
  "tokens.bytes": "字节 {bytes}",
  "tokens.span": "第 {start} 到第 {end} 个字符",
  "graph.nodes": "{nodes} 个值，{edges} 条边",
  "graph.shape": "形状 {shape}",
  "graph.one": "一个数",
  "graph.gradient": "梯度 {norm}",
  "graph.closer": "放大",
  "graph.farther": "缩小",
  "graph.whole": "显示整张图",
  "graph.input": "输入",
  "graph.weight": "权重",
  "graph.constant": "常量",
  "graph.operation": "运算",
  "check.title": "用所示的数重新计算",
  "check.more": "其余 {count} 项",
  "check.sum": "和",
  "check.recomputed": "重算结果",
  "check.shown": "图中所示",
  "check.difference": "相差",
  "check.mean": "均值",
  "check.variance": "方差",
  "check.square": "平方的均值",
  "check.largest": "取幂之前先减去最大值 {value}；各份额不因此改变。",
  "check.term": "项",
  "check.left": "左",
  "check.right": "右",
  "check.inputs": "输入",
  "check.weights": "权重",
  "check.values": "值",
  "check.logits": "得分",
  "check.scaled": "得分 / 温度",
  "check.power": "e 的幂",
  "check.product": "乘积",
  "check.bias": "偏置",
  "check.gain": "增益",
  "check.scale": "倍数",
  "axis.query": "查询",
  "axis.key": "键",
  "axis.token": "词元",
  "axis.dimension": "维",
  "axis.unit": "单元",
  "axis.source": "源文",
  "axis.target": "译文",
  "axis.word": "词",
  "axis.layer": "层",
  "axis.head": "头",
  "axis.position": "位置",
  "axis.row": "行",
  "axis.column": "列",
  "axis.input": "输入",
  "axis.output": "输出",
  "axis.output after": "在此之后的输出",
  "axis.filter": "滤波器",
  "axis.step": "步",
  "axis.class": "类别",
  "axis.tag": "标签",
};

/** Return a sentence of the drawings in the reader's language, with its numbers put in. */
export function say(options, key, values = {}) {
  const own = typeof options.strings === "function" ? options.strings(key, values) : options.strings?.[key];
  const words = String(options.locale ?? "en").startsWith("zh") ? CHINESE : WORDS;
  const text = own && own !== key ? own : words[key];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Return what an axis is called in the reader's language; names that are not known stay as they came. */
export const axis = (options, name) => (`axis.${name}` in WORDS ? say(options, `axis.${name}`) : name);

/** Write a number in three digits, for the narrow box of a node. */
export function brief(value) {
  const size = Math.abs(value);
  if (value === 0 || (Number.isInteger(value) && size < 1e5)) return minus(String(value));
  return minus(size >= 0.01 && size < 1e5 ? String(Number(value.toPrecision(3))) : value.toExponential(0).replace("e+", "e"));
}

/** Write a number in about four digits; what is missing or not finite is a dash. */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(Number(value))) return "–";
  if (value === 0) return "0";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return minus(value.toExponential(1).replace("e+", "e"));
  return minus(size < 10 ? value.toFixed(4) : value.toFixed(2));
}

/** Write a number in at most six characters, for the inside of a cell. */
export function short(value) {
  if (!Number.isFinite(value)) return "·";
  const size = Math.abs(value);
  if (size < 0.005) return "0.00";
  if (size < 99.995) return minus(value.toFixed(2));
  return minus(size < 9999.5 ? value.toFixed(0) : value.toExponential(0).replace("e+", "e"));
}

/** Write a number in all the digits that mean something: 9 of a float32. */
export function precise(value, digits = 9) {
  if (!Number.isFinite(value)) return "–";
  return minus(String(Number(value.toPrecision(digits))));
}

/** Write a count with its thousands apart. */
export const grouped = (value) => minus(value.toLocaleString("en-US", { maximumFractionDigits: 0 }));

const minus = (text) => text.replace(/-/g, "−");
