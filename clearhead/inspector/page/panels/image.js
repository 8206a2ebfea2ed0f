/** Images made of numbers, side by side: pixels in grey or colour, everything else around 0. */

import { at, largest } from "../../../web/page/arrays.js";
import { hueOf, inks, level, ramp } from "../../../web/page/colours.js";
import { canvasPen, fitted, sized, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { glimpse } from "../check.js";
import { cursor } from "./_cursor.js";
import { frame, tip } from "./_frame.js";
import { paintRamp } from "./_grid.js";
import { number, precise, say } from "./_words.js";

const [LABEL, GAP] = [18, 12];

/** Draw a panel of images into an element. */
export function draw(element, panel, options) {
  const canvas = make("canvas", { className: "panel-canvas", role: "img" });
  const over = make("canvas", { className: "panel-over", "aria-hidden": "true" });
  const stage = make("div", { className: "panel-stage" }, [canvas, over]);
  let layout = null;
  const own = frame(element, panel, options, { redraw, picture, checked });
  own.body.append(stage);
  cursor(canvas, { size: () => ({ rows: layout.count * layout.tall, columns: layout.wide }), locate, hover, pick });
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
    const told = `${panel.labels.slice(0, 20).join(", ")}: ${layout.tall} × ${layout.wide}.`;
    canvas.setAttribute("aria-label", `${panel.title}. ${told} ${say(options, "panel.keys")}`);
    mark(null);
  }

  function picture() {
    const shown = layOut(panel, Math.max(560, own.room()));
    return { ...shown, paint: (pen, theme) => paint(pen, panel, shown, theme, options) };
  }

  function locate(x, y) {
    const { tall, wide, pixel, places } = layout;
    for (const [image, place] of places.entries()) {
      const [row, column] = [Math.floor((y - place.y) / pixel), Math.floor((x - place.x) / pixel)];
      if (row >= 0 && row < tall && column >= 0 && column < wide) return { row: image * tall + row, column };
    }
    return null;
  }

  /** The rows of all images are counted on from one to the next, so that the keys walk through them. */
  function place(cell) {
    const { tall, wide, channels } = layout;
    const [image, y] = [Math.floor(cell.row / tall), cell.row % tall];
    const plane = tall * wide;
    const first = image * channels * plane + y * wide + cell.column;
    const values = Array.from({ length: channels }, (_, channel) => at(panel.values, first + channel * plane));
    const label = `${panel.labels[image]}: ${y}, ${cell.column}`;
    return { row: image, column: y * wide + cell.column, image, y, x: cell.column, value: values[0], values, shown: values[0], label };
  }

  function hover(cell) {
    own.state.hovered = cell && !options.blank ? place(cell) : null;
    mark(cell);
    if (!own.state.hovered) return tip(own, null, null);
    const { values, label, row, column } = own.state.hovered;
    const lines = [values.map((value) => precise(value, 7)).join(", "), label];
    if (panel.check) lines.push(glimpse(panel.check, { row, column }));
    const box = boxOf(cell);
    tip(own, { x: box.x + box.width, y: box.y }, lines);
    own.readout.textContent = `${label}: ${lines[0]}`;
    return undefined;
  }

  function pick(cell, how) {
    if (options.blank) return;
    own.state.picked = place(cell);
    mark(cell);
    const { image, y: row, x: column, value } = own.state.picked;
    options.onPick?.({ panel: panel.name, image, row, column, value });
    if (panel.check && (how === "key" || own.state.check)) own.check(own.state.picked);
  }

  function checked() {
    let best = 0;
    const { data } = panel.values;
    for (let i = 1; i < data.length; i += 1) if (Math.abs(data[i]) > Math.abs(data[best])) best = i;
    const { tall, wide, channels } = layout;
    const image = Math.floor(best / (channels * tall * wide));
    const rest = best % (tall * wide);
    own.state.picked = place({ row: image * tall + Math.floor(rest / wide), column: rest % wide });
    mark(null);
    return own.state.picked;
  }

  function boxOf({ row, column }) {
    const { tall, pixel, places } = layout;
    const corner = places[Math.floor(row / tall)];
    return { x: corner.x + column * pixel, y: corner.y + (row % tall) * pixel, width: pixel, height: pixel };
  }

  function mark(cell) {
    const pen = canvasPen(sized(over, layout.width, layout.height));
    const { accent, ink } = inks(own.theme);
    const outline = (box, stroke) => pen.rect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1, { stroke, width: 2 });
    const { picked } = own.state;
    if (picked) outline(boxOf({ row: picked.image * layout.tall + picked.y, column: picked.x }), ink);
    if (cell) outline(boxOf(cell), accent);
  }

  return { update, destroy: own.destroy };
}

