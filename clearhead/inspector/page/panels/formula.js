/** A computation, line by line, with the numbers put in. */

import { inks } from "../../../web/page/colours.js";
import { widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { frame } from "./_frame.js";
import { precise } from "./_words.js";

/** Draw a formula panel into an element. */
export function draw(element, panel, options) {
  const lines = make("div", { className: "panel-formula-lines" });
  const values = make("dl", { className: "panel-formula-values" });
  const own = frame(element, panel, options, { redraw: () => {}, picture, checked });
  own.body.append(lines, values);
  update(panel, options);

  function update(next, now = options) {
    [panel, options] = [next, now];
    own.state.values = panel.values;
    own.state.picked = null;
    own.tell(panel, options);
    lines.replaceChildren(...panel.lines.map((text) => make("p", { text: options.blank ? blanked(text) : text })));
    values.replaceChildren(...Object.entries(options.blank ? {} : panel.values).map(([name, value]) => make("div", {}, [
      make("dt", { text: name }), make("dd", { text: precise(value), "data-value": value }),
    ])));
  }

  /** The number that a check computes again is the last one. */
  function checked() {
    const [name, shown] = Object.entries(panel.values).at(-1) ?? [];
    return name === undefined ? null : { row: 0, column: 0, shown, label: name };
  }

  function picture() {
    const shown = options.blank ? panel.lines.map(blanked) : panel.lines;
    const width = Math.max(200, ...shown.map((text) => widthOf(text, 15))) + 16;
    const paint = (pen, theme) => shown.forEach((text, index) => {
      pen.text(8, 26 * index + 22, text, { size: 15, fill: inks(theme).ink });
    });
    return { width, height: 26 * shown.length + 14, paint };
  }

  return { update, destroy: own.destroy };
}

/** Leave the result of a line to the reader. */
const blanked = (text) => text.replace(/=(?!.*=).*$/s, "= ________");
