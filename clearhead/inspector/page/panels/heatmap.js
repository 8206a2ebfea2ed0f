/** A matrix as coloured cells: crosshair, numbers under the pointer, every number exact when someone looks at it. */

import { at, largest } from "../../../web/page/arrays.js";
import { hueOf, inks } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { glimpse } from "../check.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { layOutPlane, paintOver, paintPlane } from "./_plane.js";
import { boxOf, cellOf, layOut, levelsOf, paint, pooled } from "./_grid.js";
import { make } from "../../../web/page/dom.js";
import { axis, grouped, number, precise, say } from "./_words.js";

/** Draw a heatmap panel into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  const exactRows = new Map();
  let [hue, most, levels, layout, spots] = ["share", 0, null, null, null];

  const own = frame(element, panel, options, { redraw, picture, checked });
  own.body.append(stage);
  cursor(canvas, { size: () => ({ rows: layout.rows, columns: layout.columns }), locate, hover, pick });
  update(panel, options);

  function update(next, now = options) {
    [panel, options] = [next, now];
    exactRows.clear();
    hue = hueOf(panel);
    most = panel.most ?? largest(panel.values, panel.middle);
    levels = levelsOf(panel.values, hue, most, panel.middle);
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function redraw() {
    if (levels === null) return;
    layout = laidOut(own.room());
    spots = pooled(levels, layout.rows, layout.columns, layout.down, layout.across, hue);
    painted(canvasPen(sized(canvas, layout.width, layout.height)), layout, spots, own.theme);
    const { down, across } = layout;
    own.state.geometry = { ...layout, most, theme: own.theme };
    canvas.setAttribute("aria-label", `${panel.title}. ${summary()} ${say(options, "panel.keys")}`);
    own.say(down * across > 1 ? poolingNote() : "");
    mark(null);
  }

  function picture() {
    const shown = laidOut(Math.max(own.room(), 640));
    const cells = pooled(levels, shown.rows, shown.columns, shown.down, shown.across, hue);
    return { ...shown, paint: (pen, theme) => painted(pen, shown, cells, theme) };
  }

  function laidOut(room) {
    return (panel.is_plane ? layOutPlane : layOut)(panel, room, hue);
  }

  function painted(pen, shown, cells, theme) {
    if (panel.is_plane) paintPlane(pen, panel, shown, cells, most, theme, options);
    else {
      paint(pen, panel, shown, cells, most, theme, options);
      if (!options.blank) paintOver(pen, panel, shown, theme);
    }
  }

  function summary() {
    const finite = panel.values.codes
      ? [panel.values.scale.low, panel.values.scale.high]
      : panel.values.data.reduce(([low, high], value) => (
        Number.isFinite(value) ? [Math.min(low, value), Math.max(high, value)] : [low, high]), [Infinity, -Infinity]);
    const [low, high] = finite.map(number);
    const [row_axis, column_axis] = [panel.row_axis, panel.column_axis].map((name) => axis(options, name));
    return say(options, "panel.grid", { rows: layout.rows, columns: layout.columns, row_axis, column_axis, low, high });
  }

  function poolingNote() {
    const { rows, columns, down, across } = layout;
    return say(options, "panel.pooled", { rows: grouped(rows), columns: grouped(columns), down, across });
  }

  function locate(x, y) {
    const { left, top, cellWidth, cellHeight, tall, wide } = layout;
    const spot = { row: Math.floor((y - top) / cellHeight), column: Math.floor((x - left) / cellWidth) };
    const isInside = spot.row >= 0 && spot.row < tall && spot.column >= 0 && spot.column < wide;
    return isInside ? cellOf(spot, panel, layout, levels) : null;
  }

  function place(cell) {
    const exact = exactRows.get(cell.row);
    const value = exact ? exact[cell.column] : at(panel.values, cell.row * layout.columns + cell.column);
    const [down, right] = [panel.row_axis, panel.column_axis].map((name) => axis(options, name));
    const label = `${down} ${panel.rows[cell.row]} → ${right} ${panel.columns[cell.column]}`;
    return { ...cell, value, shown: value, exact: Boolean(exact) || panel.values.exact, label };
  }

  function hover(cell) {
    own.state.hovered = cell && !options.blank ? place(cell) : null;
    mark(cell);
    if (!own.state.hovered) return tip(own, null, null);
    tell(cell);
    fetchExact(cell);
    return undefined;
  }

  function tell(cell) {
    const { value, exact, label } = own.state.hovered;
    const told = Number.isFinite(value) ? `${exact ? "" : "≈ "}${precise(value, exact ? 7 : 3)}` : say(options, "panel.nothing");
    const lines = [told, label];
    if (panel.check && Number.isFinite(value)) lines.push(glimpse(panel.check, cell));
    const box = boxOf(cell, layout);
    tip(own, { x: canvas.offsetLeft + box.x + box.width / 2, y: canvas.offsetTop + box.y }, lines);
    own.readout.textContent = `${label}: ${told}`;
  }

  async function fetchExact(cell) {
    if (panel.values.exact || !options.exactRow || exactRows.has(cell.row)) return;
    const asked = panel;
    const row = await options.exactRow(cell.row);
    if (asked !== panel || !row) return;
    exactRows.set(cell.row, row);
    if (own.state.hovered?.row === cell.row) {
      const now = { row: cell.row, column: own.state.hovered.column };
      own.state.hovered = place(now);
      tell(now);
    }
  }

  function pick(cell, how) {
    if (options.blank) return;
    own.state.picked = place(cell);
    mark(cell);
    options.onPick?.({ panel: panel.name, ...own.state.picked });
    if (panel.check && (how === "key" || !own.check.hidden || own.state.check)) own.check(own.state.picked);
  }

  function checked() {
    let best = 0;
    const { data } = panel.values;
    for (let i = 1; i < data.length; i += 1) if (!(Math.abs(data[i]) <= Math.abs(data[best])) && Number.isFinite(data[i])) best = i;
    const cell = { row: Math.floor(best / layout.columns), column: best % layout.columns };
    own.state.picked = place(cell);
    mark(null);
    return own.state.picked;
  }

  /** Draw row, column and cell under the cursor, and the picked cell, over the picture. */
  function mark(cell) {
    const context = sized(over, layout.width, layout.height);
    const pen = canvasPen(context);
    const { accent, ink, card } = inks(own.theme);
    const { left, top, gridWidth, gridHeight } = layout;
    if (own.state.picked) {
      const box = boxOf(own.state.picked, layout);
      pen.rect(box.x, box.y, box.width, box.height, { stroke: ink, width: 2 });
    }
    if (!cell) return;
    const box = boxOf(cell, layout);
    pen.rect(left, box.y, gridWidth, box.height, { stroke: accent });
    pen.rect(box.x, top, box.width, gridHeight, { stroke: accent });
    pen.rect(box.x, box.y, box.width, box.height, { stroke: accent, width: 2 });
    const row = fitted(panel.rows[cell.row], left - 6, 11, 600);
    pen.rect(0, box.y + box.height / 2 - 8, left - 1, 16, { fill: card });
    pen.text(left - 6, box.y + box.height / 2 + 4, row, { size: 11, weight: 600, fill: ink, anchor: "end" });
    const head = fitted(panel.columns[cell.column], 160, 11, 600);
    const wide = widthOf(head, 11, 600) + 6;
    const x = Math.max(0, Math.min(layout.width - wide, box.x + box.width / 2 - wide / 2));
    pen.rect(x, top - 18, wide, 16, { fill: card });
    pen.text(x + 3, top - 6, head, { size: 11, weight: 600, fill: ink });
  }

  return { update, destroy: own.destroy };
}
