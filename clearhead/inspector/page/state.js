/** What the page shows, as one value; the address holds all of it. */

import { readAddress } from "../../web/page/address.js";

const OWN = ["view", "input", "target", "edits", "turned", "lang", "theme"];

/**
 * Return the state an address stands for; what it does not say is as in `first`.
 *
 * What is not the page's own is an option of the view: a number where the view says so, otherwise text.
 */
export function stateOf(about, first, given = readAddress()) {
  const says = (name) => given[name] ?? "";
  const applies = about.views.filter((view) => view.reason === null);
  const names = applies.map((view) => view.name);
  const asked = says("view") || first.view;
  const view = names.includes(asked) ? asked : usual(names);
  const isFirst = !("view" in given) && asked === view;
  return {
    view,
    input: given.input ?? first.input,
    target: given.target ?? ("input" in given ? "" : (first.target ?? "")),
    options: isFirst ? { ...first.options } : optionsOf(about, view, given),
    edits: editsOf(given.edits, first.edits ?? []),
    turned: turnedOf(given.turned),
    lang: says("lang"),
    theme: says("theme"),
    refused: asked && asked !== view ? asked : null,
  };
}

/** Return the values an address holds for a state. */
export function addressOf(state) {
  const { view, input, target, options, edits, turned, lang, theme } = state;
  const own = { view, input, target, edits: edits.length ? JSON.stringify(edits) : null, turned: writtenTurned(turned), lang, theme };
  return { ...options, ...own };
}

/** Return how the reader turned each panel, by its name, from an address: "loss:log,layers:-3". */
export function turnedOf(text = "") {
  return Object.fromEntries(text.split(",").map((one) => one.split(":")).filter((pair) => pair.length === 2 && pair.every(Boolean)));
}

/** Return the same for an address. */
export function writtenTurned(turned) {
  return Object.entries(turned).map((pair) => pair.join(":")).join(",");
}

/** Return the same after one panel was turned, or set back (null). */
export function turnedTo(turned, name, how) {
  const { [name]: _, ...others } = turned;
  return how === null ? others : { ...others, [name]: how };
}

/** Return the words that describe a view. */
export function viewOf(about, name) {
  return about.views.find((view) => view.name === name);
}

function optionsOf(about, view, given) {
  const options = {};
  for (const { name, type } of viewOf(about, view)?.options ?? []) {
    if (!(name in given) || OWN.includes(name)) continue;
    if (type === "str") options[name] = given[name];
    else if (type === "bool") options[name] = given[name] === "true";
    else if (given[name].trim() !== "" && Number.isFinite(Number(given[name]))) options[name] = Number(given[name]);
  }
  return options;
}

function editsOf(text, first) {
  if (text === undefined) return first;
  try {
    const edits = JSON.parse(text);
    return Array.isArray(edits) ? edits.filter((edit) => typeof edit?.tap === "string") : [];
  } catch {
    return []; // a link that was cut off
  }
}

function usual(names) {
  const wanted = ["attention", "next_token", "neuron", "pixels", "word_geometry", "tokenization"];
  return wanted.find((name) => names.includes(name)) ?? names[0];
}
