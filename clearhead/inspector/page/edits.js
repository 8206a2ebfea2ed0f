/** What is changed while the model runs: heads switched off with a click, and any other value on its way. */

import { make, refill } from "../../web/page/dom.js";

const KINDS = { ablate: [], replace: ["value"], clamp: ["low", "high"] };

/**
 * Return the list of changes in an element; `change(edits)` is told every one.
 *
 * `show(about, edits, words, isLive)` fills it.
 */
export function editsIn(element, change) {
  let open = false;
  let shown = null;

  function show(about, edits, words, isLive) {
    const now = JSON.stringify([words.locale, edits]);
    if (now === shown) return; // what somebody is writing in the form stays
    shown = now;
    element.hidden = !isLive && edits.length === 0;
    const parts = [make("h3", { text: words("edits.title") })];
    if (isLive && about.heads.length) parts.push(heads(about, edits, words));
    if (edits.length) parts.push(listed(edits, words, isLive));
    if (isLive) parts.push(another(about, edits, words));
    refill(element, ...parts);
  }

  function heads(about, edits, words) {
    const rows = about.heads.map(({ tap, count }) => {
      const place = tap.replace(/\.?(attention\.)?mixed$/, "");
      const buttons = Array.from({ length: count }, (_, head) => {
        const isOff = edits.some((edit) => isHead(edit, tap, head));
        const label = words("edits.head", { place, head });
        return make("button", {
          type: "button", text: String(head), title: label, "aria-label": label, "aria-pressed": String(isOff),
          dataset: { testid: `head-${tap}-${head}` },
          on: { click: () => change(isOff ? edits.filter((edit) => !isHead(edit, tap, head)) : [...edits, { tap, kind: "ablate", head }]) },
        });
      });
      return make("div", { className: "heads-row" }, make("span", { text: place }), make("div", { className: "heads" }, buttons));
    });
    return make("div", { className: "heads-table", role: "group", "aria-label": words("edits.heads") },
      make("p", { className: "hint", text: words("edits.heads") }), rows);
  }

  function listed(edits, words, isLive) {
    const rows = edits.map((edit, index) => {
      const remove = make("button", {
        type: "button", className: "plain", text: "×", title: words("edits.remove"), "aria-label": words("edits.remove"),
        on: { click: () => change(edits.filter((_, other) => other !== index)) },
      });
      return make("li", {}, make("span", { text: sentence(edit, words) }), isLive ? remove : null);
    });
    const undo = make("button", {
      type: "button", text: words("edits.undo"), dataset: { testid: "undo" }, on: { click: () => change(edits.slice(0, -1)) },
    });
    const all = make("button", { type: "button", text: words("edits.clear"), on: { click: () => change([]) } });
    return make("div", { dataset: { testid: "edits" } }, make("ul", { className: "edits-list" }, rows),
      isLive ? make("div", { className: "row" }, undo, all) : null);
  }

  function another(about, edits, words) {
    const tap = make("input", { type: "text", list: "taps", autocomplete: "off", spellcheck: "false", dataset: { testid: "edit-tap" } });
    const taps = make("datalist", { id: "taps" }, about.taps.map((name) => make("option", { value: name })));
    const kind = make("select", { dataset: { testid: "edit-kind" } },
      Object.keys(KINDS).map((name) => make("option", { value: name, text: words(`edits.kind.${name}`) })));
    const numbers = Object.fromEntries(["head", "value", "low", "high"].map((name) =>
      [name, make("input", { type: "number", step: name === "head" ? 1 : "any", dataset: { testid: `edit-${name}` } })]));
    const labels = Object.fromEntries(Object.entries(numbers).map(([name, input]) =>
      [name, make("label", { className: "option" }, make("span", { text: words(name === "head" ? "edits.head_number" : `edits.${name}`) }), input)]));
    const fit = () => {
      for (const name of ["value", "low", "high"]) labels[name].hidden = !KINDS[kind.value].includes(name);
    };
    kind.addEventListener("change", fit);
    fit();
    const add = () => {
      const edit = { tap: tap.value.trim(), kind: kind.value };
      for (const name of ["head", ...KINDS[kind.value]]) {
        if (numbers[name].value !== "") edit[name] = Number(numbers[name].value);
      }
      if (edit.tap) change([...edits, edit]);
    };
    const form = make("form", { className: "options", on: { submit: (event) => { event.preventDefault(); add(); } } },
      make("label", { className: "option option-wide" }, make("span", { text: words("edits.tap") }), tap, taps),
      make("label", { className: "option" }, make("span", { text: words("edits.what") }), kind),
      Object.values(labels),
      make("button", { type: "submit", text: words("edits.add"), dataset: { testid: "edit-add" } }));
    const details = make("details", { open, on: { toggle: () => { open = details.open; } } },
      make("summary", { text: words("edits.another") }), form);
    return details;
  }

  return { show };
}

/** Say a change in words. */
export function sentence(edit, words) {
  const head = Number.isInteger(edit.head) ? words("edits.of_head", { head: edit.head }) : "";
  const values = { tap: edit.tap, head, value: edit.value, low: edit.low ?? "−∞", high: edit.high ?? "∞" };
  return words(`edits.told.${edit.kind}`, values);
}

const isHead = (edit, tap, head) => edit.tap === tap && edit.kind === "ablate" && edit.head === head && edit.positions == null;
