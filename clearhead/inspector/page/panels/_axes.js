/** What charts over axes share: round numbers along them, their lines in colours by name, the turn to a logarithm. */

import { inks, seriesColour, seriesDash } from "../../../web/page/colours.js";
import { fitted, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { say } from "./_words.js";

const [MOST_NAMES, WIDEST_NAME] = [12, 220];
const MOST_DECADES = 8;
const SUPERSCRIPTS = Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹");
/** Numbers nearer to each other than this part of their size differ by rounding alone. */
const ROUNDING = 1e-12;

/** Return round numbers that enclose a range. */
export function ticksOf(low, high, count = 5) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high))) [low, high] = low === 0 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * power >= rough * 0.999) * power;
  const ticks = [];
  const first = Math.floor(low / step + 1e-9);
  for (let index = first; index * step < high + step * 0.999; index += 1) ticks.push(index * step);
  return ticks;
}

/** Return about so many round numbers within a range, its ends among them where they are round, as they are written. */
export function ticksIn(low, high, count) {
  const ticks = ticksOf(low, high, count);
  const slack = ROUNDING * Math.max(Math.abs(low), Math.abs(high));
  return ticks.filter((value) => value >= low - slack && value <= high + slack).map((value) => ({ value, text: written(value, ticks) }));
}

/** Return powers of ten that enclose a range of positive numbers, each, or every second, every third … */
export function powersOf(low, high) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [1, 10];
  // A power of ten is its own: its logarithm may miss a whole number by a rounding.
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  const step = Math.ceil((last - first) / MOST_DECADES);
  const count = Math.ceil((last - first) / step);
  return Array.from({ length: count + 1 }, (_, index) => 10 ** (first + index * step));
}

/** Write a number of an axis in as many digits as tell it from the next. */
export function written(tick, ticks, isLog) {
  if (isLog) {
    const power = Math.round(Math.log10(tick));
    return `10${power < 0 ? "⁻" : ""}${Array.from(String(Math.abs(power)), (digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;
  }
  const step = ticks[1] - ticks[0];
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  if (Math.max(Math.abs(ticks[0]), Math.abs(ticks.at(-1))) >= 1e7 || digits > 5) return tick === 0 ? "0" : tick.toExponential(1).replace("-", "−");
  return tick.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
}

/** Return whether equal factors could be equal steps: nothing is below 0, and some numbers are twice as large as others. */
export function hasDecades(values) {
  const positive = values.filter((value) => value > 0);
  return values.every((value) => value >= 0) && positive.length > 1 && largestOf(positive) > 2 * smallestOf(positive);
}

/** Return the smallest of any many numbers; of none, infinity. */
export const smallestOf = (values) => values.reduce((least, value) => Math.min(least, value), Infinity);

/** Return the largest of any many numbers; of none, minus infinity. */
export const largestOf = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity);

/** Return the button that turns an axis to the logarithm and back: `isOn()` says which holds, `turn()` changes it. */
export function logButton(options, isOn, turn) {
  const button = make("button", { type: "button", className: "panel-tool", text: say(options, "lines.log"), "data-testid": "log" });
  button.title = say(options, "lines.log_hint");
  const tell = () => button.setAttribute("aria-pressed", String(isOn()));
  button.addEventListener("click", () => {
    turn();
    tell();
  });
  tell();
  return button;
}

/** Place names in rows above a chart; of many the first. */
export function namesOf(names, width) {
  let [x, y] = [0, 0];
  const placed = names.slice(0, MOST_NAMES).map((name, index) => {
    const text = fitted(name, Math.min(WIDEST_NAME, width - 30), 12);
    const wide = widthOf(text, 12) + 36;
    if (x > 0 && x + wide > width) [x, y] = [0, y + 18];
    const place = { text, x, y, index };
    x += wide;
    return place;
  });
  if (names.length > MOST_NAMES) placed.push({ text: `+ ${names.length - MOST_NAMES}`, x, y, index: null });
  return { placed, height: y + 20 };
}

/** Paint the names that were placed, each behind a piece of its line. */
export function paintNames(pen, { placed }, theme) {
  for (const { text, x, y, index } of placed) {
    if (index !== null) pen.line(x, y + 8, x + 18, y + 8, { stroke: seriesColour(index, theme), width: 3, dash: seriesDash(index) });
    pen.text(x + (index === null ? 0 : 23), y + 12, text, { fill: inks(theme).ink });
  }
}

/** Return how far down a number is drawn; NaN for one that a logarithmic axis has no place for. */
export function heightOf(value, { top, tall, low, high, isLog }) {
  if (!isLog) return top + tall - ((value - low) / (high - low)) * tall;
  return value > 0 ? top + tall - (Math.log(value / low) / Math.log(high / low)) * tall : NaN;
}

/** Paint the numbers along the axis that goes up, and a line across at each. */
export function paintHeights(pen, layout, theme) {
  const { left, wide, ticks, isLog } = layout;
  const { muted, line } = inks(theme);
  for (const tick of ticks) {
    const y = heightOf(tick, layout);
    pen.line(left, y, left + wide, y, { stroke: tick === 0 ? muted : line });
    pen.text(left - 6, y + 4, written(tick, ticks, isLog), { size: 11, fill: muted, anchor: "end" });
  }
  if (isLog && ticks.length < 6) paintBetween(pen, layout, line);
}

/** Draw where 2 to 9 times a power of ten lie, fainter: it is these that say that the axis is logarithmic. */
function paintBetween(pen, layout, stroke) {
  for (const tick of layout.ticks.slice(0, -1)) {
    for (let times = 2; times < 10; times += 1) {
      const y = heightOf(times * tick, layout);
      pen.line(layout.left, y, layout.left + layout.wide, y, { stroke, width: 0.4 });
    }
  }
}
