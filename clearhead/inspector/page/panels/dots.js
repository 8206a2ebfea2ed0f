/** Numbers measured several times: a row of dots for each thing measured, a bar at the mean, far ones at the edge. */

import { inks, seriesColour } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { largestOf, smallestOf, ticksIn } from "./_axes.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { grouped, number, precise, say } from "./_words.js";

const [WIDEST, NARROW] = [860, 480];
const [SMALL, LABEL] = [11, 13];
/** Room for triangles between the numbers drawn to scale and the edge. */
const EDGE = 22;
const REACH = 16;
const MOST_READ = 12;

/** Draw a panel of dots into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let layout = null;
  const own = frame(element, panel, options, { redraw, picture });
  own.body.append(stage);
  cursor(canvas, { size, locate, hover, pick, next });
  update(panel, options);

  function update(now, told = options) {
    [panel, options] = [now, told];
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function redraw() {
    layout = layOut(panel, own.room());
    paint(canvasPen(sized(canvas, layout.width, layout.height)), panel, layout, own.theme, options);
    own.state.geometry = { ...layout, theme: own.theme };
    own.say(saidBelow());
    const means = layout.rows.slice(0, MOST_READ).map(({ label, mean }) => `${label} ${number(mean)}`);
    canvas.setAttribute("aria-label", `${panel.title}. ${panel.axis}: ${means.join(", ")}. ${say(options, "panel.keys")}`);
    mark(null);
  }

  function saidBelow() {
    if (!layout.rows.length) return say(options, "panel.empty");
    const hasFar = layout.rows.some(({ marks }) => marks.some(({ side }) => side));
    return hasFar && !options.blank ? say(options, "dots.far") : "";
  }

  function picture() {
    const shown = layOut(panel, Math.max(560, own.room()));
    return { ...shown, paint: (pen, theme) => paint(pen, panel, shown, theme, options) };
  }

  function size() {
    return { rows: layout.rows.length, columns: Math.max(0, ...layout.rows.map(({ marks }) => marks.length)) };
  }

  /** Go along a row, or to what lies nearest above or below. */
  function next(cell, down, right) {
    const { row, column } = within(cell);
    if (!down) return within({ row, column: column + right });
    const other = Math.max(0, Math.min(layout.rows.length - 1, row + down));
    const { marks } = layout.rows[row];
    return within({ row: other, column: marks.length ? nearest(layout.rows[other].marks, marks[column].x, null).column : 0 });
  }

  function within({ row, column }) {
    return { row, column: Math.max(0, Math.min(layout.rows[row].marks.length - 1, column)) };
  }

  /** Return the dot that is pointed at; where none is near, the mean of the row. */
  function locate(x, y) {
    const row = layout.rows.findIndex((each) => y >= each.from && y < each.to);
    if (row < 0) return null;
    const { marks } = layout.rows[row];
    const { column, away } = nearest(marks, x, y);
    const mean = marks.findIndex(({ isMean }) => isMean);
    return { row, column: away > REACH && mean >= 0 ? mean : column };
  }

  function place(cell) {
    const { row, column } = within(cell);
    const { label, marks, count } = layout.rows[row];
    const { value, index, isMean, side, said } = marks[column];
    const told = isMean && count > 1 ? say(options, "dots.mean", { count: grouped(count) }) : "";
    const away = side ? say(options, "dots.away") : "";
    return { row, column, index, value, shown: value, label, isMean, said: [told, said, away].filter(Boolean) };
  }

  function hover(cell) {
    const isThere = cell && !options.blank && layout.rows[cell.row].marks.length > 0;
    own.state.hovered = isThere ? place(cell) : null;
    mark(own.state.hovered);
    if (!own.state.hovered) return tip(own, null, null);
    const { row, column, value, label, said } = own.state.hovered;
    const { x, y } = layout.rows[row].marks[column];
    tip(own, { x, y }, [precise(value, 7), label, ...said]);
    own.readout.textContent = [`${label}: ${precise(value, 7)}`, ...said].join("; ");
    return undefined;
  }

  function pick(cell) {
    if (options.blank || !layout.rows[cell.row].marks.length) return;
    own.state.picked = place(cell);
    options.onPick?.({ panel: panel.name, ...own.state.picked });
  }

  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    if (!cell) return;
    const row = layout.rows[cell.row];
    paintMark(pen, row, { ...row.marks[cell.column], isPointed: true }, layout, own.theme);
  }

  return { update, destroy: own.destroy };
}

/**
 * Return the range that is drawn to scale; as `Dots.span` of clearhead/panels/dots.py, which says what an outlier is.
 *
 * `rows` are arrays of numbers, of which those that are not finite are left out.
 */
