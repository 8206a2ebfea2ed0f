/** A grid over two axes of numbers: few round numbers along them, a line over the cells, and places pointed out. */

import { fitted, widthOf } from "../../../web/page/canvas.js";
import { inks } from "../../../web/page/colours.js";
import { ticksIn } from "./_axes.js";
import { paintKey } from "./_grid.js";
import { axis } from "./_words.js";

const [SMALL, NAME] = [11, 12];
const [WIDEST, TALLEST] = [520, 440];
const MARK = 6;
const MOST_TICKS = 5;

/** Decide how large the cells are, and where the numbers along the axes stand; as layOut of _grid.js does. */
export function layOutPlane(panel, room, hue) {
  const [rows, columns] = panel.values.shape;
  const [across, up] = [panel.columns.map(Number), panel.rows.map(Number)];
  const [xTicks, yTicks] = [ticksIn(across[0], across.at(-1), MOST_TICKS), ticksIn(up.at(-1), up[0], MOST_TICKS)];
  const left = Math.ceil(Math.max(...yTicks.map(({ text }) => widthOf(text, SMALL)), 20)) + 12;
  const top = 24;
  const wide = Math.min(WIDEST, room - left - 14);
  const even = (size) => (size >= 3 ? Math.floor(size) : size);
  const cellWidth = even(wide / columns);
  const cellHeight = even(Math.min(TALLEST, Math.max(160, cellWidth * columns)) / rows);
  const [gridWidth, gridHeight] = [cellWidth * columns, cellHeight * rows];
  return {
    hue, rows, columns, down: 1, across: 1, tall: rows, wide: columns, left, top, cellWidth, cellHeight, gridWidth, gridHeight,
    xTicks, yTicks, low: [across[0], up.at(-1)], high: [across.at(-1), up[0]],
    width: Math.min(room, left + gridWidth + 14), height: top + gridHeight + 62,
  };
}

/** Paint a laid-out grid over a plane; as paint of _grid.js does. */
export function paintPlane(pen, panel, layout, spots, most, theme, options = {}) {
  const { left, top, gridWidth, gridHeight, rows, columns, hue, low, high, xTicks, yTicks } = layout;
  const { ink, muted, line } = inks(theme);
  const { blank = false } = options;
  if (!blank) pen.cells(left, top, gridWidth, gridHeight, { levels: spots, rows, columns, hue, theme });
  pen.rect(left - 0.5, top - 0.5, gridWidth + 1, gridHeight + 1, { stroke: line });
  for (const { value, text } of xTicks) {
    const x = spotOf({ row: 0, column: placeOf(value, low[0], high[0], columns) }, layout)[0];
    pen.line(x, top + gridHeight, x, top + gridHeight + 4, { stroke: muted });
    pen.text(x, top + gridHeight + 16, text, { size: SMALL, fill: muted, anchor: "middle" });
  }
  for (const { value, text } of yTicks) {
    const y = spotOf({ row: rows - 1 - placeOf(value, low[1], high[1], rows), column: 0 }, layout)[1];
    pen.line(left - 4, y, left, y, { stroke: muted });
    pen.text(left - 7, y + 4, text, { size: SMALL, fill: muted, anchor: "end" });
  }
  const named = { size: NAME, weight: 600, fill: ink };
  pen.text(left, top - 9, fitted(`↑ ${axis(options, panel.row_axis)}`, gridWidth, NAME, 600), named);
  const below = fitted(`${axis(options, panel.column_axis)} →`, gridWidth, NAME, 600);
  pen.text(left + gridWidth, top + gridHeight + 34, below, { ...named, anchor: "end" });
  if (blank) return;
  paintOver(pen, panel, layout, theme);
  paintKey(pen, panel, { ...layout, gridHeight: gridHeight + 28 }, most, theme, inks(theme));
}

/** Paint the line over the cells, light below and dark on it so that it shows on every colour, and the places pointed out. */
export function paintOver(pen, panel, layout, theme) {
  const { ink, card } = inks(theme);
  for (const look of [{ stroke: card, width: 5 }, { stroke: ink, width: 2.2 }]) {
    for (const points of strokesOf(panel.edge ?? [], layout)) pen.path(points, look);
  }
  for (const [row, column, label] of panel.marks ?? []) {
    const [x, y] = spotOf({ row, column }, layout);
    pen.circle(x, y, MARK, { fill: card, stroke: ink, width: 2.2 });
    pen.circle(x, y, 2, { fill: ink });
    const isLeft = x + MARK + 6 + widthOf(label, NAME, 600) > layout.left + layout.gridWidth;
    const [at, anchor] = isLeft ? [x - MARK - 5, "end"] : [x + MARK + 5, "start"];
    pen.text(at, y + 4, label, { size: NAME, weight: 600, fill: ink, halo: card, anchor });
  }
}

/** Return the pieces of a line as pairs of points in pixels. */
export function strokesOf(edge, layout) {
  return edge.map(([row, column, toRow, toColumn]) => (
    [spotOf({ row, column }, layout), spotOf({ row: toRow, column: toColumn }, layout)]));
}

/** Return where a place counted in cells lies; 0 is the middle of the first. */
function spotOf({ row, column }, { left, top, cellWidth, cellHeight }) {
  return [left + (column + 0.5) * cellWidth, top + (row + 0.5) * cellHeight];
}

const placeOf = (value, low, high, count) => ((value - low) / (high - low)) * (count - 1);
