/** Series along an axis, with the numbers of all of them at the point under the cursor. */

import { at } from "../../../web/page/arrays.js";
import { inks, seriesColour } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { grouped, number, precise, say } from "./_words.js";

const HEIGHT = 260;
const MOST_NAMES = 12;
const MOST_DECADES = 8;
const SUPERSCRIPTS = Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹");

/** Draw a panel of lines into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let [layout, turned] = [null, null]; // turned: what the reader chose for the axis, if anything
  const own = frame(element, panel, options, { redraw, picture, checked, tools });
  own.body.append(stage);
  cursor(canvas, { size: () => ({ rows: names().length, columns: panel.points.length }), locate, hover, pick });
  update(panel, options);

  function names() {
    return Object.keys(panel.series);
  }

  function update(next, now = options) {
    [panel, options] = [next, now];
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function isLog() {
    return turned ?? panel.scale === "log";
  }

  function tools() {
    if (panel.scale !== "log" && !hasDecades(panel)) return [];
    const button = make("button", { type: "button", className: "panel-tool", text: say(options, "lines.log"), "data-testid": "log" });
    button.title = say(options, "lines.log_hint");
    button.setAttribute("aria-pressed", String(isLog()));
    button.addEventListener("click", () => {
      turned = !isLog();
      button.setAttribute("aria-pressed", String(turned));
      redraw();
    });
    return [button];
  }

  function redraw() {
    layout = layOut(panel, own.room(), isLog());
    paint(canvasPen(sized(canvas, layout.width, layout.height)), panel, layout, own.theme, options);
    own.state.geometry = { ...layout, theme: own.theme };
    own.say(layout.gaps ? say(options, "lines.gaps", { count: grouped(layout.gaps) }) : "");
    const told = `${panel.axis}: ${names().join(", ")}. ${number(layout.low)} – ${number(layout.high)}.`;
    canvas.setAttribute("aria-label", `${panel.title}. ${told} ${say(options, "panel.keys")}`);
    mark(null);
  }

  function picture() {
    const shown = layOut(panel, Math.max(560, own.room()), isLog());
    return { ...shown, paint: (pen, theme) => paint(pen, panel, shown, theme, options) };
  }

  function locate(x, y) {
    const column = Math.round((x - layout.left) / (layout.step || 1));
    if (x < layout.left - 12 || x > layout.width || column < 0 || column >= panel.points.length) return null;
    const away = names().map((name) => Math.abs(yOf(at(panel.series[name], column), layout) - y));
    const finite = away.map((value) => (Number.isFinite(value) ? value : Infinity));
    return { row: finite.indexOf(Math.min(...finite)), column };
  }

  function place({ row, column }) {
    const name = names()[row];
    const value = at(panel.series[name], column);
    return { row, column, series: name, value, shown: value, label: `${name}, ${panel.points[column]}` };
  }

  function hover(cell) {
    own.state.hovered = cell && !options.blank ? place(cell) : null;
    mark(own.state.hovered && cell);
    if (!own.state.hovered) return tip(own, null, null);
    const lines = names().slice(0, MOST_NAMES).map((name) => `${name}  ${precise(at(panel.series[name], cell.column), 6)}`);
    tip(own, { x: xOf(cell.column, layout), y: layout.top + 40 }, [panel.points[cell.column], ...lines]);
    own.readout.textContent = `${own.state.hovered.label}: ${precise(own.state.hovered.value, 7)}`;
    return undefined;
  }

  function pick(cell, how) {
    if (options.blank) return;
    own.state.picked = place(cell);
    options.onPick?.({ panel: panel.name, ...own.state.picked });
    if (panel.check && (how === "key" || own.state.check)) own.check(own.state.picked);
  }

  function checked() {
    return panel.points.length && names().length ? place({ row: 0, column: panel.points.length - 1 }) : null;
  }

  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    if (!cell) return;
    const { muted, card } = inks(own.theme);
    const x = xOf(cell.column, layout);
    pen.line(x, layout.top, x, layout.top + layout.tall, { stroke: muted, dash: [3, 3] });
    names().forEach((name, index) => {
      const y = yOf(at(panel.series[name], cell.column), layout);
      if (Number.isFinite(y)) pen.circle(x, y, index === cell.row ? 5 : 3.5, { fill: seriesColour(index, own.theme), stroke: card, width: 1.5 });
    });
  }

  return { update, destroy: own.destroy };
}

const finiteOf = (panel) => Object.values(panel.series).flatMap((series) => Array.from(series.data)).filter(Number.isFinite);

/** Return whether equal factors could be equal steps: nothing is below 0, and some numbers are twice as large as others. */
function hasDecades(panel) {
  const values = finiteOf(panel);
  const positive = values.filter((value) => value > 0);
  return values.every((value) => value >= 0) && positive.length > 1 && Math.max(...positive) > 2 * Math.min(...positive);
}

function layOut(panel, room, isLog) {
  const width = Math.min(room, 860);
  const finite = finiteOf(panel);
  const values = isLog ? finite.filter((value) => value > 0) : finite;
  const ticks = (isLog ? powersOf : ticksOf)(Math.min(...values, Infinity), Math.max(...values, -Infinity));
  const names = namesOf(panel, width);
  const left = Math.ceil(Math.max(...ticks.map((tick) => widthOf(written(tick, ticks, isLog), 11)))) + 10;
  const top = 18 + names.height;
  const points = panel.points.length;
  const wide = width - left - 14;
  return {
    width, left, top, wide, tall: HEIGHT, names, ticks, low: ticks[0], high: ticks.at(-1),
    step: points > 1 ? wide / (points - 1) : 0, height: top + HEIGHT + 26, points, isLog, gaps: finite.length - values.length,
  };
}