export function spanOf(rows) {
  const numbers = rows.flatMap((row) => Array.from(row)).filter(Number.isFinite).sort((one, other) => one - other);
  if (!numbers.length) return [0, 1];
  const [low, high] = [quantile(numbers, 0.25), quantile(numbers, 0.75)];
  const reach = 3 * (high - low) || Infinity;
  const kept = numbers.filter((value) => value >= low - reach && value <= high + reach);
  return [kept[0], kept.at(-1)];
}

/** Return a quantile of sorted numbers by the arithmetic of numpy, so that both draw the same range. */
function quantile(numbers, share) {
  const place = (numbers.length - 1) * share;
  const [below, above] = [numbers[Math.floor(place)], numbers[Math.min(numbers.length - 1, Math.floor(place) + 1)]];
  const part = place - Math.floor(place);
  return part < 0.5 ? below + (above - below) * part : above - (above - below) * (1 - part);
}

function nearest(marks, x, y) {
  let best = { column: 0, away: Infinity };
  marks.forEach((each, column) => {
    const away = Math.hypot(each.x - x, y === null || each.isMean ? 0 : each.y - y);
    if (away < best.away) best = { column, away };
  });
  return best;
}

function layOut(panel, room) {
  const width = Math.min(room, WIDEST);
  const isStacked = width < NARROW; // each label above its dots
  const means = panel.values.map(({ data }) => data.reduce((sum, value) => sum + value, 0) / data.length);
  const numbers = Math.max(0, ...means.map((mean) => widthOf(number(mean), LABEL, 600)));
  const longest = Math.max(0, ...panel.labels.map((label) => widthOf(label, LABEL)));
  const left = isStacked ? 0 : Math.ceil(Math.min(longest, width * 0.36)) + 12;
  const wide = width - left - (isStacked ? 0 : Math.ceil(numbers) + 14);
  const span = spanOf(panel.values.map(({ data }) => data));
  const [low, high] = span[0] < span[1] ? span : around(span[0]);
  const tall = isStacked ? 50 : 38;
  const layout = { width, left, wide, numbers, isStacked, low, high, span, tall };
  const perPixel = (high - low) / (wide - 2 * EDGE);
  layout.ticks = ticksIn(low - EDGE * perPixel, high + EDGE * perPixel, Math.max(2, Math.min(8, Math.floor(wide / 80))));
  const numOwn = panel.labels.length - panel.num_beside;
  layout.gap = panel.num_beside && numOwn ? 12 : 0;
  layout.rows = panel.labels.map((label, index) => {
    const isBeside = index >= numOwn;
    const from = 4 + index * tall + (isBeside ? layout.gap : 0);
    const row = { label, index, mean: means[index], count: panel.values[index].data.length, isBeside, from, to: from + tall };
    row.middle = from + (isStacked ? 33 : tall / 2);
    row.reach = isStacked ? 13 : 15; // how far up and down there is room for dots
    row.marks = marksOf(panel, row, layout);
    return row;
  });
  layout.bottom = 4 + panel.labels.length * tall + layout.gap;
  return { ...layout, height: layout.bottom + 40 };
}

/** Return a range around a single number. */
const around = (value) => [value - (Math.abs(value) * 0.05 || 1), value + (Math.abs(value) * 0.05 || 1)];

const xOf = (value, { left, wide, low, high }) => left + EDGE + ((value - low) / (high - low)) * (wide - 2 * EDGE);

/** Place the dots of a row, from the smallest number to the largest, and its mean where that says more than they do. */
function marksOf(panel, row, layout) {
  const { data } = panel.values[row.index];
  const said = panel.said[row.index] ?? [];
  const sideOf = (value) => (value < layout.low ? -1 : value > layout.high ? 1 : 0);
  const placed = (value, more) => {
    const side = sideOf(value);
    const edge = more.isMean && !row.isBeside ? EDGE - 2 : 8; // a mean is not hidden by the dot that took it there
    const x = side ? (side < 0 ? layout.left + edge : layout.left + layout.wide - edge) : xOf(value, layout);
    return { value, side, x, y: row.middle, isMean: false, said: "", ...more };
  };
  const isSingle = data.length === 1;
  const all = Array.from(data, (value, index) => placed(value, { index, said: said[index] ?? "" }));
  const dots = all.filter(({ value }) => Number.isFinite(value)).sort((one, other) => one.value - other.value);
  const mean = Number.isFinite(row.mean) ? [placed(row.mean, { index: null, isMean: true, said: row.isBeside && isSingle ? said[0] ?? "" : "" })] : [];
  if (row.isBeside) return mean;
  row.radius = dots.length > 150 ? 2.5 : dots.length > 40 ? 3.5 : 5;
  apart(dots, row);
  return isSingle ? dots : [...dots, ...mean];
}

