/** Many small matrices of one shape side by side, alike in scale; the chosen one opens below as a heatmap. */

import { largest, part } from "../../../web/page/arrays.js";
import { hueOf, inks } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { levelsOf, pooled } from "./_grid.js";
import { strokesOf } from "./_plane.js";
import * as heatmap from "./heatmap.js";
import { say } from "./_words.js";

const [SMALLEST, LARGEST, GAP, CAPTION] = [22, 112, 5, 15];

/** Draw a panel of thumbnails into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let [layout, opened, pictures] = [null, null, null];
  const own = frame(element, panel, options, { redraw, picture });
  own.body.append(stage);
  cursor(canvas, { size: () => ({ rows: layout.down, columns: layout.across }), locate, hover, pick });
  update(panel, options);

  function update(next, now = options) {
    [panel, options] = [next, now];
    pictures = null;
    close();
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    redraw();
  }

  function redraw() {
    const before = layout;
    layout = layOut(panel, own.room());
    const sharpness = window.devicePixelRatio || 1;
    if (!pictures || before?.side !== layout.side) pictures = shrunk(panel, layout.side * sharpness);
    paint(canvasPen(sized(canvas, layout.width, layout.height)), panel, layout, pictures, own.theme, options);
    own.state.geometry = { ...layout, theme: own.theme };
    const [count, rows, columns] = panel.values.shape;
    const told = say(options, "panel.thumbnails", { count, rows, columns });
    canvas.setAttribute("aria-label", `${panel.title}. ${told}`);
    own.say(told);
    mark(null);
  }

  function picture() {
    return { ...layout, paint: (pen, theme) => paint(pen, panel, layout, pictures, theme, options) };
  }

  function locate(x, y) {
    const { left, top, step, high, side, across } = layout;
    const cell = { row: Math.floor((y - top) / high), column: Math.floor((x - left) / step) };
    const isInside = cell.row >= 0 && cell.column >= 0 && cell.column < across && (y - top) % high < side + GAP;
    return isInside && indexOf(cell) < panel.labels.length ? cell : null;
  }

  const indexOf = (cell) => cell.row * layout.across + cell.column;

  function hover(cell) {
    const index = cell ? indexOf(cell) : null;
    own.state.hovered = cell && index < panel.labels.length ? { index, label: panel.labels[index] } : null;
    mark(own.state.hovered && cell);
    if (!own.state.hovered) return tip(own, null, null);
    tip(own, { x: layout.left + (cell.column + 0.5) * layout.step, y: layout.top + cell.row * layout.high }, [panel.labels[index]]);
    own.readout.textContent = panel.labels[index];
    return undefined;
  }

  function pick(cell) {
    const index = indexOf(cell);
    if (index >= panel.labels.length) return;
    own.state.picked = { picture: index, label: panel.labels[index], opens: panel.opens?.[index] ?? {} };
    open(index);
    mark(cell);
    options.onPick?.({ panel: panel.name, ...own.state.picked });
  }

  function open(index) {
    close();
    const place = make("div", { className: "panel-opened" });
    own.body.append(place);
    const { row_axis, column_axis, rows, columns, scale, middle, most, is_plane } = panel;
    const alone = {
      kind: "heatmap", name: `${panel.name || "thumbnails"}-opened`, title: panel.labels[index], note: "",
      values: part(panel.values, index), rows, columns, row_axis, column_axis, scale, middle, most, is_plane,
      edge: panel.edges?.[index] ?? [],
    };
    const exactRow = options.exactRow && ((row) => options.exactRow(index * rows.length + row));
    opened = { place, drawing: heatmap.draw(place, alone, { ...options, exactRow, onPick: undefined }) };
  }

  function close() {
    opened?.drawing.destroy();
    opened?.place.remove();
    opened = null;
  }

  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    const { accent, ink } = inks(own.theme);
    const { left, top, step, high, side, tall, across } = layout;
    const outline = (row, column, stroke) => (
      pen.rect(left + column * step - 1, top + row * high - 1, side + 2, tall + 2, { stroke, width: 2, radius: 2 }));
    if (own.state.picked) outline(Math.floor(own.state.picked.picture / across), own.state.picked.picture % across, ink);
    if (cell) outline(cell.row, cell.column, accent);
  }

  function destroy() {
    close();
    own.destroy();
  }

  return { update, destroy };
}

/** Make every matrix as small as it is drawn; what stands out stays. */
function shrunk(panel, side) {
  const [count, rows, columns] = panel.values.shape;
  const hue = hueOf(panel);
  const most = panel.most ?? largest(panel.values, panel.middle);
  const [down, across] = [Math.max(1, Math.ceil(rows / side)), Math.max(1, Math.ceil(columns / side))];
  return Array.from({ length: count }, (_, index) => ({
    levels: pooled(levelsOf(part(panel.values, index), hue, most, panel.middle), rows, columns, down, across, hue),
    rows: Math.ceil(rows / down),
    columns: Math.ceil(columns / across),
    hue,
  }));
}

