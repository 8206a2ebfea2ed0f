/** The box for what the model reads: a text, a pair, a row, a picture, words. */

import { make } from "../../web/page/dom.js";

const MOST_PICTURE_BYTES = 5_000_000;

/**
 * Return the box in an element; `ask({input, target})` is told what to read, `refuse(sentence)` what cannot be read.
 *
 * `show(about, state, facts, words)` fills it; in a report, where nothing else can be asked, it only says what was read.
 */
export function inputIn(element, { isLive, ask, refuse }) {
  const input = make("textarea", { rows: 3, id: "input", spellcheck: "false", dataset: { testid: "input" }, readonly: !isLive });
  const target = make("textarea", { rows: 2, id: "target", spellcheck: "false", dataset: { testid: "target" }, readonly: !isLive });
  const inputLabel = make("label", { for: "input" });
  const targetLabel = make("label", { for: "target" });
  const go = make("button", { type: "submit", className: "primary", dataset: { testid: "ask" } });
  const picture = make("input", { type: "file", accept: "image/*", hidden: true, id: "picture" });
  const choose = make("button", { type: "button", on: { click: () => picture.click() } });
  const size = make("span", { className: "size", dataset: { testid: "size" } });
  let words = (key) => key;

  const send = () => ask({ input: input.value, target: target.value });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  for (const box of [input, target]) {
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return; // Shift+Enter breaks the line
      event.preventDefault();
      if (isLive) send();
    });
  }
  picture.addEventListener("change", async () => {
    const [file] = picture.files;
    if (!file) return;
    if (file.size > MOST_PICTURE_BYTES) return refuse(words("page.picture_too_large"));
    ask({ input: await asAddress(file), target: target.value });
  });
  element.append(inputLabel, input, targetLabel, target, make("div", { className: "row" }, go, choose, picture, size));

  function show(about, state, facts, say) {
    words = say;
    const kind = about.kind;
    const isPicture = kind === "image";
    inputLabel.textContent = words(`input.${kind}`);
    targetLabel.textContent = words(kind === "pair" ? "input.target" : "input.answer");
    [targetLabel.hidden, target.hidden] = [!about.has_target, !about.has_target];
    go.textContent = words("page.look");
    [go.hidden, choose.hidden] = [!isLive, !isLive || !isPicture];
    choose.textContent = words("page.choose_picture");
    const isData = state.input.startsWith("data:");
    if (document.activeElement !== input) input.value = isData ? words("page.chosen_picture") : state.input;
    if (document.activeElement !== target) target.value = state.target || "";
    target.placeholder = kind === "pair" ? (facts?.target ?? words("input.own_translation")) : words("input.unknown_answer");
    if (facts?.labels?.length) target.title = facts.labels.slice(0, 40).join(", ");
    size.textContent = facts ? sizeOf(facts, words) : "";
  }

  return { show };
}

function sizeOf({ pieces, target_pieces: target, size }, words) {
  if (target.length) return words("input.pair_size", { source: pieces.length, target: target.length });
  if (pieces.length) return words("input.size", { count: pieces.length });
  return words("input.numbers", { count: size.replace(/ numbers$/, "") });
}

function asAddress(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
