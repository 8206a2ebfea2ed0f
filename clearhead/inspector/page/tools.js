/** What can be done with what is shown: a link to it, a file of it, a sheet of paper. */

import { make } from "../../web/page/dom.js";

/** Return the tools in an element; `show(words)` fills it. */
export function toolsIn(element, { source, state, save, refuse, say }) {
  let locale = null;

  function show(words) {
    if (words.locale === locale) return;
    locale = words.locale;
    const busy = async (button, work) => {
      button.disabled = true;
      await work().catch(refuse);
      button.disabled = false;
    };
    const link = make("button", { type: "button", text: words("tools.link"), dataset: { testid: "copy-link" } });
    link.addEventListener("click", async () => {
      await navigator.clipboard.writeText(window.location.href).catch(() => window.prompt(words("tools.link"), window.location.href));
      link.textContent = words("tools.copied");
      say(words("tools.copied"));
      setTimeout(() => { link.textContent = words("tools.link"); }, 1500);
    });
    const file = (all) => {
      const name = all ? "tools.save_all" : "tools.save";
      const button = make("button", { type: "button", text: words(name), title: words("tools.save_hint"), dataset: { testid: all ? "save-all" : "save" } });
      const write = async () => save(`${source.about.name || "look"}-${all ? "all" : state().view}.html`, await source.report(state(), all));
      button.addEventListener("click", () => busy(button, write));
      return button;
    };
    const hides = make("input", { type: "checkbox", checked: document.documentElement.dataset.answer === "hidden" });
    hides.addEventListener("change", () => {
      document.documentElement.dataset.answer = hides.checked ? "hidden" : "shown";
    });
    const print = make("button", { type: "button", text: words("tools.print"), dataset: { testid: "print" }, on: { click: () => window.print() } });
    const worksheet = make("label", { className: "worksheet", title: words("tools.worksheet_hint") }, hides, words("tools.worksheet"));
    worksheet.dataset.testid = "worksheet";
    element.replaceChildren(...[link, ...(source.isLive ? [file(false), file(true)] : []), print, worksheet]);
  }

  return { show };
}
