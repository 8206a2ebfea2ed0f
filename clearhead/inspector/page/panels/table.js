/** Rows and columns; sorted by any column, every number exact under the pointer. */

import { colourOf, css, inks } from "../../../web/page/colours.js";
import { fitted, svgPen, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { frame, tip } from "./_frame.js";
import { grouped, number, precise, say } from "./_words.js";

const FIRST = 50;
const MOST_SAVED = 200;
const [STRIP_BAR, STRIP_HEIGHT] = [3, 20];
/** The level of the colour of a bar: strong, but not the strongest. */
const STRIP_LEVEL = 176;
/** "86.1 ± 0.9": a measurement and its spread. */
const MEASURED = /^[−-]?[\d.,]+(e[+−-]?\d+)? ± /;

/** Draw a table panel into an element. */
export function draw(element, panel, options) {
  const stage = make("div", { className: "panel-scroll" });
  let [sorted, order, limit, at] = [null, [], FIRST, null];
  const own = frame(element, panel, options, { redraw: () => {}, picture, checked: () => own.state.picked });
  own.body.append(stage);
  stage.addEventListener("pointerover", (event) => show(event.target.closest("td")));
  stage.addEventListener("pointerleave", () => show(null));
  stage.addEventListener("click", (event) => pick(event.target.closest("td")));
  stage.addEventListener("keydown", key);
  update(panel, options);

  function update(next, now = options) {
    const isOther = next.columns.join("\t") !== panel.columns.join("\t");
    [panel, options] = [next, now];
    if (isOther) [sorted, limit] = [null, FIRST];
    if (options.onTurn) sorted = sortedOf(options.turned, panel.columns.length);
    at = null;
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    sort();
  }

  function sort() {
    order = panel.rows.map((_, index) => index);
    if (sorted) order.sort((one, other) => compared(panel.rows[one][sorted.column], panel.rows[other][sorted.column], sorted.sign));
    build();
  }

  function build() {
    const isWhole = panel.columns.map((_, column) => panel.rows.every((row) => !isFraction(row[column])));
    const isNumber = panel.columns.map((_, column) => panel.rows.some((row) => isCounted(row[column])));
    const isStrip = panel.columns.map((_, column) => panel.rows.some((row) => Array.isArray(row[column])));
    const head = make("tr", {}, panel.columns.map((name, column) => (
      isStrip[column] ? make("th", { scope: "col", text: name }) : heading(name, column, isNumber[column]))));
    const rows = order.slice(0, limit).map((index) => make("tr", {}, panel.rows[index].map((cell, column) => {
      const text = options.blank && typeof cell === "number" ? "" : written(cell, isWhole[column]);
      const data = { "data-row": index, "data-column": column };
      if (Array.isArray(cell)) return stripIn(make("td", { className: panel.opens?.length ? "is-strip opens" : "is-strip", ...data }), cell);
      return make("td", { text, className: isNumber[column] ? "is-number" : "", ...data });
    })));
    const table = make("table", { "aria-label": panel.title }, [make("thead", {}, [head]), make("tbody", {}, rows)]);
    table.tabIndex = 0;
    stage.replaceChildren(table);
    if (order.length > limit) {
      const more = make("button", { type: "button", className: "panel-tool", text: say(options, "table.all", { count: grouped(order.length) }) });
      more.addEventListener("click", () => {
        limit = Infinity;
        build();
      });
      stage.append(more);
    }
    own.state.order = order;
  }

  /** Return what a cell opens when it is picked: a strip is shown large, a number stays what it is. */
  function opensOf({ dataset: { row, column } }) {
    return Array.isArray(panel.rows[row][column]) ? (panel.opens?.[row] ?? {}) : {};
  }

  /** Draw the numbers of a cell as small bars; who cannot see them is told where the highest stands. */
  function stripIn(cell, values) {
    if (options.blank) return cell;
    const pen = svgPen(values.length * STRIP_BAR, STRIP_HEIGHT);
    paintStrip(pen, 0, 0, values, "currentColor", "currentColor");
    const most = values.indexOf(Math.max(...values));
    cell.innerHTML = pen.svg(say(options, "table.strip", { count: values.length, place: most + 1 }));
    return cell;
  }

  function heading(name, column, isNumber) {
    const direction = sorted?.column === column ? (sorted.sign > 0 ? "ascending" : "descending") : "none";
    const button = make("button", { type: "button", text: name || " ", title: say(options, "table.sort", { column: name }) });
    button.addEventListener("click", () => {
      // Numbers are asked for from the largest down, words from A up; a second click turns it round, a third undoes it.
      const first = isNumber ? -1 : 1;
      sorted = sorted?.column !== column ? { column, sign: first } : sorted.sign === first ? { column, sign: -first } : null;
      sort();
      options.onTurn?.(sorted && `${sorted.sign < 0 ? "-" : ""}${sorted.column + 1}`);
      stage.querySelectorAll("th button")[column].focus();
    });
    return make("th", { scope: "col", className: isNumber ? "is-number" : "", "aria-sort": direction }, [button]);
  }

  function placeOf(cell) {
    const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
    const value = panel.rows[row][column];
    return { row, column, value, shown: value, label: `${panel.columns[column]}, ${written(panel.rows[row][0])}` };
  }

  function show(cell) {
    stage.querySelector(".is-at")?.classList.remove("is-at");
    const isNumber = cell && !options.blank && typeof placeOf(cell).value === "number";
    own.state.hovered = cell && !options.blank ? placeOf(cell) : null;
    cell?.classList.add("is-at");
    if (!isNumber) return tip(own, null, null);
    const [box, body] = [cell.getBoundingClientRect(), own.body.getBoundingClientRect()];
    tip(own, { x: box.left - body.left + box.width / 2, y: box.top - body.top }, [precise(own.state.hovered.value)]);
    return undefined;
  }

  function pick(cell) {
    if (!cell || options.blank) return;
    stage.querySelector(".is-picked")?.classList.remove("is-picked");
    cell.classList.add("is-picked");
    own.state.picked = { ...placeOf(cell), opens: opensOf(cell) };
    at = cell;
    options.onPick?.({ panel: panel.name, ...own.state.picked });
  }

  function key(event) {
    if (event.target.tagName !== "TABLE") return;
    const cells = (row) => stage.querySelectorAll("tbody tr")[row]?.cells;
    const row = at ? at.parentNode.sectionRowIndex : -1;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key in moves) {
      const [down, right] = moves[event.key];
      const next = at ? cells(row + down)?.[at.cellIndex + right] : cells(0)?.[0];
      if (next) at = next;
      show(at);
      at?.scrollIntoView({ block: "nearest", inline: "nearest" });
      if (at) own.readout.textContent = `${placeOf(at).label}: ${precisely(placeOf(at).value)}`;
    } else if (event.key === "Enter" && at) {
      pick(at);
      if (panel.check) own.check(own.state.picked);
    } else return;
    event.preventDefault();
  }

  function picture() {
    const rows = order.slice(0, Math.min(limit, MOST_SAVED)).map((index) => panel.rows[index].map((cell) => (Array.isArray(cell) ? cell : written(cell))));
    const wide = (cell) => (Array.isArray(cell) ? cell.length * STRIP_BAR : widthOf(cell, 12));
    const widths = panel.columns.map((name, column) => (
      Math.min(320, Math.max(widthOf(name, 12, 600), ...rows.map((row) => wide(row[column])))) + 20));
    const width = widths.reduce((sum, each) => sum + each, 0);
    const paint = (pen, theme) => paintTable(pen, panel, rows, widths, theme);
    return { width, height: 24 * (rows.length + 1) + 6, paint };
  }

  return { update, destroy: own.destroy };
}

