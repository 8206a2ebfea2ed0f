/** A text in the pieces a model reads it in: characters as characters, bytes under the pointer. */

import { inks } from "../../../web/page/colours.js";
import { widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { frame, tip } from "./_frame.js";
import { grouped, say } from "./_words.js";

const SIGNS = { " ": "␣", "\n": "⏎", "\t": "⇥" };

/** Write a token so that it can be read standing alone. */
export function tokenLabel(text) {
  // The blanks between the bytes of a part of a character, ⟨e8 8b⟩, are not the token's.
  return text.replace(/⟨[0-9a-f]{2}(?: [0-9a-f]{2})*⟩|[ \x00-\x1f\x7f-\x9f]/g, (found) => SIGNS[found] ?? bytesOf(found)) || "∅";
}

/** Write a control character as its bytes; what shows bytes already stays. */
function bytesOf(text) {
  if (text.length > 1) return text;
  return `⟨${Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join(" ")}⟩`;
}

/** Draw a panel of tokens into an element. */
export function draw(element, panel, options) {
  const stage = make("div", { className: "panel-pieces", role: "listbox", "aria-orientation": "horizontal" });
  let at = 0;
  const own = frame(element, panel, options, { redraw: () => {}, picture });
  own.body.append(stage);
  stage.addEventListener("pointerover", (event) => show(event.target.closest(".token")));
  stage.addEventListener("pointerleave", () => show(null));
  stage.addEventListener("focusin", (event) => show(event.target.closest(".token")));
  stage.addEventListener("focusout", () => show(null));
  stage.addEventListener("click", (event) => pick(event.target.closest(".token")));
  stage.addEventListener("keydown", key);
  update(panel, options);

  function update(next, now = options) {
    const hadFocus = stage.contains(document.activeElement);
    [panel, options] = [next, now];
    at = hadFocus ? Math.min(at, panel.tokens.length - 1) : 0;
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    stage.setAttribute("aria-label", `${panel.title}. ${counted()}`);
    stage.replaceChildren(...panel.tokens.flatMap((token, index) => {
      const box = make("span", { className: "token", role: "option", "data-index": index, text: tokenLabel(token.text) });
      box.tabIndex = index === at ? 0 : -1;
      return token.text.includes("\n") ? [box, make("br")] : [box];
    }));
    own.say(counted());
    if (hadFocus) stage.querySelectorAll(".token")[at]?.focus({ preventScroll: true });
  }

  function counted() {
    const characters = grouped(Array.from(panel.text).length);
    return say(options, "tokens.count", { count: grouped(panel.tokens.length), characters });
  }

  function told(index) {
    const { id, bytes, start, end } = panel.tokens[index];
    const lines = [say(options, "tokens.id", { id })];
    if (bytes) lines.push(say(options, "tokens.bytes", { bytes }));
    return [...lines, say(options, "tokens.span", { start, end })];
  }

  function show(box) {
    if (!box) {
      own.state.hovered = null;
      return tip(own, null, null);
    }
    const index = Number(box.dataset.index);
    own.state.hovered = { index, ...panel.tokens[index] };
    const lines = [tokenLabel(panel.tokens[index].text), ...told(index)];
    tip(own, { x: box.offsetLeft + box.offsetWidth / 2 - 14, y: box.offsetTop }, lines);
    own.readout.textContent = lines.join(" · ");
    return undefined;
  }

  function pick(box) {
    if (!box) return;
    stage.querySelector("[aria-selected=true]")?.removeAttribute("aria-selected");
    box.setAttribute("aria-selected", "true");
    const index = Number(box.dataset.index);
    own.state.picked = { index, ...panel.tokens[index] };
    options.onPick?.({ panel: panel.name, index, id: panel.tokens[index].id });
  }

  function key(event) {
    const boxes = stage.querySelectorAll(".token");
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") pick(boxes[at]);
    else if (to !== undefined && boxes.length) {
      boxes[at].tabIndex = -1;
      at = Math.max(0, Math.min(boxes.length - 1, to));
      boxes[at].tabIndex = 0;
      boxes[at].focus();
    } else return;
    event.preventDefault();
  }

  function picture() {
    const [size, tall, room] = [15, 32, Math.max(480, own.room())];
    let [x, y] = [0, 0];
    const placed = panel.tokens.map((token) => {
      const text = tokenLabel(token.text);
      const width = widthOf(text, size) + 14;
      if (x > 0 && x + width > room) [x, y] = [0, y + tall];
      const place = { text, x, y, width };
      [x, y] = token.text.includes("\n") ? [0, y + tall] : [x + width + 4, y];
      return place;
    });
    const paint = (pen, theme) => placed.forEach((token, index) => {
      const { ink, line, soft, card } = inks(theme);
      pen.rect(token.x + 0.5, token.y + 2.5, token.width, tall - 6, { fill: index % 2 ? soft : card, stroke: line, radius: 4 });
      pen.text(token.x + token.width / 2, token.y + 21, token.text, { size, fill: ink, anchor: "middle" });
    });
    return { width: room + 2, height: y + tall + 2, paint };
  }

  return { update, destroy: own.destroy };
}
