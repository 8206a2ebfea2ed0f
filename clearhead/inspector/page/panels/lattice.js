/** A search through columns of choices: boxes in the colour of their scores, the best way to each, and the way taken. */

import { at, largest } from "../../../web/page/arrays.js";
import { colourOf, inkOn, inks, css, level } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { axis, grouped, precise, say, short } from "./_words.js";

const HUE = "signed";
const MOST_COLUMNS = 120;
const [BOX, SMALLEST, LEAD, NARROWEST, WIDEST] = [52, 44, 34, 34, 84];
const [LABEL, BRACKET] = [12, 26];

/** Draw a panel of a lattice into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  const scroll = make("div", { className: "panel-scroll" }, [stage]);
  stage.style.maxWidth = "none";
  let layout = null;
  const own = frame(element, panel, options, { redraw, picture });
  own.body.append(scroll);
  cursor(canvas, { size: () => ({ rows: layout.rows, columns: layout.columns }), locate, hover, pick });
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
    const taken = panel.path.map((row, column) => `${panel.columns[column]} ${panel.rows[row]}`).join(", ");
    canvas.setAttribute("aria-label", `${panel.title}. ${taken}. ${say(options, "panel.keys")}`);
    const count = grouped(panel.columns.length);
    own.say(layout.columns < panel.columns.length ? say(options, "lattice.more", { shown: layout.columns, count }) : "");
    mark(null);
  }

  function picture() {
    return { ...layout, paint: (pen, theme) => paint(pen, panel, layout, theme, options) };
  }

  function locate(x, y) {
    const { left, top, step, high, rows, columns } = layout;
    const cell = { row: Math.floor((y - top) / high), column: Math.floor((x - left) / step) };
    const isInside = cell.row >= 0 && cell.row < rows && cell.column >= 0 && cell.column < columns;
    return isInside && x - left - cell.column * step <= layout.box ? cell : null;
  }

  function place({ row, column }) {
    const value = at(panel.values, row * panel.columns.length + column);
    const label = `${axis(options, panel.column_axis)} ${panel.columns[column]} → ${axis(options, panel.row_axis)} ${panel.rows[row]}`;
    return { row, column, value, shown: value, label };
  }

  function hover(cell) {
    own.state.hovered = cell && !options.blank ? place(cell) : null;
    mark(own.state.hovered && cell);
    if (!own.state.hovered) return tip(own, null, null);
    const { value, label } = own.state.hovered;
    const told = Number.isFinite(value) ? precise(value, 7) : say(options, "panel.nothing");
    const lines = [told, label, ...wayTo(cell)];
    const box = boxOf(cell, layout);
    tip(own, { x: box.x + layout.box / 2 - scroll.scrollLeft, y: box.y }, lines);
    own.readout.textContent = `${label}: ${told}`;
    return undefined;
  }

  /** Say how a box is best reached, and whether the way that was taken goes through it. */
  function wayTo({ row, column }) {
    const lines = [];
    if (panel.came_from && column > 0) {
      const before = at(panel.came_from, row * panel.columns.length + column);
      lines.push(before < 0 ? say(options, "lattice.nowhere") : say(options, "lattice.from", { before: panel.rows[before] }));
    }
    if (panel.path[column] === row) {
      const step = panel.steps ? say(options, "lattice.step", { score: precise(at(panel.steps, column), 6) }) : "";
      lines.push([say(options, "lattice.taken"), step].filter(Boolean).join(", "));
    }
    return lines;
  }

  function pick(cell) {
    if (options.blank) return;
    own.state.picked = { ...place(cell), opens: panel.came_from ? { token: cell.column } : {} };
    options.onPick?.({ panel: panel.name, ...own.state.picked });
  }

  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    if (!cell) return;
    const box = boxOf(cell, layout);
    pen.rect(box.x - 1, box.y - 1, layout.box + 2, layout.tall + 2, { stroke: inks(own.theme).accent, width: 2, radius: 5 });
  }

  return { update, destroy: own.destroy };
}

const boxOf = ({ row, column }, { left, top, step, high }) => ({ x: left + column * step, y: top + row * high });

/** Decide how far apart the columns stand: as far as there is room, within bounds; a long sentence is scrolled. */
function layOut(panel, room) {
  const [rows, columns] = [panel.rows.length, Math.min(MOST_COLUMNS, panel.columns.length)];
  const labels = Math.ceil(Math.min(130, Math.max(0, ...panel.rows.map((label) => widthOf(label, LABEL)))));
  const left = labels + 8 + LEAD;
  const space = room - left - 4;
  const box = Math.max(SMALLEST, Math.min(BOX, Math.floor((space - (columns - 1) * NARROWEST) / columns)));
  const gap = columns > 1 ? (space - columns * box) / (columns - 1) : 0;
  const step = box + Math.max(NARROWEST, Math.min(WIDEST, Math.floor(gap)));
  const tall = rows <= 12 ? 28 : rows <= 24 ? 22 : 16;
  const high = tall + (rows <= 12 ? 10 : 5);
  const top = 42 + (panel.brackets.length ? BRACKET : 0);
  const width = left + (columns - 1) * step + box + 4;
  return { rows, columns, labels, left, top, step, tall, high, box, width, height: top + rows * high + 2 };
}

