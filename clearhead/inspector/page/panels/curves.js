/** Curves over numbers, each with points of its own, and levels to compare them with. */

import { inks, seriesColour, seriesDash } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { hasDecades, heightOf, largestOf, logButton, namesOf, paintHeights, paintNames, powersOf, smallestOf, ticksIn, ticksOf, written } from "./_axes.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { grouped, number, precise, say } from "./_words.js";

const [WIDEST, HEIGHT, NARROW] = [860, 280, 520];
const [SMALL, LEVEL_GAP, DOT_ROOM] = [11, 15, 12];
const LEVEL_DASH = [6, 4];
const MOST_READ = 8;

/** Draw a panel of curves into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let [layout, turned] = [null, options.turned]; // turned: what the reader chose for the axis ("log", "linear"), if anything
  const own = frame(element, panel, options, { redraw, picture, tools });
  own.body.append(stage);
  cursor(canvas, { size, locate, hover, pick, next });
  update(panel, options);

  function update(now, told = options) {
    [panel, options] = [now, told];
    if (options.onTurn) ({ turned } = options);
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function isLog() {
    return (turned ?? panel.scale) === "log";
  }

  function tools() {
    if (panel.scale !== "log" && !hasDecades(heightsOf(panel))) return [];
    return [logButton(options, isLog, () => {
      const scale = isLog() ? "linear" : "log";
      turned = scale === panel.scale ? null : scale;
      redraw();
      options.onTurn?.(turned);
    })];
  }

  function redraw() {
    layout = layOut(panel, own.room(), isLog());
    paint(canvasPen(sized(canvas, layout.width, layout.height)), panel, layout, own.theme, options);
    own.state.geometry = { ...layout, theme: own.theme };
    const gaps = layout.gaps ? say(options, "lines.gaps", { count: grouped(layout.gaps) }) : "";
    own.say(layout.curves.length ? gaps : [say(options, "panel.empty"), gaps].filter(Boolean).join(" "));
    const last = layout.curves.slice(0, MOST_READ).map(({ name, points }) => `${name} ${number(points.at(-1).value)}`);
    const levels = Object.entries(panel.levels).map(([name, value]) => `${name} ${number(value)}`);
    const told = `${panel.y_axis}, ${panel.x_axis}: ${[...last, ...levels].join(", ")}.`;
    canvas.setAttribute("aria-label", `${panel.title}. ${told} ${say(options, "panel.keys")}`);
    mark(null);
  }

  function picture() {
    const shown = layOut(panel, Math.max(560, own.room()), isLog());
    return { ...shown, paint: (pen, theme) => paint(pen, panel, shown, theme, options) };
  }

  function size() {
    return { rows: layout.curves.length, columns: Math.max(0, ...layout.curves.map(({ points }) => points.length)) };
  }

  /** Go along a curve, or to the place of another that is nearest to the right or left. */
  function next(cell, down, right) {
    const { row, column } = within(cell);
    if (!down) return within({ row, column: column + right });
    const other = Math.max(0, Math.min(layout.curves.length - 1, row + down));
    return { row: other, column: nearest(layout.curves[other].points, ({ x }) => Math.abs(x - layout.curves[row].points[column].x)) };
  }

  function within({ row, column }) {
    return { row, column: Math.max(0, Math.min(layout.curves[row].points.length - 1, column)) };
  }

  function locate(x, y) {
    const { left, top, wide, tall, curves } = layout;
    if (!curves.length || x < left - 12 || x > left + wide + 12 || y < top - 12 || y > top + tall + 12) return null;
    const away = (point) => Math.hypot(point.x - x, point.y - y);
    const columns = curves.map(({ points }) => nearest(points, away));
    const row = nearest(curves, ({ points }, index) => away(points[columns[index]]));
    return { row, column: columns[row] };
  }

  function place(cell) {
    const { row, column } = within(cell);
    const { name, points } = layout.curves[row];
    const { at: across, value, said } = points[column];
    return { row, column, series: name, at: across, value, shown: value, said, label: `${name}, ${panel.x_axis} ${precise(across, 7)}` };
  }

  function hover(cell) {
    own.state.hovered = cell && layout.curves.length && !options.blank ? place(cell) : null;
    mark(own.state.hovered);
    if (!own.state.hovered) return tip(own, null, null);
    const { row, column, series, at: across, value, said } = own.state.hovered;
    const { x, y } = layout.curves[row].points[column];
    const lines = [`${panel.y_axis}: ${precise(value, 7)}`, series, `${panel.x_axis}: ${precise(across, 7)}`, said];
    tip(own, { x, y }, lines.filter(Boolean));
    own.readout.textContent = [`${own.state.hovered.label}: ${precise(value, 7)}`, said].filter(Boolean).join("; ");
    return undefined;
  }

  function pick(cell) {
    if (options.blank || !layout.curves.length) return;
    own.state.picked = place(cell);
    options.onPick?.({ panel: panel.name, ...own.state.picked });
  }

  /** Show the curve that is pointed at above all others, and where its point stands along both axes. */
  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    if (!cell) return;
    const { muted, card } = inks(own.theme);
    const curve = layout.curves[cell.row];
    const { x, y } = curve.points[cell.column];
    const stroke = seriesColour(curve.colour, own.theme);
    for (const run of curve.runs) pen.path(run, { stroke: card, width: 6 });
    paintCurve(pen, curve, stroke, 3.2);
    pen.line(layout.left, y, x, y, { stroke: muted, dash: [3, 3] });
    pen.line(x, y, x, layout.top + layout.tall, { stroke: muted, dash: [3, 3] });
    pen.circle(x, y, 5.5, { fill: stroke, stroke: card, width: 1.5 });
  }

  return { update, destroy: own.destroy };
}

