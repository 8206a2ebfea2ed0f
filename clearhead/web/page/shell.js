/** The frame every page stands in: what it is about, the switches of language and light, a place for messages. */

import { make } from "./dom.js";
import { LANGUAGES } from "./strings.js";

const THEMES = ["auto", "light", "dark"];
const isDark = window.matchMedia("(prefers-color-scheme: dark)");
let chosenTheme = "auto";

/**
 * Put the frame into an element.
 *
 * `on` = {locale(code), theme(name)} is told what the reader chose. Returns
 *   main             where the page goes
 *   words(say)       write the frame's own words
 *   about(nodes)     what stands in the header
 *   message(text)    say that something went wrong; null takes it away
 */
export function mountShell(root, { on }) {
  const about = make("h1", { className: "about" });
  const languages = choices(Object.entries(LANGUAGES), "language", on.locale);
  const themes = choices(THEMES.map((name) => [name, name]), "theme", on.theme);
  const message = make("p", { className: "shell-message", role: "alert", hidden: true, dataset: { testid: "message" } });
  const main = make("main", { className: "shell-main" });
  root.replaceChildren(
    make("header", { className: "shell-header" }, about, make("div", { className: "shell-switches" }, languages, themes)),
    message,
    main,
  );
  return {
    main,
    words(say) {
      document.documentElement.lang = say.locale === "zh" ? "zh-Hans" : say.locale;
      languages.setAttribute("aria-label", say("shell.language"));
      themes.setAttribute("aria-label", say("shell.theme"));
      for (const button of themes.children) button.textContent = say(`shell.theme.${button.value}`);
      press(languages, say.locale);
      press(themes, chosenTheme);
    },
    about(...nodes) {
      about.replaceChildren(...nodes);
    },
    message(text) {
      message.hidden = text === null;
      message.textContent = text ?? "";
    },
  };
}

/** Show the page in light or dark; "auto" does as the machine does. */
export function setTheme(name) {
  chosenTheme = THEMES.includes(name) ? name : "auto";
  document.documentElement.dataset.theme = chosenTheme === "auto" ? (isDark.matches ? "dark" : "light") : chosenTheme;
}

isDark.addEventListener("change", () => setTheme(chosenTheme));

function choices(entries, name, choose) {
  const group = make("div", { className: "switch", role: "group", dataset: { testid: name } });
  for (const [value, text] of entries) {
    group.append(make("button", { type: "button", value, text, on: { click: () => choose(value) } }));
  }
  return group;
}

function press(group, value) {
  for (const button of group.children) button.setAttribute("aria-pressed", String(button.value === value));
}