function paint(pen, panel, layout, theme, options) {
  const { rows, columns, left, top, tall, labels, high, step, box } = layout;
  const { ink, muted, line } = inks(theme);
  pen.text(0, 12, `${axis(options, panel.row_axis)} ↓   ${axis(options, panel.column_axis)} →`, { size: 11, fill: muted });
  for (let row = 0; row < rows; row += 1) {
    const text = fitted(panel.rows[row], labels, LABEL);
    pen.text(labels, top + row * high + tall / 2 + 4, text, { size: LABEL, fill: muted, anchor: "end" });
  }
  for (let column = 0; column < columns; column += 1) {
    const text = fitted(panel.columns[column], step - 6, 13, 600);
    pen.text(left + column * step + box / 2, 34, text, { size: 13, weight: 600, fill: ink, anchor: "middle" });
  }
  if (!options.blank) {
    paintBrackets(pen, panel, layout, theme);
    paintWays(pen, panel, layout, theme);
  }
  paintBoxes(pen, panel, layout, theme, options.blank ? line : null);
  if (!options.blank) paintPath(pen, panel, layout, theme);
}

/** Join, below the words, those that are one thing. */
function paintBrackets(pen, panel, { left, step, columns, box }, theme) {
  const { accent } = inks(theme);
  for (const { first, last, label } of panel.brackets) {
    if (first >= columns) continue;
    const [from, to] = [left + first * step - 2, left + Math.min(last, columns - 1) * step + box + 2];
    pen.path([[from, 40], [from, 46], [to, 46], [to, 40]], { stroke: accent, width: 1.5 });
    const text = fitted(label, Math.max(to - from, step - 4), LABEL, 600);
    pen.text((from + to) / 2, 60, text, { size: LABEL, weight: 600, fill: accent, anchor: "middle" });
  }
}

/** Draw the best way to each box, thin. */
function paintWays(pen, panel, layout, theme) {
  if (!panel.came_from) return;
  const { muted } = inks(theme);
  for (let column = 1; column < layout.columns; column += 1) {
    for (let row = 0; row < layout.rows; row += 1) {
      const before = at(panel.came_from, row * panel.columns.length + column);
      if (before >= 0) pen.line(...ends(before, row, column, layout), { stroke: muted, width: 0.8 });
    }
  }
}

function paintBoxes(pen, panel, layout, theme, outline) {
  const most = largest(panel.values);
  for (let row = 0; row < layout.rows; row += 1) {
    for (let column = 0; column < layout.columns; column += 1) {
      const { x, y } = boxOf({ row, column }, layout);
      if (outline) {
        pen.rect(x, y, layout.box, layout.tall, { stroke: outline, radius: 4 });
        continue;
      }
      const value = at(panel.values, row * panel.columns.length + column);
      const colour = colourOf(level(value, HUE, most), HUE, theme);
      pen.rect(x, y, layout.box, layout.tall, { fill: css(colour), radius: 4 });
      const text = { size: layout.tall >= 22 ? 12 : 10, fill: inkOn(colour), anchor: "middle" };
      pen.text(x + layout.box / 2, y + layout.tall / 2 + 4, short(value), text);
    }
  }
}

/** Draw the way that was taken, thick, with what each step scores. */
function paintPath(pen, panel, layout, theme) {
  const { accent, ink, card } = inks(theme);
  const path = panel.path.slice(0, layout.columns);
  const told = [];
  path.forEach((row, column) => {
    const [x1, y1, x2, y2] = column ? ends(path[column - 1], row, column, layout) : entry(row, layout);
    if (column || panel.steps) pen.line(x1, y1, x2, y2, { stroke: accent, width: 3 });
    const box = boxOf({ row, column }, layout);
    pen.rect(box.x, box.y, layout.box, layout.tall, { stroke: accent, width: 3, radius: 4 });
    if (panel.steps) told.push([(x1 + x2) / 2, (y1 + y2) / 2 - 5, short(at(panel.steps, column))]);
  });
  for (const [x, y, text] of told) pen.text(x, y, text, { size: 11, weight: 600, fill: ink, halo: card, anchor: "middle" });
}

/** Return the two ends of the line from a box to one of the next column. */
function ends(before, row, column, { left, top, step, tall, high, box }) {
  const middle = (index) => top + index * high + tall / 2;
  return [left + (column - 1) * step + box, middle(before), left + column * step, middle(row)];
}

const entry = (row, { left, top, tall, high }) => [left - LEAD + 4, top + row * high + tall / 2, left, top + row * high + tall / 2];
