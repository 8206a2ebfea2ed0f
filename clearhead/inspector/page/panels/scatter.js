/** Labelled points in a plane, drawn to one scale both ways, with arrows; a label without room waits for the cursor. */

import { colourOf, css, inks } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { ticksOf } from "./_axes.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { precise, say } from "./_words.js";

const [DOT_LEVEL, FAINT_LEVEL, ARROW_LEVEL] = [190, 80, 40];

/** Draw a panel of points into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let layout = null;
  const own = frame(element, panel, options, { redraw, picture });
  own.body.append(stage);
  cursor(canvas, { size: () => ({ rows: 1, columns: panel.labels.length }), locate, hover, pick });
  update(panel, options);

  function update(next, now = options) {
    [panel, options] = [next, now];
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function redraw() {
    layout = layOut(panel, own.room());
    paint(canvasPen(sized(canvas, layout.width, layout.height)), panel, layout, own.theme, options);
    own.state.geometry = { ...layout, theme: own.theme };
    const told = `${panel.x_axis}; ${panel.y_axis}. ${panel.labels.slice(0, 30).join(", ")}.`;
    canvas.setAttribute("aria-label", `${panel.title}. ${told} ${say(options, "panel.keys")}`);
    mark(null);
  }

  function picture() {
    const shown = layOut(panel, Math.max(640, own.room()));
    return { ...shown, paint: (pen, theme) => paint(pen, panel, shown, theme, options) };
  }

  function locate(x, y) {
    let best = null;
    layout.places.forEach(([px, py], column) => {
      const away = Math.hypot(px - x, py - y);
      if (away < 24 && (best === null || away < best.away)) best = { row: 0, column, away };
    });
    return best && { row: 0, column: best.column };
  }

  function place({ column }) {
    const [x, y] = panel.points.data.subarray(2 * column, 2 * column + 2);
    return { index: column, label: panel.labels[column], x, y };
  }

  function hover(cell) {
    own.state.hovered = cell && !options.blank ? place(cell) : null;
    mark(own.state.hovered && cell);
    if (!own.state.hovered) return tip(own, null, null);
    const { label, x, y } = own.state.hovered;
    const [px, py] = layout.places[cell.column];
    tip(own, { x: px, y: py }, [label, `${precise(x, 5)}, ${precise(y, 5)}`]);
    own.readout.textContent = `${label}: ${precise(x, 5)}, ${precise(y, 5)}`;
    return undefined;
  }

  function pick(cell) {
    if (options.blank) return;
    own.state.picked = place(cell);
    options.onPick?.({ panel: panel.name, ...own.state.picked });
  }

  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    if (!cell) return;
    const [x, y] = layout.places[cell.column];
    pen.circle(x, y, 7, { stroke: inks(own.theme).accent, width: 2 });
  }

  return { update, destroy: own.destroy };
}

/** Find a place for every point, and for as many labels as do not cover one another. */
function layOut(panel, room) {
  const width = Math.min(room, 760);
  const height = Math.round(Math.min(520, Math.max(300, width * 0.66)));
  const { data } = panel.points;
  const columns = [0, 1].map((axis) => data.filter((_, index) => index % 2 === axis));
  const [lows, highs] = [columns.map((axis) => Math.min(...axis, 0)), columns.map((axis) => Math.max(...axis, 0))];
  const edge = { left: 44, right: Math.min(90, width * 0.14), top: 30, bottom: 40 };
  const [wide, tall] = [width - edge.left - edge.right, height - edge.top - edge.bottom];
  const spans = highs.map((high, axis) => high - lows[axis] || 1);
  // One scale for both axes: what looks near is near.
  const scale = Math.min(wide / spans[0], tall / spans[1]);
  const centre = highs.map((high, axis) => (high + lows[axis]) / 2);
  const xOf = (x) => edge.left + wide / 2 + (x - centre[0]) * scale;
  const yOf = (y) => edge.top + tall / 2 - (y - centre[1]) * scale;
  const places = panel.labels.map((_, index) => [xOf(data[2 * index]), yOf(data[2 * index + 1])]);
  const grid = { x: shownTicks(centre[0], wide / scale), y: shownTicks(centre[1], tall / scale) };
  return { width, height, edge, wide, tall, scale, xOf, yOf, places, grid, labels: placeLabels(panel.labels, places, width, height) };
}