/** Place the names of the series in rows above the chart. */
function namesOf(panel, width) {
  let [x, y] = [0, 0];
  const all = Object.keys(panel.series);
  const placed = all.slice(0, MOST_NAMES).map((name, index) => {
    const text = fitted(name, Math.min(220, width - 30), 12);
    const wide = widthOf(text, 12) + 36;
    if (x > 0 && x + wide > width) [x, y] = [0, y + 18];
    const place = { text, x, y, index };
    x += wide;
    return place;
  });
  if (all.length > MOST_NAMES) placed.push({ text: `+ ${all.length - MOST_NAMES}`, x, y, index: null });
  return { placed, height: y + 20 };
}

function paint(pen, panel, layout, theme, { blank = false }) {
  const { left, top, wide, tall, ticks, step, names } = layout;
  const { ink, muted, line } = inks(theme);
  for (const { text, x, y, index } of names.placed) {
    if (index !== null) pen.line(x, y + 8, x + 16, y + 8, { stroke: seriesColour(index, theme), width: 3 });
    pen.text(x + (index === null ? 0 : 21), y + 12, text, { fill: ink });
  }
  pen.text(left, top - 6, panel.axis, { size: 11, fill: muted });
  for (const tick of ticks) {
    const y = yOf(tick, layout);
    pen.line(left, y, left + wide, y, { stroke: tick === 0 ? muted : line });
    pen.text(left - 6, y + 4, written(tick, ticks, layout.isLog), { size: 11, fill: muted, anchor: "end" });
  }
  if (layout.isLog && ticks.length < 6) paintBetween(pen, layout, line);
  paintPoints(pen, panel, layout, muted);
  if (blank) return;
  Object.values(panel.series).forEach((series, index) => {
    const stroke = seriesColour(index, theme);
    let run = [];
    const flush = () => {
      if (run.length > 1) pen.path(run, { stroke, width: 2 });
      else if (run.length === 1) pen.circle(...run[0], 3, { fill: stroke });
      run = [];
    };
    for (let column = 0; column < panel.points.length; column += 1) {
      const y = yOf(at(series, column), layout);
      if (Number.isFinite(y)) run.push([xOf(column, layout), y]);
      else flush();
    }
    const dots = panel.points.length <= 24 ? run.slice() : [];
    flush();
    if (step >= 12) for (const [x, y] of dots) pen.circle(x, y, 2.5, { fill: stroke });
  });
}

/** Draw where 2 to 9 times a power of ten lie, fainter: it is these that say that the axis is logarithmic. */
function paintBetween(pen, layout, stroke) {
  for (const tick of layout.ticks.slice(0, -1)) {
    for (let times = 2; times < 10; times += 1) {
      const y = yOf(times * tick, layout);
      pen.line(layout.left, y, layout.left + layout.wide, y, { stroke, width: 0.4 });
    }
  }
}

/** Name as many points as have room, the last one always. */
function paintPoints(pen, panel, layout, fill) {
  const { left, top, wide, tall, step } = layout;
  const widest = Math.max(...panel.points.slice(0, 400).map((point) => Math.min(110, widthOf(point, 11))), 20) + 14;
  const every = Math.max(1, Math.ceil(widest / (step || widest)));
  for (let index = 0; index < panel.points.length; index += every) {
    const text = fitted(panel.points[index], 110, 11);
    const half = widthOf(text, 11) / 2;
    const x = Math.max(half, Math.min(left + wide + 12 - half, xOf(index, layout)));
    pen.text(x, top + tall + 18, text, { size: 11, fill, anchor: "middle" });
  }
}

const xOf = (column, { left, wide, step, points }) => (points === 1 ? left + wide / 2 : left + column * step);

/** Return how far down a number is drawn; NaN for one that a logarithmic axis has no place for. */
function yOf(value, { top, tall, low, high, isLog }) {
  if (!isLog) return top + tall - ((value - low) / (high - low)) * tall;
  return value > 0 ? top + tall - (Math.log(value / low) / Math.log(high / low)) * tall : NaN;
}

/** Return powers of ten that enclose a range of positive numbers, each, or every second, every third … */
function powersOf(low, high) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [1, 10];
  // A power of ten is its own: its logarithm may miss a whole number by a rounding.
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  const step = Math.ceil((last - first) / MOST_DECADES);
  const count = Math.ceil((last - first) / step);
  return Array.from({ length: count + 1 }, (_, index) => 10 ** (first + index * step));
}

/** Return round numbers that enclose a range. */
export function ticksOf(low, high, count = 5) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low === high) [low, high] = low === 0 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * power >= rough * 0.999) * power;
  const ticks = [];
  const first = Math.floor(low / step + 1e-9);
  for (let index = first; index * step < high + step * 0.999; index += 1) ticks.push(index * step);
  return ticks;
}

/** Write a number of an axis in as many digits as tell it from the next. */
export function written(tick, ticks, isLog) {
  if (isLog) {
    const power = Math.round(Math.log10(tick));
    return `10${power < 0 ? "⁻" : ""}${Array.from(String(Math.abs(power)), (digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;
  }
  const step = ticks[1] - ticks[0];
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  if (Math.abs(ticks.at(-1)) >= 1e5 || digits > 5) return tick === 0 ? "0" : tick.toExponential(1).replace("-", "−");
  return tick.toFixed(digits).replace("-", "−");
}
