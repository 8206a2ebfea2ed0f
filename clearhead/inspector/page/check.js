/**
 * One number of a panel, computed again in float64 from the numbers that it was made of.
 *
 * The rules are those of panels/base.py, `Check`. What is shown comes from the panel, what is computed from the check's
 * operands alone; the two stand side by side with their difference.
 */

import { make } from "../../web/page/dom.js";
import { grouped, precise, say } from "./panels/_words.js";

const LISTED = 12;

/**
 * Compute the number in a row and column of a panel again.
 *
 * Returns {value, columns, terms, facts}: the number; the names of what each term holds; a row of numbers for each
 * term, the last of which is added up; and what else went in, as [name, number] in the order of its use.
 */
export function recompute(check, row, column) {
  return RULES[check.rule](check, row, column);
}

/** Say in one line of what a number is made: the first pairs, and how many more there are. */
export function glimpse(check, { row, column }) {
  const { terms, facts } = recompute(check, row, column);
  if (check.rule === "softmax" || check.rule.endsWith("norm")) return check.formula;
  const joined = check.rule === "sum" ? " + " : "·";
  const parts = terms.slice(0, 2).map((term) => term.numbers.slice(0, 2).map((value) => bracketed(value)).join(joined));
  const more = terms.length > 2 ? [`… (${grouped(terms.length)})`] : [];
  const bias = facts.filter(([name]) => name === "bias").map(([, value]) => bracketed(value));
  return [...parts, ...more, ...bias].join(" + ");
}

/** Show in a box how a number is computed again; returns {recomputed, shown, difference, terms}, or null. */
export function showCheck(box, panel, place, options) {
  const { check } = panel;
  const { row, column, shown, label } = place;
  if (!check || !Number.isFinite(shown)) {
    box.hidden = false;
    box.replaceChildren(make("p", { text: say(options, "panel.check_none") }));
    return null;
  }
  const found = recompute(check, row, column);
  const difference = Math.abs(found.value - shown);
  const close = make("button", { type: "button", className: "panel-tool", text: "×" });
  close.setAttribute("aria-label", say(options, "panel.close"));
  close.addEventListener("click", () => { box.hidden = true; });
  box.hidden = false;
  box.replaceChildren(
    make("header", { className: "panel-head" }, [make("h4", { text: say(options, "check.title") }), close]),
    make("p", { className: "check-what", text: label ?? "" }),
    make("p", { className: "check-formula", text: check.formula, "data-testid": "check-formula" }),
    make("div", { className: "panel-scroll" }, [tableOf(check, found, options)]),
    factsOf(found, options),
    make("dl", { className: "check-result" }, [
      ...entry("check.recomputed", found.value, precise(found.value, 12), options),
      ...entry("check.shown", shown, precise(shown), options),
      ...entry("check.difference", difference, difference === 0 ? "0" : difference.toExponential(1), options),
    ]),
  );
  return { recomputed: found.value, shown, difference, terms: found.terms.length };
}

const RULES = {
  dot(check, row, column) {
    const { scale = 1 } = check.numbers;
    const found = products(rowOf(check.arrays.left, row), rowOf(check.arrays.right, column), ["left", "right"]);
    const facts = scale === 1 ? [] : [["scale", scale]];
    return { ...found, value: scale * found.total, facts: [["sum", found.total], ...facts] };
  },
  mix(check, row, column) {
    const { weights, values } = check.arrays;
    const found = products(rowOf(weights, row), columnOf(values, column), ["weights", "values"]);
    return { ...found, value: found.total, facts: [] };
  },
  affine(check, row, column) {
    const { inputs, weights, bias } = check.arrays;
    const found = products(rowOf(inputs, row), rowOf(weights, column), ["inputs", "weights"]);
    const added = bias ? one(bias, column) : 0;
    const facts = [["sum", found.total], ...(bias ? [["bias", added]] : [])];
    const bent = BENDS[check.activation ?? "none"](found.total + added);
    if ((check.activation ?? "none") !== "none") facts.push([check.activation, bent]);
    return { ...found, value: bent, facts };
  },
  sum(check, row, column) {
    return pair(check, row, column, (left, right) => left + right);
  },
  product(check, row, column) {
    return pair(check, row, column, (left, right) => left * right);
  },
  softmax(check, row, column) {
    const { temperature = 1 } = check.numbers;
    const logits = rowOf(check.arrays.logits, row);
    const scores = Array.from(logits, (score) => (Number.isNaN(score) ? -Infinity : score / temperature));
    const most = scores.reduce((first, second) => Math.max(first, second), -Infinity);
    const powers = scores.map((score) => Math.exp(score - most));
    const total = powers.reduce((first, second) => first + second, 0);
    const order = powers.map((_, index) => index).sort((a, b) => (a === column ? -1 : b === column ? 1 : powers[b] - powers[a]));
    return {
      value: powers[column] / total,
      columns: temperature === 1 ? ["logits", "power"] : ["logits", "scaled", "power"],
      terms: order.map((index) => ({
        index,
        numbers: temperature === 1 ? [logits[index], powers[index]] : [logits[index], scores[index], powers[index]],
      })),
      total,
      facts: [["sum", total], ["largest", most]],
    };
  },
  layer_norm(check, row, column) {
    const inputs = rowOf(check.arrays.inputs, row);
    const mean = inputs.reduce((sum, value) => sum + value, 0) / inputs.length;
    const variance = inputs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inputs.length;
    const scaled = (inputs[column] - mean) / Math.sqrt(variance + (check.numbers.epsilon ?? 0));
    return normed(check, inputs, column, scaled, [["mean", mean], ["variance", variance]]);
  },
  rms_norm(check, row, column) {
    const inputs = rowOf(check.arrays.inputs, row);
    const square = inputs.reduce((sum, value) => sum + value * value, 0) / inputs.length;
    return normed(check, inputs, column, inputs[column] / Math.sqrt(square + (check.numbers.epsilon ?? 0)), [["square", square]]);
  },
};

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const BENDS = {
  none: (x) => x,
  sigmoid,
  tanh: Math.tanh,
  relu: (x) => Math.max(0, x),
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  gelu_tanh: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x * sigmoid(x),
};