/** Decide how large a thumbnail is; "layer 3, head 1" is told once for each row and column where all labels are so. */
function layOut(panel, room) {
  const count = panel.labels.length;
  const wanted = panel.across || Math.min(count, Math.max(1, Math.floor(room / (72 + GAP))));
  const pairs = panel.labels.map((label) => label.split(/, |，/u));
  const isCrossed = panel.across > 0 && pairs.every(([first, second, ...more], index) => second && more.length === 0
    && first === pairs[index - (index % panel.across)][0] && second === pairs[index % panel.across][1]);
  const left = isCrossed ? Math.ceil(Math.max(...pairs.map(([first]) => widthOf(first, 11)))) + 8 : 0;
  const fits = Math.floor((room - left) / wanted) - GAP;
  const side = Math.max(SMALLEST, Math.min(LARGEST, fits));
  const step = side + GAP;
  const across = isCrossed ? wanted : Math.max(1, Math.min(wanted, Math.floor((room - left) / step)));
  const [, rows, columns] = panel.values.shape;
  const tall = Math.max(8, Math.min(side * 1.5, (side * rows) / columns));
  const high = tall + GAP + (isCrossed ? 0 : CAPTION);
  const down = Math.ceil(count / across);
  const top = isCrossed ? CAPTION + 2 : 2;
  return { left, top, side, tall, step, high, across, down, isCrossed, pairs, width: left + across * step + 2, height: top + down * high + 2 };
}

function paint(pen, panel, layout, pictures, theme, { blank = false }) {
  const { left, top, side, tall, step, high, across, down, isCrossed, pairs } = layout;
  const { muted, line } = inks(theme);
  const small = { size: 11, fill: muted };
  pictures.forEach((picture, index) => {
    const [x, y] = [left + (index % across) * step, top + Math.floor(index / across) * high];
    if (!blank) pen.cells(x, y, side, tall, { ...picture, theme });
    if (!blank) paintEdge(pen, panel, index, { left: x, top: y, side, tall }, theme);
    pen.rect(x - 0.5, y - 0.5, side + 1, tall + 1, { stroke: line });
    if (!isCrossed) pen.text(x, y + tall + 12, fitted(panel.labels[index], side, 11), small);
  });
  if (!isCrossed) return;
  for (let row = 0; row < down; row += 1) pen.text(left - 8, top + row * high + tall / 2 + 4, pairs[row * across][0], { ...small, anchor: "end" });
  for (let column = 0; column < across; column += 1) {
    const name = pairs[column][1];
    const text = widthOf(name, 11) <= side ? name : name.replace(/^\D+/, "");
    pen.text(left + column * step + side / 2, top - 5, fitted(text, side, 11), { ...small, anchor: "middle" });
  }
}

/** Paint the line over one picture, light below and dark on it. */
function paintEdge(pen, panel, index, { left, top, side, tall }, theme) {
  const [, rows, columns] = panel.values.shape;
  const strokes = strokesOf(panel.edges?.[index] ?? [], { left, top, cellWidth: side / columns, cellHeight: tall / rows });
  const { ink, card } = inks(theme);
  for (const look of [{ stroke: card, width: 3 }, { stroke: ink, width: 1.3 }]) {
    for (const points of strokes) pen.path(points, look);
  }
}
