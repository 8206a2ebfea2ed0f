/** Series along an axis, with the numbers of all of them at the point under the cursor. */

import { at } from "../../../web/page/arrays.js";
import { inks, seriesColour, seriesDash } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { hasDecades, heightOf as yOf, largestOf, logButton, namesOf, paintHeights, paintNames, powersOf, smallestOf, ticksOf, written } from "./_axes.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { grouped, number, precise, say } from "./_words.js";

const HEIGHT = 260;
const MOST_TOLD = 12;

/** Draw a panel of lines into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let [layout, turned] = [null, options.turned]; // turned: what the reader chose for the axis ("log", "linear"), if anything
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
    if (options.onTurn) ({ turned } = options);
    own.tell(panel, options);
    redraw();
  }

  function isLog() {
    return (turned ?? panel.scale) === "log";
  }

  function tools() {
    if (panel.scale !== "log" && !hasDecades(finiteOf(panel))) return [];
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
    const lines = names().slice(0, MOST_TOLD).map((name) => `${name}  ${precise(at(panel.series[name], cell.column), 6)}`);
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

function layOut(panel, room, isLog) {
  const width = Math.min(room, 860);
  const finite = finiteOf(panel);
  const values = isLog ? finite.filter((value) => value > 0) : finite;
  const ticks = (isLog ? powersOf : ticksOf)(smallestOf(values), largestOf(values));
  const names = namesOf(Object.keys(panel.series), width);
  const left = Math.ceil(Math.max(...ticks.map((tick) => widthOf(written(tick, ticks, isLog), 11)))) + 10;
  const top = 18 + names.height;
  const points = panel.points.length;
  const wide = width - left - 14;
  return {
    width, left, top, wide, tall: HEIGHT, names, ticks, low: ticks[0], high: ticks.at(-1),
    step: points > 1 ? wide / (points - 1) : 0, height: top + HEIGHT + 26, points, isLog, gaps: finite.length - values.length,
  };
}

function paint(pen, panel, layout, theme, { blank = false }) {
  const { left, top, step, names } = layout;
  const { muted } = inks(theme);
  paintNames(pen, names, theme);
  pen.text(left, top - 6, panel.axis, { size: 11, fill: muted });
  paintHeights(pen, layout, theme);
  paintPoints(pen, panel, layout, muted);
  if (blank) return;
  Object.values(panel.series).forEach((series, index) => {
    const stroke = seriesColour(index, theme);
    let run = [];
    const flush = () => {
      if (run.length > 1) pen.path(run, { stroke, width: 2, dash: seriesDash(index) });
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
