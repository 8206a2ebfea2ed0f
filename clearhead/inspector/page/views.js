/** The list of views: those that apply, and the others in grey with the reason. */

import { make, refill } from "../../web/page/dom.js";

/**
 * Return the list in an element; `choose(name)` is told which view the reader wants.
 *
 * `show(about, chosen, words, titleOf)` fills it.
 */
export function viewsIn(element, choose) {
  let isOpen = false;

  function show(about, chosen, words, titleOf) {
    element.setAttribute("aria-label", words("page.views"));
    const told = (reason) => (reason === null ? null : words.of("part.reason.", reason));
    const button = ({ name, reason }) =>
      make("button", {
        type: "button",
        text: titleOf(name),
        title: told(reason),
        "aria-current": name === chosen ? "page" : null,
        "aria-disabled": reason === null ? null : "true",
        dataset: { testid: `view-${name}` },
        on: { click: () => (reason === null ? choose(name) : null) },
      });
    const fit = about.views.filter((view) => view.reason === null);
    const rest = about.views.filter((view) => view.reason !== null);
    const reasons = rest.map((view) => make("li", {}, button(view), make("p", { className: "hint", text: told(view.reason) })));
    const others = make("details", { open: isOpen, on: { toggle: () => { isOpen = others.open; } } },
      make("summary", { text: words("page.other_views", { count: rest.length }) }), make("ul", {}, reasons));
    const list = make("ul", { className: "views-list" }, fit.map((view) => make("li", {}, button(view))));
    refill(element, list, ...(rest.length ? [others] : []));
    // On a phone the list is one row that may be longer than the screen.
    const row = element.firstElementChild;
    const current = row.querySelector("[aria-current]");
    if (current) row.scrollLeft = current.offsetLeft - row.offsetLeft - 12;
  }

  return { show };
}