/** The error function, by a series whose terms are all of one sign: exact to the last digits everywhere. */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function products(left, right, columns) {
  const terms = Array.from(left, (value, index) => ({ index, numbers: [value, right[index], value * right[index]] }));
  const total = terms.reduce((sum, term) => sum + term.numbers[2], 0);
  return { columns: [...columns, "product"], terms, total };
}

function pair(check, row, column, combine) {
  const [left, right] = [rowOf(check.arrays.left, row)[column], rowOf(check.arrays.right, row)[column]];
  return { value: combine(left, right), columns: ["left", "right"], terms: [{ index: column, numbers: [left, right] }], facts: [] };
}

function normed(check, inputs, column, scaled, facts) {
  const { gain, bias } = check.arrays;
  const [factor, added] = [gain ? one(gain, column) : 1, bias ? one(bias, column) : 0];
  const order = [column, ...Array.from(inputs.keys()).filter((index) => index !== column)];
  return {
    value: scaled * factor + added,
    columns: ["inputs"],
    terms: order.map((index) => ({ index, numbers: [inputs[index]] })),
    facts: [...facts, ...(gain ? [["gain", factor]] : []), ...(bias ? [["bias", added]] : [])],
  };
}

/** Return one row of a matrix; an array with one axis is a single row, which all share. */
function rowOf({ shape, data }, row) {
  if (shape.length === 1) return data;
  return data.subarray((shape[0] === 1 ? 0 : row) * shape[1], (shape[0] === 1 ? 1 : row + 1) * shape[1]);
}

function columnOf({ shape, data }, column) {
  return Float64Array.from({ length: shape[0] }, (_, row) => data[row * shape[1] + column]);
}

const one = ({ data }, index) => data[data.length === 1 ? 0 : index];

function tableOf(check, { columns, terms }, options) {
  const head = make("tr", {}, [make("th", { text: say(options, "check.term") }),
    ...columns.map((name) => make("th", { text: say(options, `check.${name}`) }))]);
  const rows = terms.slice(0, LISTED).map(({ index, numbers }) => make("tr", {}, [
    make("td", { text: String(index) }), ...numbers.map((value) => make("td", { text: precise(value, 6) })),
  ]));
  if (terms.length > LISTED) {
    const rest = terms.slice(LISTED);
    const sum = rest.reduce((total, term) => total + (Number.isFinite(term.numbers.at(-1)) ? term.numbers.at(-1) : 0), 0);
    const cells = columns.map((_, index) => make("td", { text: index === columns.length - 1 ? precise(sum, 6) : "" }));
    rows.push(make("tr", { className: "check-rest" }, [
      make("td", { text: say(options, "check.more", { count: grouped(rest.length) }) }), ...cells,
    ]));
  }
  return make("table", { className: "check-terms", "data-testid": "check-terms" }, [
    make("thead", {}, [head]), make("tbody", {}, rows),
  ]);
}

function factsOf({ facts }, options) {
  const texts = facts.map(([name, value]) => {
    if (name === "largest") return say(options, "check.largest", { value: precise(value, 6) });
    const known = ["sum", "scale", "bias", "gain", "mean", "variance", "square"].includes(name);
    return `${known ? say(options, `check.${name}`) : name} = ${precise(value, 9)}`;
  });
  return make("p", { className: "check-facts", text: texts.join("   ") });
}

function entry(key, value, text, options) {
  const name = key.split(".")[1];
  const shown = make("dd", { text, "data-testid": `check-${name}`, "data-value": String(value) });
  return [make("dt", { text: say(options, key) }), shown];
}

const bracketed = (value) => (value < 0 ? `(${precise(value, 3)})` : precise(value, 3));
