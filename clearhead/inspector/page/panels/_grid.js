/** A matrix laid out and painted: cells, labels where there is room, numbers where they fit, and what the colours mean. */

import { colourOf, inkOn, inks, isTwoSided, level } from "../../../web/page/colours.js";
import { at } from "../../../web/page/arrays.js";
import { fitted, widthOf } from "../../../web/page/canvas.js";
import { axis, number, short } from "./_words.js";

const LABEL = 11;
const MOST_NUMBERS = 1024;
const TALLEST = 720;
const SLANT = 50;

/** Return the level of every number of an array; `middle` has no colour where a hue has two sides. */
export function levelsOf(array, hue, most, middle = 0) {
  if (array.codes) {
    const { low, high, root } = array.scale;
    if (root && low === 0 && high === most && !isTwoSided(hue)) return array.codes;
    const table = Uint8Array.from({ length: 256 }, (_, code) => (code ? level(valueOf(code, array.scale) - middle, hue, most) : 0));
    return array.codes.map((code) => table[code]);
  }
  const { data } = array;
  const levels = new Uint8Array(data.length);
  const isShare = (hue === "share" || hue === "slope") && most > 0;
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i];
    // Written out for shares, of which there may be a million; the same as level().
    if (isShare && value >= 0 && value <= most) levels[i] = 1.5 + 254 * Math.sqrt(value / most);
    else levels[i] = level(value - middle, hue, most);
  }
  return levels;
}

/** Return levels of fewer cells, each the strongest of a block: what stands out stays. */
export function pooled(levels, rows, columns, down, across, hue) {
  if (down === 1 && across === 1) return levels;
  const [tall, wide] = [Math.ceil(rows / down), Math.ceil(columns / across)];
  const found = new Uint8Array(tall * wide);
  const strength = strengthsOf(hue);
  for (let row = 0; row < rows; row += 1) {
    const to = Math.floor(row / down) * wide;
    const from = row * columns;
    for (let spot = 0, column = 0; spot < wide; spot += 1) {
      let best = found[to + spot];
      for (const end = Math.min(columns, column + across); column < end; column += 1) {
        const own = levels[from + column];
        if (strength[own] > strength[best]) best = own;
      }
      found[to + spot] = best;
    }
  }
  return found;
}

/** Return the cell that a drawn spot shows: the strongest of its block. */
export function cellOf(spot, panel, layout, levels) {
  const { down, across } = layout;
  if (down === 1 && across === 1) return spot;
  const [rows, columns] = panel.values.shape;
  const strength = strengthsOf(layout.hue);
  let best = null;
  for (let row = spot.row * down; row < Math.min(rows, (spot.row + 1) * down); row += 1) {
    for (let column = spot.column * across; column < Math.min(columns, (spot.column + 1) * across); column += 1) {
      const own = strength[levels[row * columns + column]];
      if (best === null || own > best.own) best = { row, column, own };
    }
  }
  return { row: best.row, column: best.column };
}

/** Decide how large cells are, and which labels have room, for a drawing so many pixels wide. */
export function layOut(panel, room, hue) {
  const [rows, columns] = panel.values.shape;
  const labelWidth = (labels, most, weight) => {
    const shown = labels.length > 400 ? labels.filter((_, index) => index % Math.ceil(labels.length / 400) === 0) : labels;
    return Math.min(most, Math.max(0, ...shown.map((label) => widthOf(label, LABEL, weight))));
  };
  // The row under the cursor is written bold.
  const left = Math.ceil(labelWidth(panel.rows, Math.min(150, room * 0.28), 600)) + 6;
  const headWidth = Math.ceil(labelWidth(panel.columns, 90));
  const across = Math.max(1, Math.ceil(columns / Math.max(1, room - left - 2)));
  const wide = Math.ceil(columns / across);
  let cellWidth = Math.min(58, (room - left - 2) / wide);
  if (cellWidth >= 3) cellWidth = Math.floor(cellWidth);
  const isLevel = headWidth + 6 <= cellWidth;
  const isSlanted = !isLevel && cellWidth >= 14;
  let over = 0;
  if (isSlanted) {
    // A slanted head leans over the right edge: the cells give way.
    over = Math.max(0, Math.cos((SLANT * Math.PI) / 180) * headWidth - cellWidth / 2);
    cellWidth = Math.max(14, Math.min(cellWidth, Math.floor((room - left - 2 - over) / wide)));
  }
  const down = Math.max(1, Math.ceil(rows / TALLEST));
  const tall = Math.ceil(rows / down);
  const natural = cellWidth >= 30 ? Math.min(cellWidth, 30) : cellWidth;
  let cellHeight = Math.min(Math.max(natural, rows <= 40 ? 14 : 1), TALLEST / tall);
  if (cellHeight >= 3) cellHeight = Math.floor(cellHeight);
  const lean = isSlanted ? Math.sin((SLANT * Math.PI) / 180) : 1;
  const head = isLevel ? LABEL + 5 : Math.ceil(headWidth * lean) + 10;
  const top = 16 + head;
  const [gridWidth, gridHeight] = [cellWidth * wide, cellHeight * tall];
  const longest = rows * columns <= MOST_NUMBERS ? longestNumber(panel) : Infinity;
  return {
    hue, rows, columns, down, across, tall, wide, left, top, cellWidth, cellHeight, gridWidth, gridHeight,
    isLevel, isSlanted, headWidth,
    hasNumbers: longest + 6 <= cellWidth && cellHeight >= 14,
    width: Math.min(room, Math.max(left + gridWidth + over, left + 150) + 2),
    height: top + gridHeight + 30,
    everyRow: Math.max(1, Math.ceil(13 / cellHeight)),
    everyColumn: Math.max(1, Math.ceil(13 / cellWidth)),
  };
}

