/** The page of a document: headings, sentences, commands and panels, written in each language as they are to be read. */

import { goTo, readAddress, writeAddress } from "../../web/page/address.js";
import { make } from "../../web/page/dom.js";
import { mountShell, setTheme } from "../../web/page/shell.js";
import { chooseLocale, wordsOf } from "../../web/page/strings.js";
import { drawnIn } from "./drawn.js";
import { readPayload } from "./payload.js";
import { turnedOf, turnedTo, writtenTurned } from "./state.js";

const FEW = 3; // sections that need no list
const BRIEFLY = 1500; // milliseconds for which a button says what it did

/** Open the page in an element. */
export async function open(root) {
  const { pages, strings } = await readPayload();
  const shell = mountShell(root, { on: { locale: (lang) => choose({ lang }), theme: (theme) => choose({ theme }) } });
  const facts = make("p", { className: "document-facts", dataset: { testid: "facts" } });
  const contents = make("nav", { className: "document-contents", dataset: { testid: "contents" } });
  const said = make("p", { className: "seen-by-readers-only", role: "status" });
  shell.main.classList.add("document");
  shell.main.append(facts, contents, said);
  const parts = [];
  let chosen = readChosen();
  let count = 0;

  function choose(change) {
    chosen = { ...chosen, ...change };
    goTo(chosen, false);
    return refresh();
  }

  async function refresh() {
    setTheme(chosen.theme || "auto");
    const words = wordsOf(strings, chooseLocale(chosen.lang));
    const page = pages[words.locale];
    shell.words(words);
    shell.about(make("b", { text: page.title }));
    document.title = page.title;
    facts.textContent = page.facts;
    facts.hidden = !page.facts;
    contents.hidden = page.sections.length <= FEW;
    contents.setAttribute("aria-label", words("document.contents"));
    contents.replaceChildren(make("ul", {}, page.sections.map(({ title }, index) => make("li", {}, linkTo(String(index + 1), title)))));
    while (parts.length < page.sections.length) {
      parts.push(layOut(parts.length));
      shell.main.append(parts.at(-1).element);
    }
    await Promise.all(parts.map((part, index) => showIn(part, page.sections[index], words, `${index + 1}.`)));
    root.dataset.drawn = String((count += 1)); // what a test waits for
  }

  /** Show a section; in the address its panels are called by their names after `prefix`. */
  function showIn(part, section, words, prefix) {
    part.element.hidden = !section;
    if (!section) return undefined;
    part.element.dataset.tone = section.tone;
    part.title.textContent = section.title;
    part.text.replaceChildren(...section.text.map((text) => make("p", { text })));
    part.commands.replaceChildren(...(section.commands.length ? commandsOf(section.commands, words) : []));
    const panels = named(section.panels);
    const all = turnedOf(chosen.turned);
    const turned = Object.fromEntries(panels.map(({ name }) => [name, all[prefix + name]]));
    // They are in the reader's language: of no view, by which words are translated.
    return part.drawn.show(panels, { view: null, answer: null, words, turned, onPick() {}, onTurn: (panel, how) => turn(prefix + panel.name, how) });
  }

  /** Keep in the address how a panel was turned; it is drawn so already. */
  function turn(name, how) {
    chosen = { ...chosen, turned: writtenTurned(turnedTo(turnedOf(chosen.turned), name, how)) };
    goTo(chosen, false);
  }

  function commandsOf(lines, words) {
    const code = make("code", { text: lines.join("\n") });
    const button = make("button", { type: "button", text: words("document.copy"), dataset: { testid: "copy" } });
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(lines.join("\n"));
      } catch {
        window.getSelection().selectAllChildren(code); // may not be copied for the reader, but by them
        return;
      }
      button.textContent = words("document.copied");
      said.textContent = words("document.copied");
      setTimeout(() => { button.textContent = words("document.copy"); }, BRIEFLY);
    });
    return [make("pre", { tabindex: 0, role: "region", "aria-label": words("document.commands") }, code), button];
  }

  function linkTo(at, text) {
    const link = make("a", { href: writeAddress({ ...chosen, at }), text });
    link.addEventListener("click", () => {
      link.href = writeAddress({ ...chosen, at }); // what was turned since it was written
      visit(at);
    });
    return link;
  }

  /** Go to a section, with the focus too: who reads by keyboard goes on from there. */
  function visit(at) {
    const element = parts[Number(at) - 1]?.element;
    element?.scrollIntoView();
    element?.focus({ preventScroll: true });
  }

  window.addEventListener("hashchange", async () => {
    chosen = readChosen();
    await refresh();
    visit(chosen.at);
  });
  await refresh();
  visit(chosen.at);
}

const readChosen = () => ({ lang: "", theme: "", at: "", turned: "", ...readAddress() });

function layOut(index) {
  const id = `section-${index + 1}`;
  const part = {
    title: make("h2", { id }),
    text: make("div", { className: "document-text" }),
    panels: make("div", { className: "panels" }),
    commands: make("div", { className: "document-commands" }),
  };
  const element = make("section", { className: "document-section", tabindex: -1, "aria-labelledby": id, dataset: { testid: id } },
    part.title, part.text, part.panels, part.commands);
  return { ...part, element, drawn: drawnIn(part.panels) };
}

/** Panels of one section are told apart by their names. */
const named = (panels) => panels.map((panel, index) => ({ ...panel, name: panel.name || `${panel.kind}-${index + 1}` }));

open(document.getElementById("page"));
