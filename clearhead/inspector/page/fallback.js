/** A panel of a kind that has no drawing of its own: its numbers as they are. */

import { make } from "../../web/page/dom.js";

const MOST_ROWS = 64;

/** Draw a panel as a plain table. */
export function draw(element, panel) {
  const show = (shown) => {
    element.className = "panel panel-plain";
    element.dataset.testid = `panel-${shown.name || shown.kind}`;
    element.panelState = { kind: shown.kind, name: shown.name, hovered: null, picked: null };
    element.replaceChildren(
      make("h3", { className: "panel-title", text: shown.title }),
      make("div", { className: "panel-body" }, make("table", {}, rowsOf(shown))),
      make("p", { className: "panel-note", text: shown.note }),
    );
  };
  show(panel);
  return { update: show, destroy: () => element.replaceChildren() };
}

function rowsOf(panel) {
  const row = (cells) => make("tr", {}, cells.map((cell) => make("td", { text: String(cell ?? "–") })));
  if (panel.lines) return panel.lines.map((line) => row([line]));
  if (panel.kind === "table") return [row(panel.columns), ...panel.rows.slice(0, MOST_ROWS).map(row)];
  const array = panel.values ?? panel.points;
  if (!array?.data) return [];
  const width = array.shape.at(-1) ?? 1;
  const labels = panel.rows ?? panel.labels ?? [];
  const count = Math.min(MOST_ROWS, array.data.length / width);
  const numbers = (index) => Array.from(array.data.subarray(index * width, (index + 1) * width), (value) => value.toPrecision(4));
  return Array.from({ length: count }, (_, index) => row([labels[index], ...numbers(index).slice(0, MOST_ROWS)]));
}
