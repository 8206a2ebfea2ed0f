/** The panels of a view, each drawn by the module of its kind; what stays is updated in place. */

import { decodePanel } from "../../web/page/arrays.js";
import { make } from "../../web/page/dom.js";
import { translated } from "../../web/page/strings.js";
import * as fallback from "./fallback.js";

// In a report the modules have names, not places.
const PLACE = import.meta.url.startsWith("data:") ? "inspector/page/panels/" : "./panels/";
const modules = new Map();

/**
 * Return what draws panels into an element.
 *
 * `show(panels, context)` draws; context = {view, answer, words, tables, onPick(panel, what), exactRow(panel, row)}.
 */
export function drawnIn(container) {
  let drawn = [];

  async function show(panels, context) {
    const decoded = await Promise.all(panels.map(decodePanel));
    const makers = await Promise.all(decoded.map((panel) => makerOf(panel.kind)));
    const before = drawn;
    drawn = decoded.map((panel, index) => {
      const kept = before.find((one) => one && one.name === panel.name && one.kind === panel.kind && one.view === context.view);
      const told = inWords(panel, context);
      const options = optionsFor(panel, context);
      if (kept) {
        before[before.indexOf(kept)] = null;
        kept.drawing.update(told, options);
      }
      const element = kept?.element ?? make("section", {});
      element.dataset.answer = String(panel.name === context.answer);
      container.append(element); // in the order of the panels; one that is there already moves
      const drawing = kept?.drawing ?? makers[index].draw(element, told, options);
      return { element, drawing, name: panel.name, kind: panel.kind, view: context.view };
    });
    for (const gone of before.filter(Boolean)) {
      gone.drawing.destroy();
      gone.element.remove();
    }
  }

  function clear() {
    for (const { drawing, element } of drawn) {
      drawing.destroy();
      element.remove();
    }
    drawn = [];
  }

  return { show, clear };
}

const NAMED = ["axis", "row_axis", "column_axis", "x_axis", "y_axis"];

/** Return a panel with its own words in the reader's language, as far as the tables have them; labels stay as they are. */
function inWords(panel, { view, tables, words }) {
  if (words.locale === "en") return panel;
  const word = (text) => translated(tables, words.locale, "word.", text);
  const told = { ...panel, title: translated(tables, words.locale, `panel.${view}.`, panel.title) };
  told.note = sentencesOf(panel.note ?? "").map((text) => translated(tables, words.locale, "note.", text)).join(" ").replaceAll("。 ", "。");
  for (const name of NAMED.filter((name) => typeof panel[name] === "string")) told[name] = word(panel[name]);
  if (panel.kind === "table") told.columns = panel.columns.map(word);
  if (panel.kind === "lines") told.series = Object.fromEntries(Object.entries(panel.series).map(([name, values]) => [word(name), values]));
  return told;
}

/** Cut a note where a sentence ends: each is translated by itself. */
function sentencesOf(note) {
  return note.split(/(?<=[.?!])\s+(?=[\p{Lu}\d`θ'])/u);
}

function optionsFor(panel, { words, onPick, exactRow }) {
  const isExact = panel.values?.exact !== false;
  return {
    strings: words,
    locale: words.locale,
    onPick: (what) => onPick(panel, what),
    exactRow: exactRow && !isExact ? (row) => exactRow(panel, row) : undefined,
  };
}

async function makerOf(kind) {
  if (!modules.has(kind)) {
    const loading = import(`${PLACE}${kind}.js`).catch((error) => {
      console.warn(`No drawing for ${kind}: ${error.message}`);
      return fallback;
    });
    modules.set(kind, loading);
  }
  return modules.get(kind);
}