/** Return by which column a table is sorted, from how it was turned: "-3" is the third, from the largest down. */
function sortedOf(turned, count) {
  const column = Math.abs(Number(turned)) - 1;
  return Number.isInteger(column) && column >= 0 && column < count ? { column, sign: Math.sign(Number(turned)) } : null;
}

/** Paint numbers as bars of equal width, the tallest as high as there is room, and a line at the middle. */
function paintStrip(pen, x, y, values, fill, stroke) {
  const most = Math.max(...values, 0);
  const middle = x + (values.length * STRIP_BAR) / 2;
  pen.line(middle, y, middle, y + STRIP_HEIGHT, { stroke, width: 0.4 });
  values.forEach((value, index) => {
    const tall = most > 0 ? Math.max(0, value / most) * STRIP_HEIGHT : 0;
    if (tall > 0) pen.rect(x + index * STRIP_BAR, y + STRIP_HEIGHT - Math.max(0.8, tall), STRIP_BAR, Math.max(0.8, tall), { fill });
  });
}

function paintTable(pen, panel, rows, widths, theme) {
  const { ink, muted, line } = inks(theme);
  [panel.columns, ...rows].forEach((cells, row) => {
    let x = 0;
    cells.forEach((text, column) => {
      if (Array.isArray(text)) {
        paintStrip(pen, x + 10, row * 24 + 2, text, css(colourOf(STRIP_LEVEL, "share", theme)), muted);
        x += widths[column];
        return;
      }
      const isNumber = panel.rows.some((own) => isCounted(own[column]));
      const look = { fill: row ? ink : muted, weight: row ? 400 : 600, anchor: isNumber ? "end" : "start" };
      pen.text(isNumber ? x + widths[column] - 10 : x + 10, row * 24 + 17, fitted(text, widths[column] - 18, 12, look.weight), look);
      x += widths[column];
    });
    pen.line(0, row * 24 + 24, x, row * 24 + 24, { stroke: line });
  });
}

/** Order two cells; what is missing stands last, whichever way. */
function compared(one, other, sign) {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const [first, second] = [worth(one), worth(other)];
  if (Number.isFinite(first) && Number.isFinite(second)) return sign * (first - second);
  return sign * String(one).localeCompare(String(other));
}

const isCounted = (cell) => typeof cell === "number" || (typeof cell === "string" && MEASURED.test(cell));

/** Return the number by which a cell is ordered, of a measurement the one before its spread; NaN where it is words. */
function worth(cell) {
  if (typeof cell !== "string" || !cell) return typeof cell === "number" ? cell : NaN;
  return Number(cell.split(" ± ")[0].replaceAll(",", "").replace("−", "-"));
}

/** Write a cell; a whole number among fractions has their digits. */
function written(cell, isWhole = true) {
  if (Array.isArray(cell)) return cell.map((value) => number(value)).join(" ");
  if (typeof cell === "boolean") return cell ? "✓" : "✗";
  if (typeof cell === "string") return cell;
  if (!Number.isInteger(cell)) return number(cell);
  return (isWhole || Math.abs(cell) >= 10 ? String(cell) : cell.toFixed(4)).replace("-", "−");
}

const isFraction = (cell) => typeof cell === "number" && !Number.isInteger(cell);

const precisely = (cell) => (typeof cell === "number" ? precise(cell) : written(cell));