function shownTicks(centre, span) {
  const [low, high] = [centre - span / 2, centre + span / 2];
  return ticksOf(low, high, 6).filter((tick) => tick >= low - 1e-9 && tick <= high + 1e-9);
}

/** Try eight places around each point, nearest first; a label that fits nowhere is left out. */
function placeLabels(labels, places, width, height) {
  const taken = places.map(([x, y]) => ({ x: x - 4, y: y - 4, width: 8, height: 8 }));
  return labels.map((label, index) => {
    const text = fitted(label, 140, 12);
    const wide = widthOf(text, 12) + 2;
    const [x, y] = places[index];
    const tries = [[7, -13], [7, 0], [-wide - 7, -13], [-wide - 7, 0], [-wide / 2, -20], [-wide / 2, 7], [10, 8], [-wide - 10, 8]];
    for (const [right, down] of tries) {
      const box = { x: x + right, y: y + down, width: wide, height: 14 };
      const isInside = box.x >= 0 && box.y >= 14 && box.x + wide <= width && box.y + 14 <= height - 22;
      if (!isInside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return { text, x: box.x + 1, y: box.y + 11 };
    }
    return null;
  });
}

const overlap = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width
  && one.y < other.y + other.height && other.y < one.y + one.height;

function paint(pen, panel, layout, theme, { blank = false }) {
  const { width, height, edge, wide, tall, grid, xOf, yOf, places, labels } = layout;
  const { ink, muted, line, card } = inks(theme);
  for (const tick of grid.x) {
    pen.line(xOf(tick), edge.top, xOf(tick), edge.top + tall, { stroke: line, width: tick === 0 ? 1.6 : 0.8 });
    pen.text(xOf(tick), edge.top + tall + 15, precise(tick, 3), { size: 10, fill: muted, anchor: "middle" });
  }
  for (const tick of grid.y) {
    pen.line(edge.left, yOf(tick), edge.left + wide, yOf(tick), { stroke: line, width: tick === 0 ? 1.6 : 0.8 });
    pen.text(edge.left - 6, yOf(tick) + 4, precise(tick, 3), { size: 10, fill: muted, anchor: "end" });
  }
  pen.text(0, 12, fitted(`${panel.y_axis} ↑`, width, 11), { size: 11, fill: muted });
  pen.text(width, height - 6, fitted(`${panel.x_axis} →`, width, 11), { size: 11, fill: muted, anchor: "end" });
  if (blank) return;
  const arrow = css(colourOf(ARROW_LEVEL, "signed", theme));
  for (const [from, to] of panel.arrows ?? []) paintArrow(pen, places[from], places[to], arrow);
  const dot = css(colourOf(DOT_LEVEL, "share", theme));
  const faint = css(colourOf(FAINT_LEVEL, "share", theme));
  const isAround = (index) => index >= places.length - (panel.num_around ?? 0);
  // From the last to the first: what stands around lies below.
  for (const [index, [x, y]] of Array.from(places.entries()).reverse()) pen.circle(x, y, isAround(index) ? 2.5 : 3.5, { fill: isAround(index) ? faint : dot });
  for (const [index, label] of Array.from(labels.entries()).reverse()) {
    if (label) pen.text(label.x, label.y, label.text, { fill: isAround(index) ? muted : ink, halo: card, weight: isAround(index) || !panel.num_around ? 400 : 600 });
  }
}

function paintArrow(pen, [x1, y1], [x2, y2], colour) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < 8) return;
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [tipX, tipY] = [x2 - ux * 6, y2 - uy * 6];
  pen.line(x1 + ux * 6, y1 + uy * 6, tipX - ux * 6, tipY - uy * 6, { stroke: colour, width: 2 });
  const wing = (side) => [tipX - ux * 9 - side * uy * 4.5, tipY - uy * 9 + side * ux * 4.5];
  pen.path([[tipX, tipY], wing(1), wing(-1), [tipX, tipY]], { fill: colour });
}