/** Shift the dots of a row up and down, so that each is as far from those before it as there is room for. */
function apart(dots, { middle, reach, radius }) {
  const most = Math.max(0, Math.floor((reach - radius) / (radius / 2)));
  const shifts = Array.from({ length: 2 * most + 1 }, (_, index) => (index % 2 ? -1 : 1) * Math.ceil(index / 2) * (radius / 2));
  dots.forEach((dot, index) => {
    const near = [];
    for (let before = index - 1; before >= 0 && dot.x - dots[before].x < 2 * radius + 1; before -= 1) near.push(dots[before]);
    let widest = -1;
    for (const shift of shifts) {
      const free = Math.min(2 * radius + 1, ...near.map((other) => Math.hypot(other.x - dot.x, other.y - middle - shift)));
      if (free > widest + 1e-9) [widest, dot.y] = [free, middle + shift];
    }
  });
}

function paint(pen, panel, layout, theme, { blank = false }) {
  const { left, wide, width, rows, ticks, bottom, isStacked, numbers, gap } = layout;
  const { ink, muted, line } = inks(theme);
  for (const { value, text } of ticks) {
    const x = xOf(value, layout);
    pen.line(x, 4, x, bottom, { stroke: line, width: 0.8 });
    const half = widthOf(text, SMALL) / 2;
    pen.text(Math.max(half, Math.min(width - half, x)), bottom + 15, text, { size: SMALL, fill: muted, anchor: "middle" });
  }
  pen.text(left + wide, bottom + 33, fitted(`${panel.axis} →`, left + wide, SMALL), { size: SMALL, fill: muted, anchor: "end" });
  const firstBeside = rows.find(({ isBeside }) => isBeside);
  if (gap) pen.line(0, firstBeside.from - gap / 2, width, firstBeside.from - gap / 2, { stroke: line });
  for (const row of rows) {
    const fill = row.isBeside ? muted : ink;
    const base = isStacked ? row.from + 13 : row.middle + 4.5;
    if (isStacked) pen.text(0, base, fitted(row.label, width - numbers - 12, LABEL), { size: LABEL, fill });
    else pen.text(left - 12, base, fitted(row.label, left - 12, LABEL), { size: LABEL, fill, anchor: "end" });
    pen.line(left, row.middle, left + wide, row.middle, { stroke: line });
    if (blank) continue;
    pen.text(width, base, number(row.mean), { size: LABEL, weight: row.isBeside ? 400 : 600, fill, anchor: "end" });
    for (const mark of [...row.marks].reverse()) paintMark(pen, row, mark, layout, theme); // the mean lies below
    paintFar(pen, row, muted);
  }
}

function paintMark(pen, row, { x, y, side, isMean, isPointed }, { isStacked }, theme) {
  const { ink, muted, card } = inks(theme);
  const own = seriesColour(row.index, theme);
  const stroke = row.isBeside ? muted : isMean ? ink : own;
  const high = isStacked ? 12 : 15;
  if (side) {
    const [tipX, back] = [x + side * 7, x - side * 5];
    const fill = isPointed || isMean ? stroke : undefined;
    pen.path([[tipX, y], [back, y - 6], [back, y + 6], [tipX, y], [back, y - 6]], { stroke, fill, width: 1.8 });
  } else if (isMean) {
    const width = isPointed ? 6 : row.isBeside ? 3 : 3.5;
    pen.rect(x - width / 2, row.middle - high, width, 2 * high, { fill: stroke, radius: 1 });
  } else if (isPointed) pen.circle(x, y, row.radius + 1.5, { fill: stroke, stroke: card, width: 1.5 });
  else pen.circle(x, y, row.radius, { stroke, width: row.radius > 3 ? 2 : 1.4 });
}

/** Write the number of a triangle beside it, where it is the only one at its edge. */
function paintFar(pen, { marks, middle }, fill) {
  for (const side of [-1, 1]) {
    const far = marks.filter((mark) => mark.side === side && !mark.isMean);
    if (far.length !== 1) continue;
    const text = number(far[0].value);
    const x = far[0].x - side * (marks.some((mark) => mark.side === side && mark.isMean) ? 26 : 12);
    const free = Math.min(...marks.filter((mark) => !mark.side).map((mark) => Math.abs(mark.x - x)));
    if (free > widthOf(text, SMALL) + 8) pen.text(x, middle - 5, text, { size: SMALL, fill, anchor: side < 0 ? "start" : "end" });
  }
}