const heightsOf = (panel) => panel.curves.flatMap(({ y }) => Array.from(y.data)).filter(Number.isFinite);

/** Return the index of what is least far away; the first of equals. */
function nearest(all, away) {
  let [best, least] = [0, Infinity];
  all.forEach((each, index) => {
    const far = away(each, index);
    if (far < least) [best, least] = [index, far];
  });
  return best;
}

function layOut(panel, room, isLog) {
  const width = Math.min(room, WIDEST);
  const finite = heightsOf(panel);
  const heights = isLog ? finite.filter((value) => value > 0) : finite;
  const near = nearLevels(panel.levels, heights, isLog);
  const all = [...heights, ...near];
  const ticks = (isLog ? powersOf : ticksOf)(smallestOf(all), largestOf(all));
  const named = Object.keys(panel.levels).length > 0;
  const isBeside = named && width >= NARROW;
  const names = namesOf([...new Set(panel.curves.map(({ name }) => name))], width);
  const left = Math.ceil(Math.max(...ticks.map((tick) => widthOf(written(tick, ticks, isLog), SMALL)))) + 10;
  const levelRoom = isBeside ? Math.min(width * 0.3, widestLevel(panel.levels)) : 0;
  const wide = width - left - (isBeside ? levelRoom + 22 : 14);
  const top = 22 + names.height;
  const layout = {
    width, left, top, wide, tall: HEIGHT, height: top + HEIGHT + 42, names, ticks, low: ticks[0], high: ticks.at(-1), isLog,
    gaps: finite.length - heights.length, isBeside,
  };
  Object.assign(layout, rangeOf(panel, wide));
  layout.curves = placed(panel, layout);
  layout.levels = placeLevels(panel.levels, layout, isBeside ? levelRoom : wide - 12);
  return layout;
}

/** Return the ends of the axis to the right, and the round numbers along it; it begins at 0 where that is near. */
function rangeOf(panel, wide) {
  const all = panel.curves.flatMap(({ x }) => Array.from(x.data)).filter(Number.isFinite);
  let [low, high] = [smallestOf(all), largestOf(all)];
  if (!all.length) [low, high] = [0, 1];
  if (low > 0 && low < high / 3) low = 0;
  if (low === high) [low, high] = low > 0 ? [0, 2 * low] : [low - 1, low + 1];
  return { xLow: low, xHigh: high, xTicks: ticksIn(low, high, Math.max(2, Math.min(8, Math.floor(wide / 80)))) };
}

const xOf = (value, { left, wide, xLow, xHigh }) => left + ((value - xLow) / (xHigh - xLow)) * wide;

/** Return the curves that have points to draw, and how these hang together: `runs` are points without a gap between. */
function placed(panel, layout) {
  const names = [...new Set(panel.curves.map(({ name }) => name))];
  return panel.curves.map((curve) => {
    const [points, runs] = [[], [[]]];
    curve.x.data.forEach((at, index) => {
      const [value, x] = [curve.y.data[index], xOf(at, layout)];
      const y = Number.isFinite(value) ? heightOf(value, layout) : NaN;
      if (!Number.isFinite(x) || !Number.isFinite(y)) runs.push([]);
      else {
        points.push({ x, y, at, value, said: curve.said[index] ?? "" });
        runs.at(-1).push([x, y]);
      }
    });
    return { name: curve.name, colour: names.indexOf(curve.name), points, runs: runs.filter((run) => run.length) };
  }).filter(({ points }) => points.length);
}

