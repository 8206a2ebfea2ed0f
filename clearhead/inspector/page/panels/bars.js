/** One bar for each label, the largest first; what is not drawn is added up in a last line. */

import { at } from "../../../web/page/arrays.js";
import { hueOf, inks, colourOf, css } from "../../../web/page/colours.js";
import { fitted, svgPen, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { glimpse } from "../check.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { grouped, number, precise, say } from "./_words.js";

const ROW = 24;
const TOP = 20;
/** The level of the colour of a bar: strong, but not the strongest. */
export const BAR_LEVEL = 176;

/** Draw a panel of bars into an element. */
export function draw(element, panel, options) {
  const stage = make("div", { className: "panel-stage", role: "img" });
  let [chosen, layout] = [[], null];
  const own = frame(element, panel, options, { redraw, picture, checked: () => (chosen.length ? place(0) : null) });
  own.body.append(stage);
  cursor(stage, { size: () => ({ rows: chosen.length, columns: 1 }), locate, hover, pick });
  update(panel, options);

  function update(next, now = options) {
    [panel, options] = [next, now];
    chosen = largestOf(panel);
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function redraw() {
    layout = layOut(panel, chosen, own.room());
    const pen = svgPen(layout.width, layout.height);
    paint(pen, own.theme, layout);
    stage.innerHTML = pen.svg(panel.title);
    stage.style.width = `${layout.width}px`;
    own.state.geometry = { ...layout, rowHeight: ROW, top: TOP };
    const told = chosen.slice(0, 5).map((index) => `${panel.labels[index]} ${number(at(panel.values, index))}`);
    stage.setAttribute("aria-label", `${panel.title}. ${told.join(", ")}. ${say(options, "panel.keys")}`);
  }

  function picture() {
    const shown = layOut(panel, chosen, Math.max(560, own.room()));
    return { width: shown.width, height: shown.height, paint: (pen, theme) => paint(pen, theme, shown) };
  }

  function paint(pen, theme, { left, room, width, most }) {
    const { ink, muted, line, soft } = inks(theme);
    pen.text(left, 12, panel.axis, { size: 11, fill: muted });
    const fill = css(colourOf(BAR_LEVEL, hueOf(panel), theme));
    chosen.forEach((index, row) => {
      const y = TOP + row * ROW;
      const value = at(panel.values, index);
      if (own.state.picked?.column === index) pen.rect(0, y, width, ROW - 2, { fill: soft, radius: 3 });
      pen.text(left - 8, y + 15, fitted(panel.labels[index], left - 8, 13), { size: 13, fill: ink, anchor: "end" });
      pen.rect(left, y + 3, room, ROW - 8, { fill: soft, radius: 2 });
      if (options.blank) return;
      pen.rect(left, y + 3, most ? Math.max(1, (value / most) * room) : 0, ROW - 8, { fill, radius: 2, data: index });
      pen.text(left + room + 8, y + 15, number(value), { size: 12, fill: ink });
    });
    const rest = restOf(panel, chosen, options);
    if (!rest || options.blank) return;
    const y = TOP + chosen.length * ROW;
    pen.line(left, y + 1, left + room, y + 1, { stroke: line });
    pen.text(left, y + 16, fitted(rest, width - left, 12), { size: 12, fill: muted });
  }

  function locate(x, y) {
    const row = Math.floor((y - TOP) / ROW);
    return row >= 0 && row < chosen.length ? { row, column: 0 } : null;
  }

  function place(row) {
    const index = chosen[row];
    const value = at(panel.values, index);
    return { row: 0, column: index, index, value, shown: value, label: panel.labels[index] };
  }

  function hover(cell) {
    own.state.hovered = cell && !options.blank ? place(cell.row) : null;
    if (!own.state.hovered) return tip(own, null, null);
    const { value, label, column } = own.state.hovered;
    const lines = [precise(value, 7), label];
    if (panel.check) lines.push(glimpse(panel.check, { row: 0, column }));
    tip(own, { x: layout.left + 20, y: stage.offsetTop + TOP + cell.row * ROW }, lines);
    own.readout.textContent = `${label}: ${precise(value, 7)}`;
    return undefined;
  }

  function pick(cell, how) {
    if (options.blank) return;
    own.state.picked = place(cell.row);
    redraw();
    options.onPick?.({ panel: panel.name, ...own.state.picked });
    if (panel.check && (how === "key" || own.state.check)) own.check(own.state.picked);
  }

  return { update, destroy: own.destroy };
}

/** Return the bars that are drawn, largest first; those of length 0 are left out. */
function largestOf(panel) {
  const { data } = panel.values;
  const order = Array.from(data.keys()).sort((first, second) => data[second] - data[first] || first - second);
  return order.slice(0, panel.shown ?? 12).filter((index) => data[index] > 0);
}

function layOut(panel, chosen, room) {
  const longest = Math.max(0, ...chosen.map((index) => widthOf(panel.labels[index], 13)));
  const numbers = Math.max(0, ...chosen.map((index) => widthOf(number(at(panel.values, index)), 12)));
  const width = Math.min(room, 720);
  const left = Math.ceil(Math.min(longest, width * 0.38)) + 8;
  const most = chosen.length ? at(panel.values, chosen[0]) : 0;
  return { width, left, room: width - left - numbers - 10, most, height: TOP + chosen.length * ROW + 24 };
}

function restOf(panel, chosen, options) {
  const left = panel.values.data.length - chosen.length;
  if (left === 0) return "";
  const all = panel.values.data.reduce((sum, value) => sum + value, 0);
  const drawn = chosen.reduce((sum, index) => sum + at(panel.values, index), 0);
  return say(options, "panel.rest", { count: grouped(left), sum: number(Math.max(0, all - drawn)) });
}
