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

/** Return a function that calls another one when no further call has come for some milliseconds. */
export function settled(call, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), milliseconds);
  };
}
