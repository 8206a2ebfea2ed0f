/** The panels of a view, each drawn by the module of its kind; what stays is updated in place. */

import { decodePanel } from "../../web/page/arrays.js";
import { make } from "../../web/page/dom.js";
import * as fallback from "./fallback.js";
import { inWords } from "./in_words.js";

// In a report the modules have names, not places.
const PLACE = import.meta.url.startsWith("data:") ? "inspector/page/panels/" : "./panels/";
const modules = new Map();

/**
 * Return what draws panels into an element.
 *
 * `show(panels, context)` draws; context = {view, answer, words, onPick(panel, what), exactRow(panel, row), turned,
 * onTurn(panel, how)}: `turned` says by the name of a panel how the reader turned it. Panels of no view (null) are written
 * in the reader's language already.
 */
export function drawnIn(container) {
  let drawn = [];

  async function show(panels, context) {
    const decoded = await Promise.all(panels.map(decodePanel));
    const makers = await Promise.all(decoded.map((panel) => makerOf(panel.kind)));
    const keeps = (one, panel) => one.name === panel.name && one.kind === panel.kind && one.view === context.view;
    const stays = drawn.map((one) => decoded.some((panel) => keeps(one, panel)));
    drawn.filter((_, index) => !stays[index]).forEach(end);
    const before = drawn.filter((_, index) => stays[index]);
    drawn = decoded.map((panel, index) => {
      const kept = before.find((one) => keeps(one, panel));
      const told = context.view === null ? panel : inWords(panel, context.view, context.words);
      const options = optionsFor(panel, context);
      kept?.drawing.update(told, options);
      const element = kept?.element ?? make("section", {});
      element.dataset.answer = String(panel.name === context.answer);
      // In the order of the panels; what stands in its place is not moved, or it would lose the focus.
      if (container.children[index] !== element) container.insertBefore(element, container.children[index] ?? null);
      const drawing = kept?.drawing ?? makers[index].draw(element, told, options);
      return { element, drawing, name: panel.name, kind: panel.kind, view: context.view };
    });
  }

  function end({ drawing, element }) {
    drawing.destroy();
    element.remove();
  }

  function clear() {
    drawn.forEach(end);
    drawn = [];
  }

  return { show, clear };
}

function optionsFor(panel, { words, onPick, exactRow, turned = {}, onTurn }) {
  const isExact = panel.values?.exact !== false;
  return {
    strings: words,
    locale: words.locale,
    onPick: (what) => onPick(panel, what),
    exactRow: exactRow && !isExact ? (row) => exactRow(panel, row) : undefined,
    turned: turned[panel.name] ?? null,
    onTurn: onTurn && ((how) => onTurn(panel, how)),
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
