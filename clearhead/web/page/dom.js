/** Elements of HTML, made in one line. */

/**
 * Make an element.
 *
 * `attributes` may hold text, className, on (a table of listeners) and dataset; the rest are attributes, of which those
 * that are null, undefined or false are left out.
 */
export function make(tag, attributes = {}, ...children) {
  const { text, className, on = {}, dataset = {}, ...rest } = attributes;
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  Object.assign(element.dataset, dataset);
  for (const [name, value] of Object.entries(rest)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Fill an element anew; what had the focus in it has it again, known by its test id, or else what comes first in it. */
export function refill(element, ...children) {
  const had = element.contains(document.activeElement) ? document.activeElement : null;
  element.replaceChildren(...children);
  if (!had) return;
  const name = had.dataset.testid;
  const again = name && element.querySelector(`[data-testid="${CSS.escape(name)}"]`);
  (again ?? element.querySelector("button, input, select, summary"))?.focus({ preventScroll: true });
}

/** Return a function that calls another one when no further call has come for some milliseconds. */
export function settled(call, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), milliseconds);
  };
}