/** Decide how large a pixel is, and where each image begins. */
function layOut(panel, room) {
  const [count, channels, tall, wide] = panel.values.shape;
  const most = count === 1 ? 280 : 132;
  const pixel = Math.max(1, Math.min(28, Math.floor(Math.min(most / Math.max(tall, wide), room / wide))));
  const [step, high] = [Math.max(pixel * wide, 48) + GAP, pixel * tall + LABEL + GAP];
  const perRow = Math.max(1, Math.floor((room + GAP) / step));
  const places = Array.from({ length: count }, (_, image) => ({
    x: (image % perRow) * step + 1, y: Math.floor(image / perRow) * high + LABEL,
  }));
  const width = Math.min(count, perRow) * step - GAP + 2;
  const key = panel.scale === "signed" ? 20 : 2;
  return { count, channels, tall, wide, pixel, step, places, width: Math.max(width, panel.scale === "signed" ? 200 : 0), height: Math.ceil(count / perRow) * high + key };
}

function paint(pen, panel, layout, theme, { blank = false }) {
  const { count, channels, tall, wide, pixel, step, places, height } = layout;
  const colours = inks(theme);
  const hue = hueOf(panel);
  const most = hue === "pixel" ? 255 : largest(panel.values);
  const plane = tall * wide;
  for (let image = 0; image < count; image += 1) {
    const { x, y } = places[image];
    const first = image * channels * plane;
    const values = (channel) => Array.from({ length: plane }, (_, index) => at(panel.values, first + channel * plane + index));
    pen.text(x, y - 5, fitted(panel.labels[image], step - GAP, 11), { size: 11, fill: colours.muted });
    if (blank) pen.rect(x, y, wide * pixel, tall * pixel, { stroke: colours.line });
    else if (channels === 3) {
      const pixels = coloured([0, 1, 2].map(values), hue, most, theme);
      pen.cells(x, y, wide * pixel, tall * pixel, { pixels, rows: tall, columns: wide });
    } else {
      const levels = values(0).map((value) => level(value, hue, most));
      pen.cells(x, y, wide * pixel, tall * pixel, { levels, rows: tall, columns: wide, hue, theme });
      pen.rect(x - 0.5, y - 0.5, wide * pixel + 1, tall * pixel + 1, { stroke: colours.line });
    }
  }
  if (hue === "pixel" || blank) return;
  const start = Math.ceil(widthOf(number(-most), 10)) + 5;
  const end = start + paintRamp(pen, start, height - 12, hue, theme);
  pen.text(start - 5, height - 4, number(-most), { size: 10, fill: colours.muted, anchor: "end" });
  pen.text(end + 5, height - 4, number(most), { size: 10, fill: colours.muted });
}

/** Return pixels of three channels; numbers around 0 are shown by the mean of the three. */
function coloured([red, green, blue], hue, most, theme) {
  const byte = (value) => Math.max(0, Math.min(255, Math.round(value)));
  const palette = ramp(hue, theme);
  return Uint32Array.from(red, (value, index) => (hue === "pixel"
    ? ((255 << 24) | (byte(blue[index]) << 16) | (byte(green[index]) << 8) | byte(value)) >>> 0
    : palette[level((value + green[index] + blue[index]) / 3, hue, most)]));
}
