/** The words of a page in the reader's language. */

export const LANGUAGES = { en: "English", zh: "中文" };
const PART = "part."; // phrases that stand inside others: "layer 1, head 0"
const patterns = new Map();

/** Return the words of one language as a function: say(key, values) gives the sentence, or the key where there is none. */
export function wordsOf(tables, locale) {
  const words = tables[locale] ?? tables.en;
  const say = (key, values = {}) => {
    const text = words[key] ?? tables.en[key];
    return text === undefined ? key : fill(text, values);
  };
  say.locale = locale;
  say.has = (key) => key in words;
  return say;
}

/**
 * Return a sentence that came in English in the reader's language, where the tables know its pattern.
 *
 * Among the keys with this beginning, the English text that fits gives the values of its {names}, and the text of the
 * other language is filled in with them.
 */
export function translated(tables, locale, beginning, sentence) {
  if (locale === "en" || !tables[locale]) return sentence;
  for (const { key, names, shape } of patternsOf(tables.en, beginning)) {
    const found = shape.exec(sentence);
    if (!found) continue;
    const values = names.map((name, index) => [name, beginning === PART ? found[index + 1] : translated(tables, locale, PART, found[index + 1])]);
    return fill(tables[locale][key], Object.fromEntries(values));
  }
  return sentence;
}

/** Return the language a page begins with: the one asked for, the browser's, or that of the machine. */
export function chooseLocale(asked, fallback) {
  if (asked in LANGUAGES) return asked;
  const wanted = (navigator.languages ?? [navigator.language]).map((name) => name.toLowerCase().slice(0, 2));
  return wanted.find((name) => name in LANGUAGES) ?? fallback ?? "en";
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function patternsOf(words, beginning) {
  if (!patterns.has(beginning)) {
    const keys = Object.keys(words).filter((key) => key.startsWith(beginning));
    patterns.set(beginning, keys.map((key) => ({ key, ...shapeOf(words[key]) })));
  }
  return patterns.get(beginning);
}

function shapeOf(text) {
  const names = [];
  const parts = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(part);
    return "(.+?)";
  });
  return { names, shape: new RegExp(`^${parts.join("")}$`, "su") };
}
