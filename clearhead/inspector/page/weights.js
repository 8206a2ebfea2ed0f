/** The weights of a small model, to be changed by hand; the files of the run stay as they are. */

import { make } from "../../web/page/dom.js";

const MOST_SHOWN = 256;

/**
 * Return the table of weights in an element; `changed()` is told that the numbers of the model are others now.
 *
 * `show(words)` fills it.
 */
export function weightsIn(element, source, { changed, refuse }) {
  let [open, name, locale] = [false, null, null];

  function show(words) {
    element.hidden = !source.isLive || !source.about.has_editable_weights;
    if (element.hidden || words.locale === locale) return; // the box that somebody is in stays
    locale = words.locale;
    const body = make("div", {});
    const details = make("details", {
      open, dataset: { testid: "weights" },
      on: {
        toggle: () => {
          open = details.open;
          if (open) fill(body, words).catch(refuse);
        },
      },
    }, make("summary", { text: words("weights.title") }), body);
    element.replaceChildren(details);
  }

  async function fill(body, words) {
    const tensors = await source.weights();
    name = name in tensors ? name : Object.keys(tensors)[0];
    const select = make("select", { "aria-label": words("weights.tensor"), on: { change: () => { name = select.value; list(); } } },
      Object.keys(tensors).map((key) => make("option", { value: key, text: `${key}  ${tensors[key].shape.join(" × ")}` })));
    select.value = name;
    const grid = make("div", { className: "weights-grid" });
    const list = () => grid.replaceChildren(table(name, tensors[name], words));
    const back = make("button", {
      type: "button", text: words("weights.reset"), dataset: { testid: "weights-reset" },
      on: { click: () => source.reset().then(() => fill(body, words)).then(changed).catch(refuse) },
    });
    list();
    body.replaceChildren(make("p", { className: "hint", text: words("weights.hint") }), select, grid, back);
  }

  function table(tensor, { shape, values }, words) {
    const columns = shape.at(-1) ?? 1;
    const rows = [];
    for (let start = 0; start < Math.min(values.length, MOST_SHOWN); start += columns) {
      const cells = values.slice(start, start + columns).map((value, offset) => {
        const index = placeOf(start + offset, shape);
        let held = Number(value.toPrecision(6)); // what the model has
        const label = `${tensor}[${index.join(",")}]`;
        const input = make("input", {
          type: "number", step: "any", value: held, title: label, "aria-label": label,
          dataset: { testid: `weight-${label}` },
          on: {
            change: async () => {
              if (input.value === "") return;
              try {
                await source.setWeight(tensor, index, Number(input.value));
                held = input.value;
                changed();
              } catch (error) {
                input.value = held;
                refuse(error);
              }
            },
          },
        });
        return make("td", {}, input);
      });
      rows.push(make("tr", {}, cells));
    }
    const rest = values.length - MOST_SHOWN;
    const more = rest > 0 ? make("p", { className: "hint", text: words("weights.more", { count: rest }) }) : null;
    return make("div", {}, make("table", {}, rows), more);
  }

  return { show };
}

function placeOf(number, shape) {
  const index = [];
  for (let axis = shape.length - 1, rest = number; axis >= 0; axis -= 1) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
