/** The options of a view as a form; what stands at its default is not in the address. */

import { make, settled } from "../../web/page/dom.js";

const DRAG_MS = 90;

/**
 * Return a form in an element; `change(options, isStep)` is told every change (a drag is no step of the back button).
 *
 * `show(view, options, words)` fills it.
 */
export function optionsIn(element, change) {
  let fields = [];
  let about = null;
  let options = {};

  const dragged = settled((name, value) => set(name, value, false), DRAG_MS);

  function set(name, value, isStep = true) {
    const field = about.options.find((one) => one.name === name);
    const next = { ...options };
    if (value === null || value === field.default) delete next[name];
    else next[name] = value;
    options = next;
    change(next, isStep);
  }

  function show(view, values, words) {
    const isSame = about === view && element.lang === words.locale;
    [about, options] = [view, values];
    element.hidden = view.options.length === 0;
    if (!isSame) {
      element.lang = words.locale;
      fields = view.options.map((field) => control(field, words, set, dragged));
      element.replaceChildren(...fields.map((field) => field.element));
    }
    for (const field of fields) field.put(values[field.name] ?? null);
  }

  element.addEventListener("submit", (event) => event.preventDefault());
  return { show };
}

function control(field, words, set, dragged) {
  const label = words.has(`option.${field.name}`) ? words(`option.${field.name}`) : field.name.replaceAll("_", " ");
  const kind = field.choices ? chooser : "low" in field ? slider : field.type === "bool" ? ticked : typed;
  const { input, put, more = [] } = kind(field, words, set, dragged);
  input.dataset.testid = input.id = `option-${field.name}`;
  const hint = words.has(`help.${field.name}`) ? words(`help.${field.name}`) : field.help;
  input.title = hint ?? ""; // what a reader of screens says after the name
  const element = make("div", { className: `option option-${field.type}`, title: hint },
    make("span", {}, make("label", { for: input.id, text: label }), ...more), input);
  return { name: field.name, element, put };
}

function chooser(field, words, set) {
  const text = (word) => (words.has(`choice.${word}`) ? words(`choice.${word}`) : word.replaceAll("_", " "));
  const choices = field.choices.map((word) => make("option", { value: word, text: text(word) }));
  if (field.default === null) choices.unshift(make("option", { value: "", text: words("page.automatic") }));
  const input = make("select", { on: { change: () => set(field.name, input.value || null) } }, choices);
  return { input, put: (value) => { input.value = value ?? field.default ?? ""; } };
}

function slider(field, words, set, dragged) {
  const shown = make("output", {});
  const write = (value) => {
    shown.textContent = value === null ? words("page.off") : String(value);
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  const input = make("input", {
    type: "range", min: field.low, max: field.high, step: field.step,
    on: {
      input: () => {
        write(Number(input.value));
        dragged(field.name, Number(input.value));
      },
    },
  });
  const back = make("button", {
    type: "button", className: "plain option-back", text: "×", title: words("page.set_back"), "aria-label": words("page.set_back"),
    on: { click: () => set(field.name, null) },
  });
  const put = (value) => {
    const now = value ?? field.default;
    if (document.activeElement !== input || value === null) input.value = now ?? (field.name === "top_p" ? field.high : field.low);
    write(now);
    back.disabled = value === null;
  };
  return { input, put, more: [shown, back] };
}

function typed(field, words, set) {
  const isNumber = field.type === "int" || field.type === "float";
  const read = () => {
    const text = input.value.trim();
    if (text === "") return set(field.name, null);
    if (!isNumber) return set(field.name, input.value);
    return Number.isFinite(Number(text)) ? set(field.name, Number(text)) : null;
  };
  const input = make("input", {
    type: isNumber ? "number" : "text", step: field.type === "int" ? 1 : "any", placeholder: words("page.automatic"),
    list: field.name === "tap" ? "taps" : null, // the names that edits.js lists
    autocomplete: "off", spellcheck: "false", on: { change: read },
  });
  return { input, put: (value) => { input.value = value ?? field.default ?? ""; } };
}

function ticked(field, words, set) {
  const input = make("input", { type: "checkbox", on: { change: () => set(field.name, input.checked) } });
  return { input, put: (value) => { input.checked = value ?? field.default ?? false; } };
}
