/** The words of a page in the reader's language. */

export const LANGUAGES = { en: "English", zh: "中文" };
// Phrases that stand inside others: "part.noun.head" may stand where a sentence has {noun}, "part.any.…" anywhere.
const [PART, ANYWHERE] = ["part.", "part.any."];
const patterns = new Map();

/**
 * Return the words of one language as a function: say(key, values) gives the sentence, or the key where there is none.
 *
 * say.of(beginning, text) translates a sentence or a phrase that came in English, say.each(beginning, text) each sentence
 * of a text.
 */
export function wordsOf(tables, locale) {
  const words = tables[locale] ?? tables.en;
  const say = (key, values = {}) => {
    const text = words[key] ?? tables.en[key];
    return text === undefined ? key : fill(text, values);
  };
  say.locale = locale;
  say.has = (key) => key in words;
  say.of = (beginning, text) => phrase(tables, locale, beginning, text);
  say.each = (beginning, text) => joined(sentencesOf(text).map((sentence) => say.of(beginning, sentence)));
  return say;
}

/**
 * Return a sentence that came in English in the reader's language, where the tables know its pattern.
 *
 * Among the keys with this beginning, the English text that fits and says most of it itself gives the values of its
 * {names}, and the text of the other language is filled in with them; a {name} may hold a phrase that is translated in
 * its turn. {n} is a whole number, {number} any number, other names are anything. What stands in quotation marks is the
 * reader's own: no pattern cuts it, but for those that have quotation marks themselves.
 */
export function translated(tables, locale, beginning, sentence) {
  if (locale === "en" || !tables[locale]) return sentence;
  const { veiled, unveiled } = veil(sentence);
  for (const { key, names, shape, isQuoting } of patternsOf(tables.en, beginning)) {
    const found = shape.exec(isQuoting ? sentence : veiled);
    if (!found) continue;
    return joints(fill(tables[locale][key], Object.fromEntries(names.map((name, index) => {
      const given = unveiled(found[index + 1]);
      const told = phrase(tables, locale, `${PART}${name}.`, given);
      return [name, told === given ? told : `\0${told}\0`];
    }))));
  }
  return sentence;
}

/** Return a phrase, as a sentence is translated; what is not told under its beginning may be one that stands anywhere. */
export function phrase(tables, locale, beginning, text) {
  const told = translated(tables, locale, beginning, text);
  return told === text ? translated(tables, locale, ANYWHERE, text) : told;
}

const KINDS = { n: "(\\d[\\d,]*)", number: "([-−±]?(?:\\d[\\d.,]*(?:e[-+]?\\d+)?|inf|nan))" };
const QUOTED = /(?<=^|[\s(:=])(['"])(?:\\.|(?!\1(?:[\s.,;:!?)\]]|$)).)*\1(?=[\s.,;:!?)\]]|$)/gsu;
const BETWEEN = /(?<=[.?!])\s+(?=[\p{Lu}\d`θ|])/gu;

/** Put one sign in the place of each quotation; returns the text so veiled, and what puts them back. */
function veil(text) {
  const quotations = [];
  const veiled = text.replace(QUOTED, (quoted) => `\u0001${quotations.push(quoted) - 1}\u0001`);
  return { veiled, unveiled: (part) => part.replace(/\u0001(\d+)\u0001/g, (_, place) => quotations[place]) };
}

/** Cut a text where a sentence ends; what stands in quotation marks is the reader's own, and is not cut. */
export function sentencesOf(text) {
  const seen = text.replace(QUOTED, (quoted) => "X".repeat(quoted.length));
  const found = [];
  let start = 0;
  for (const { index, 0: gap } of seen.matchAll(BETWEEN)) {
    found.push(text.slice(start, index));
    start = index + gap.length;
  }
  return [...found, text.slice(start)];
}

/** Return the language a page begins with: the one asked for, the browser's, or that of the machine. */
export function chooseLocale(asked, fallback) {
  if (asked in LANGUAGES) return asked;
  const wanted = (navigator.languages ?? [navigator.language]).map((name) => name.toLowerCase().slice(0, 2));
  return wanted.find((name) => name in LANGUAGES) ?? fallback ?? "en";
}

/** Put sentences one after the other; after a Chinese one stands no blank. */
const joined = (sentences) => sentences.join(" ").replace(/([。？！]) /gu, "$1");

const [HAN, MARK] = ["\\p{Script=Han}", "，。；：？！、（）“”"];
const JOINTS = [
  [new RegExp(`(?<=[${HAN}${MARK}])(?: ?\0 ?)+(?=[${HAN}${MARK}])`, "gu"), ""],
  [new RegExp(`(?<=${HAN}) ?\0(?=[^\\s${MARK}])|(?<=[^\\s${MARK}])\0 ?(?=${HAN})`, "gu"), " "],
  [/\0/g, ""],
];

/** Where a phrase that was translated has been put in, set blanks as Chinese does: none but beside what is not Chinese. */
const joints = (text) => JOINTS.reduce((found, [joint, blank]) => found.replace(joint, blank), text);

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function patternsOf(words, beginning) {
  if (!patterns.has(beginning)) {
    const keys = Object.keys(words).filter((key) => key.startsWith(beginning));
    const found = keys.map((key) => ({ key, ...shapeOf(words[key]) }));
    patterns.set(beginning, found.sort((one, other) => other.own - one.own));
  }
  return patterns.get(beginning);
}

/** Return what a text with {names} looks like, and how many letters of it are its own. */
function shapeOf(text) {
  const names = [];
  let own = 0;
  const parts = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) {
      own += part.length;
      return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    }
    names.push(part);
    return KINDS[part] ?? "(.+?)";
  });
  return { names, own, shape: new RegExp(`^${parts.join("")}$`, "su"), isQuoting: text.search(QUOTED) >= 0 };
}
