/** What stands around every drawing: title, tools, the number under the pointer, the note, and room for the check. */

import { themeOf, inks } from "../../../web/page/colours.js";
import { canvasPen, save, sized, svgPen } from "../../../web/page/canvas.js";
import { showCheck } from "../check.js";
import { make } from "../../../web/page/dom.js";
import { say } from "./_words.js";

let nextId = 0;

/**
 * Put a frame into an element and return its parts.
 *
 * `drawing` says what the frame needs to know of a kind:
 *   redraw()          draw again: the theme or the room has changed
 *   picture()         {width, height, paint(pen, theme)} for files; none where nothing can be saved
 *   checked()         {row, column, shown, label} of the number to compute again when none was picked, or null
 *   tools()           more buttons, which stand before those that save
 */
export function frame(element, panel, options, drawing) {
  const id = `panel-${(nextId += 1)}`;
  const parts = {
    body: make("div", { className: "panel-body" }),
    tip: make("div", { className: "panel-tip", role: "presentation", hidden: "" }),
    readout: make("p", { className: "seen-by-readers-only", role: "status", "aria-live": "polite" }),
    said: make("p", { className: "panel-said", hidden: "" }),
    check: make("div", { className: "panel-check", hidden: "" }),
    tools: make("div", { className: "panel-tools" }),
  };
  const title = make("h3", { id, className: "panel-title" });
  const note = make("p", { className: "panel-note" });
  element.classList.add("panel", `panel-${panel.kind}`);
  element.dataset.testid = `panel-${panel.name || panel.kind}`;
  element.setAttribute("role", "group");
  element.setAttribute("aria-labelledby", id);
  element.replaceChildren(
    make("header", { className: "panel-head" }, [title, parts.tools]), parts.body, parts.said, parts.readout, parts.check, note,
  );
  element.panelState = { kind: panel.kind, name: panel.name, hovered: null, picked: null, check: null };
  parts.body.append(parts.tip);

  const watch = new ResizeObserver(() => {
    const width = element.clientWidth;
    if (width !== frameOf.width) {
      frameOf.width = width;
      drawing.redraw();
    }
  });
  const frameOf = {
    ...parts,
    element,
    state: element.panelState,
    width: element.clientWidth,
    get theme() {
      return themeOf(element);
    },
    /** Show the title and note of a panel, and the tools that it has. */
    tell(shown, now) {
      [panel, options] = [shown, now];
      title.textContent = shown.title;
      note.textContent = shown.note ?? "";
      note.hidden = !shown.note;
      parts.tools.replaceChildren(...tools());
      parts.check.hidden = true;
      element.panelState.check = null;
    },
    /** Say something below the drawing that stays; an empty text takes it away. */
    say(text) {
      parts.said.textContent = text;
      parts.said.hidden = !text;
    },
    /** Return the room for the drawing, in pixels. */
    room: () => Math.max(200, parts.body.clientWidth),
    /** Compute a number again, and show how. */
    check(place) {
      element.panelState.check = showCheck(parts.check, panel, place, options);
    },
    destroy() {
      watch.disconnect();
      forget();
      element.replaceChildren();
      element.classList.remove("panel", `panel-${panel.kind}`);
    },
  };

  function tools() {
    const shown = [];
    if (panel.check) {
      const text = say(options, "panel.check");
      const button = make("button", { type: "button", className: "panel-tool", text, "data-testid": "check" });
      button.title = say(options, "panel.check_hint");
      button.addEventListener("click", () => {
        const place = element.panelState.picked ?? drawing.checked?.();
        if (place) frameOf.check(place);
        else frameOf.say(say(options, "panel.check_none"));
      });
      shown.push(button);
    }
    shown.push(...(drawing.tools?.() ?? []));
    if (drawing.picture) shown.push(saveAs("SVG", saveSvg), saveAs("PNG", savePng));
    return shown;
  }

  function saveAs(kind, action) {
    const button = make("button", { type: "button", className: "panel-tool panel-save", text: kind });
    button.title = say(options, "panel.save", { kind });
    button.setAttribute("aria-label", button.title);
    button.addEventListener("click", action);
    return button;
  }

  function saveSvg() {
    const { width, height, paint } = drawing.picture();
    const pen = svgPen(width, height, inks(frameOf.theme).card);
    paint(pen, frameOf.theme);
    save(`${panel.name || panel.kind}.svg`, new Blob([pen.svg(panel.title)], { type: "image/svg+xml" }));
  }

  function savePng() {
    const { width, height, paint } = drawing.picture();
    const canvas = document.createElement("canvas");
    const context = sized(canvas, width, height, 2);
    const pen = canvasPen(context);
    pen.rect(0, 0, width, height, { fill: inks(frameOf.theme).card });
    paint(pen, frameOf.theme);
    canvas.toBlob((blob) => save(`${panel.name || panel.kind}.png`, blob));
  }

  const forget = onTheme(() => drawing.redraw());
  frameOf.tell(panel, options);
  watch.observe(element);
  return frameOf;
}

/** Show a tip beside a place of a body: lines of text, the first one stressed; null hides it. */
export function tip({ body, tip: box }, place, lines) {
  box.hidden = lines === null;
  if (lines === null) return;
  box.replaceChildren(...lines.map((text, index) => make("div", { text, className: index ? "" : "panel-tip-first" })));
  const [width, height] = [box.offsetWidth, box.offsetHeight];
  const left = place.x + 14 + width > body.clientWidth ? place.x - 14 - width : place.x + 14;
  const top = place.y - height - 10 < 0 ? place.y + 18 : place.y - height - 10;
  box.style.left = `${Math.max(0, Math.min(left, body.clientWidth - width))}px`;
  box.style.top = `${top}px`;
}

/** Call a function when light turns to dark, or the screen to paper; returns what ends it. */
function onTheme(call) {
  const queries = ["(prefers-color-scheme: dark)", "print"].map((query) => window.matchMedia(query));
  const observer = new MutationObserver(call);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  for (const query of queries) query.addEventListener("change", call);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener("change", call);
  };
}