/** Return the levels that leave the curves at least a third of the height; the others are named at the edge. */
function nearLevels(levels, heights, isLog) {
  const scaled = (value) => (isLog ? Math.log(value) : value);
  const known = Object.values(levels).filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  const [low, high] = [smallestOf(heights), largestOf(heights)].map(scaled);
  const span = high - low;
  if (!(span > 0)) return known;
  return known.filter((value) => scaled(value) >= low - span && scaled(value) <= high + span);
}

const levelText = (name, value) => `${name} ${number(value)}`;
const widestLevel = (levels) => Math.max(0, ...Object.entries(levels).map(([name, value]) => widthOf(`${levelText(name, value)} ↓`, SMALL)));

/** Place the names of the levels so that none covers another: to the right, or on narrow pages above their lines. */
function placeLevels(levels, layout, room) {
  const { top, tall, low, high, isBeside } = layout;
  const shown = Object.entries(levels).filter(([, value]) => Number.isFinite(value)).map(([name, value]) => {
    const away = value < low ? " ↓" : value > high ? " ↑" : "";
    const end = ` ${number(value)}${away}`;
    const y = away ? (value < low ? top + tall : top) : heightOf(value, layout);
    const text = fitted(name, room - widthOf(end, SMALL), SMALL) + end;
    return { name, value, y, text, isDrawn: !away, base: isBeside ? y + 4 : y - 5 };
  });
  shown.sort((one, other) => one.base - other.base || other.value - one.value);
  shown.forEach((level, index) => {
    if (index) level.base = Math.max(level.base, shown[index - 1].base + LEVEL_GAP);
  });
  let lowest = top + tall + (isBeside ? 4 : -5);
  for (const level of [...shown].reverse()) {
    level.base = Math.min(level.base, lowest);
    lowest = level.base - LEVEL_GAP;
  }
  return shown;
}

function paint(pen, panel, layout, theme, { blank = false }) {
  const { left, top, wide, tall, width, xTicks, names, curves, levels, isBeside } = layout;
  const { muted, card } = inks(theme);
  paintNames(pen, names, theme);
  pen.text(0, top - 11, fitted(`${panel.y_axis} ↑`, width, SMALL), { size: SMALL, fill: muted });
  paintHeights(pen, layout, theme);
  for (const { value, text } of xTicks) {
    const x = xOf(value, layout);
    const half = widthOf(text, SMALL) / 2;
    pen.line(x, top + tall, x, top + tall + 4, { stroke: muted });
    pen.text(Math.max(half, Math.min(width - half, x)), top + tall + 17, text, { size: SMALL, fill: muted, anchor: "middle" });
  }
  pen.text(left + wide, top + tall + 35, fitted(`${panel.x_axis} →`, left + wide, SMALL), { size: SMALL, fill: muted, anchor: "end" });
  if (blank) return;
  for (const { y, isDrawn } of levels) if (isDrawn) pen.line(left, y, left + wide, y, { stroke: muted, width: 1.4, dash: LEVEL_DASH });
  for (const curve of curves) paintCurve(pen, curve, seriesColour(curve.colour, theme), 2);
  for (const { y, base, text, isDrawn } of levels) {
    if (!isBeside) pen.text(left + wide - 4, base, text, { size: SMALL, fill: muted, anchor: "end", halo: card });
    else {
      if (isDrawn) pen.line(left + wide, y, left + wide + 9, base - 4, { stroke: muted, width: 0.8 });
      pen.text(left + wide + 13, base, text, { size: SMALL, fill: muted });
    }
  }
}

/** Paint one curve; its points are dots where there is room between them, or where one stands alone. */
function paintCurve(pen, { colour, points, runs }, stroke, width) {
  const reach = points.at(-1).x - points[0].x;
  const hasRoom = points.length > 1 && reach / (points.length - 1) >= DOT_ROOM;
  for (const run of runs) {
    if (run.length > 1) pen.path(run, { stroke, width, dash: seriesDash(colour) });
    if (run.length > 1 && !hasRoom) continue;
    for (const [x, y] of run) pen.circle(x, y, run.length > 1 ? 2.6 : 3.5, { fill: stroke });
  }
}