/** Paint a laid-out matrix. `spots` are the levels as drawn, `most` the size of the strongest colour. */
export function paint(pen, panel, layout, spots, most, theme, options = {}) {
  const { blank = false } = options;
  const { left, top, gridWidth, gridHeight, tall, wide, hue } = layout;
  const colours = inks(theme);
  if (!blank && tall * wide > 0) {
    pen.cells(left, top, gridWidth, gridHeight, { levels: spots, rows: tall, columns: wide, hue, theme });
    if (layout.hasNumbers) paintNumbers(pen, panel, layout, spots, theme);
  } else if (blank) paintLines(pen, layout, colours.line);
  pen.rect(left - 0.5, top - 0.5, gridWidth + 1, gridHeight + 1, { stroke: colours.line });
  paintRowLabels(pen, panel, layout, colours);
  paintColumnLabels(pen, panel, layout, colours);
  const axes = `${axis(options, panel.row_axis)} ↓   ${axis(options, panel.column_axis)} →`;
  pen.text(0, 11, fitted(axes, layout.width, LABEL), { size: LABEL, fill: colours.muted });
  if (!blank) paintKey(pen, panel, layout, most, theme, colours);
}

/** Return where a cell lies. */
export function boxOf(cell, layout) {
  const [row, column] = [Math.floor(cell.row / layout.down), Math.floor(cell.column / layout.across)];
  const { cellWidth: width, cellHeight: height } = layout;
  return { x: layout.left + column * width, y: layout.top + row * height, width, height };
}

function paintNumbers(pen, panel, layout, spots, theme) {
  const { rows, columns, cellWidth, cellHeight, left, top, hue } = layout;
  const size = cellHeight >= 20 ? 11 : 10;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const index = row * columns + column;
      const text = inCell(panel, at(panel.values, index));
      const fill = inkOn(colourOf(spots[index], hue, theme));
      const [x, y] = [left + (column + 0.5) * cellWidth, top + (row + 0.5) * cellHeight + size * 0.36];
      pen.text(x, y, text, { size, fill, anchor: "middle" });
    }
  }
}

function paintRowLabels(pen, panel, { left, top, cellHeight, everyRow, down }, { muted }) {
  for (let index = 0; index * down < panel.rows.length; index += everyRow) {
    const y = top + (index + 0.5) * cellHeight + LABEL * 0.36;
    pen.text(left - 6, y, fitted(panel.rows[index * down], left - 6, LABEL), { size: LABEL, fill: muted, anchor: "end" });
  }
}

function paintColumnLabels(pen, panel, layout, { muted }) {
  const { left, top, cellWidth, everyColumn, across, isLevel, isSlanted, headWidth } = layout;
  for (let index = 0; index * across < panel.columns.length; index += everyColumn) {
    const middle = left + (index + 0.5) * cellWidth;
    const text = fitted(panel.columns[index * across], headWidth + 1, LABEL);
    const look = { size: LABEL, fill: muted };
    if (isLevel) pen.text(middle, top - 6, text, { ...look, anchor: "middle" });
    else if (isSlanted) pen.text(middle + 2, top - 6, text, { ...look, turn: -SLANT });
    else pen.text(middle + LABEL * 0.36, top - 6, text, { ...look, turn: -90 });
  }
}

function paintLines(pen, { left, top, tall, wide, cellWidth, cellHeight, gridWidth, gridHeight }, stroke) {
  if (tall * wide > MOST_NUMBERS) return;
  for (let row = 1; row < tall; row += 1) pen.line(left, top + row * cellHeight, left + gridWidth, top + row * cellHeight, { stroke });
  for (let column = 1; column < wide; column += 1) {
    pen.line(left + column * cellWidth, top, left + column * cellWidth, top + gridHeight, { stroke });
  }
}

/** Paint a strip of all colours from the least to the most, and return how wide it is. */
export function paintRamp(pen, x, y, hue, theme) {
  const width = 84;
  const from = isTwoSided(hue) ? -1 : 0;
  const levels = Uint8Array.from({ length: width }, (_, spot) => level(from + ((1 - from) * spot) / (width - 1), hue, 1));
  pen.cells(x, y, width, 8, { levels, rows: 1, columns: width, hue, theme });
  return width;
}

/** Say what the colours mean. */
export function paintKey(pen, panel, { left, top, gridHeight, hue }, most, theme, colours) {
  const y = Math.round(top + gridHeight + 12);
  const middle = panel.middle ?? 0;
  const low = isTwoSided(hue) ? number(middle - most) : "0";
  const start = Math.round(left + widthOf(low, 10) + 5);
  const width = paintRamp(pen, start, y, hue, theme);
  pen.text(start - 5, y + 8, low, { size: 10, fill: colours.muted, anchor: "end" });
  pen.text(start + width + 5, y + 8, number(middle + most), { size: 10, fill: colours.muted });
}

function inCell(panel, value) {
  return panel.scale === "share" && value === 0 ? "·" : short(value);
}

function longestNumber(panel) {
  let longest = 0;
  for (const value of panel.values.data) longest = Math.max(longest, widthOf(inCell(panel, value), 11));
  return longest;
}

function strengthsOf(hue) {
  const middle = isTwoSided(hue) ? 128 : 0;
  return Int16Array.from({ length: 256 }, (_, code) => (code === 0 ? -1 : Math.abs(code - middle)));
}

const valueOf = (code, scale) => at({ codes: [code], scale }, 0);


