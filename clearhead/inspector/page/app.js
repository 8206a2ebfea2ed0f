/** The page: one input, one view of it, and everything that can be changed about either. */

import { goTo } from "../../web/page/address.js";
import { save } from "../../web/page/canvas.js";
import { make } from "../../web/page/dom.js";
import { mountShell, setTheme } from "../../web/page/shell.js";
import { chooseLocale, wordsOf } from "../../web/page/strings.js";
import { drawnIn } from "./drawn.js";
import { editsIn } from "./edits.js";
import { inputIn } from "./input.js";
import { optionsIn } from "./options.js";
import { openSource } from "./source.js";
import { addressOf, stateOf, turnedTo, viewOf } from "./state.js";
import { toolsIn } from "./tools.js";
import { viewsIn } from "./views.js";
import { weightsIn } from "./weights.js";

/** Open the page in an element. */
export async function open(root) {
  const page = { locale: (code) => go({ lang: code }), theme: (name) => go({ theme: name }) };
  const shell = mountShell(root, { on: page });
  const source = await openSource().catch((error) => {
    shell.message(error.message);
    throw error;
  });
  const { about } = source;
  const parts = layOut(shell.main);
  root.prepend(parts.skip);
  let state = stateOf(about, source.first);
  let words = wordsOf(source.tables, chooseLocale(state.lang, about.locale));
  let facts = null;
  let number = 0;

  const refuse = (error) => shell.message(told(error));
  const input = inputIn(parts.input, { isLive: source.isLive, ask: (given) => go(given), refuse: (text) => shell.message(text) });
  const views = viewsIn(parts.views, (view) => go({ view, options: source.optionsOf?.(view) ?? {}, turned: {} }));
  const options = optionsIn(parts.options, (chosen, isStep) => go({ options: chosen }, isStep));
  const edits = editsIn(parts.edits, (chosen) => go({ edits: chosen }));
  const weights = weightsIn(parts.weights, source, { changed: () => refresh(), refuse });
  const tools = toolsIn(parts.tools, { source, state: () => state, save, refuse, say: (text) => { parts.said.textContent = text; } });
  const drawn = drawnIn(parts.panels);

  /** Change what is shown; the address follows, and `isStep` lets the back button undo it. */
  function go(change, isStep = true) {
    state = { ...state, ...change, refused: null };
    goTo(addressOf(state), isStep);
    return refresh();
  }

  async function refresh() {
    setTheme(state.theme || "auto");
    words = wordsOf(source.tables, chooseLocale(state.lang, about.locale));
    frame();
    const turn = (number += 1);
    parts.panels.setAttribute("aria-busy", "true");
    try {
      const answer = await source.show(state);
      if (turn !== number) return;
      facts = answer.facts;
      shell.message(state.refused ? words("page.view_refused", { view: state.refused, reason: reasonOf(state.refused) }) : null);
      const isInside = parts.panels.contains(document.activeElement);
      await drawn.show(answer.panels, context());
      if (isInside && !parts.panels.contains(document.activeElement)) parts.panels.focus({ preventScroll: true }); // what was picked is gone
      parts.said.textContent = words("page.drawn", { view: titleOf(state.view), count: answer.panels.length });
      input.show(about, state, facts, words);
      document.title = `${titleOf(state.view)} · ${about.name || about.model}`;
    } catch (error) {
      if (error.name === "AbortError" || turn !== number) return;
      if (!source.isLive) drawn.clear(); // a view that this file says it lacks
      shell.message(told(error));
    } finally {
      if (turn === number) parts.panels.removeAttribute("aria-busy");
      root.dataset.drawn = String(turn); // what a test waits for
    }
  }

  /** Write everything around the panels. */
  function frame() {
    const view = viewOf(about, state.view);
    shell.words(words);
    parts.skip.textContent = words("page.skip");
    parts.panels.setAttribute("aria-label", titleOf(state.view));
    shell.about(make("b", { text: about.name || about.model }), ` · ${about.model} · ${words("page.parameters", { count: about.parameters.toLocaleString("en-US") })}`);
    parts.title.textContent = titleOf(state.view);
    parts.question.textContent = translatedOr(`view.${view.name}.question`, view.question);
    input.show(about, state, facts, words);
    views.show(about, state.view, words, titleOf);
    if (source.isLive) options.show(view, state.options, words);
    else parts.options.hidden = true;
    edits.show(about, state.edits, words, source.isLive);
    weights.show(words);
    tools.show(words);
    if (parts.unseen.lang !== words.locale) showUnseen();
  }

  /** Say what cannot be seen in a model without taps. */
  function showUnseen() {
    parts.unseen.lang = words.locale;
    parts.unseen.hidden = !about.unseen.length;
    parts.unseen.replaceChildren(
      make("summary", { text: words("page.unseen", { count: about.unseen.length }) }),
      make("ul", {}, about.unseen.map((text) => make("li", { text: words.each("unseen.", text) }))),
    );
  }

  function context() {
    return {
      view: state.view,
      answer: viewOf(about, state.view).answer,
      words,
      exactRow: source.row && ((panel, row) => source.row(state, panel.name, row)),
      onPick: picked,
      turned: state.turned,
      onTurn: turned,
    };
  }

  /** A panel that was turned has drawn itself anew; the address is to bring it back so. */
  function turned({ name }, how) {
    state = { ...state, turned: turnedTo(state.turned, name, how) };
    goTo(addressOf(state), true);
  }

  /** A picked picture of a head, or token, becomes the one the view is about. */
  function picked(panel, what) {
    const known = viewOf(about, state.view).options.map((option) => option.name);
    const chosen = panel.kind === "tokens" && Number.isInteger(what?.index) ? { token: what.index } : (what?.opens ?? {});
    const change = Object.fromEntries(Object.entries(chosen).filter(([name]) => known.includes(name)));
    if (source.isLive && Object.keys(change).length) go({ options: { ...state.options, ...change } });
  }

  const translatedOr = (key, text) => (words.has(key) ? words(key) : text);
  const titleOf = (name) => translatedOr(`view.${name}.title`, viewOf(about, name)?.title ?? name);
  const reasonOf = (name) => words.of("part.reason.", viewOf(about, name)?.reason ?? "");
  const told = (error) => (error.isGone ? words("page.server_gone") : words.each("error.", error.message));

  window.addEventListener("popstate", () => {
    state = stateOf(about, source.first);
    refresh();
  });
  goTo(addressOf(state), false);
  await refresh();
}

function layOut(main) {
  const panels = make("div", { className: "panels", tabindex: -1, role: "region", dataset: { testid: "panels" } });
  const parts = {
    skip: make("button", { type: "button", className: "skip", dataset: { testid: "skip" }, on: { click: () => panels.focus() } }),
    input: make("form", { className: "input-box" }),
    views: make("nav", { className: "views" }),
    edits: make("section", { className: "edits" }),
    weights: make("section", { className: "weights" }),
    unseen: make("details", { className: "unseen", dataset: { testid: "unseen" } }),
    title: make("h2", { dataset: { testid: "title" } }),
    question: make("p", { className: "question", dataset: { testid: "question" } }),
    tools: make("div", { className: "tools" }),
    said: make("p", { className: "seen-by-readers-only", role: "status" }),
    options: make("form", { className: "options", dataset: { testid: "options" } }),
    panels,
  };
  const head = make("div", { className: "view-head" }, make("div", {}, parts.title, parts.question), parts.tools);
  main.classList.add("look");
  main.append(
    make("aside", { className: "side" }, parts.input, parts.views, parts.edits, parts.weights, parts.unseen),
    make("div", { className: "view" }, head, parts.options, parts.said, parts.panels),
  );
  return parts;
}

open(document.getElementById("page"));
