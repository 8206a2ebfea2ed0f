/**
 * The one table of colours: what blue, orange, teal and magenta mean on every page, in light and in dark.
 *
 *   share      weights and probabilities   one hue, by the square root, so that small shares show
 *   signed     activations                 blue above 0, orange below
 *   gradient   what runs backwards         teal above 0, magenta below
 *   slope      the sizes of gradients      teal alone, by the square root
 *   pixel      images                      black to white
 *
 * A number becomes a level of 0 to 255; level 0 is "nothing here" (not finite), 1 to 255 run from low to high.
 * The levels are those of the arrays that travel as single bytes, so that these need no arithmetic to be drawn.
 */

const LIGHT = {
  zero: [246, 248, 251],
  nothing: [221, 225, 231],
  blue: [[198, 219, 243], [125, 172, 226], [53, 112, 192], [16, 58, 125]],
  orange: [[253, 221, 190], [246, 170, 100], [214, 104, 22], [140, 58, 4]],
  teal: [[190, 232, 226], [104, 194, 184], [22, 140, 132], [2, 84, 80]],
  magenta: [[247, 212, 232], [230, 140, 192], [190, 50, 134], [120, 14, 82]],
};
const DARK = {
  zero: [32, 36, 44],
  nothing: [52, 57, 66],
  blue: [[36, 62, 108], [48, 98, 180], [92, 158, 240], [196, 224, 255]],
  orange: [[84, 52, 24], [160, 88, 26], [236, 146, 66], [255, 218, 176]],
  teal: [[24, 76, 74], [26, 124, 118], [66, 192, 180], [184, 246, 236]],
  magenta: [[86, 30, 68], [154, 46, 118], [228, 102, 176], [255, 202, 230]],
};
const TABLES = { light: LIGHT, dark: DARK };
const HUES = {
  share: [null, "blue"], signed: ["orange", "blue"], gradient: ["magenta", "teal"], slope: [null, "teal"], pixel: [null, null],
};
const INKS = {
  light: { ink: "#1c1f24", muted: "#5f6672", line: "#dcdfe4", card: "#ffffff", soft: "#f0f1f3", accent: "#1558c0" },
  dark: { ink: "#e6e8ec", muted: "#9aa2af", line: "#343943", card: "#1b1e24", soft: "#242831", accent: "#7db0ff" },
};
/** Lines of a chart, in their order; told apart by people who see red and green alike. */
const SERIES = {
  light: ["#1f5fb4", "#c65a0b", "#12807a", "#a8307c", "#6b54b0", "#8a6d12", "#4c5866", "#1c8f3c"],
  dark: ["#6eabff", "#f2a154", "#4fc9bd", "#ea7cbf", "#b3a0f2", "#d6b84c", "#aab4c0", "#6fd08a"],
};
/** Lines beyond the colours there are differ by their dashes. */
const DASHES = [[], [7, 4], [2, 4]];
const MIDDLE = 128;
const ramps = new Map();

/** Return which theme holds where an element stands: "light" or "dark". Paper is always light. */
export function themeOf(element) {
  if (window.matchMedia("print").matches) return "light";
  const chosen = element.closest("[data-theme]")?.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Return the colours of words, lines and paper of a theme. */
export const inks = (theme) => INKS[theme];

/** Return the colour of the line with this number. */
export const seriesColour = (index, theme) => SERIES[theme][index % SERIES[theme].length];

/** Return the dashes of the line with this number. */
export const seriesDash = (index) => DASHES[Math.floor(index / SERIES.light.length) % DASHES.length];

/** Return which colours a panel is drawn in: gradients have their own, whatever their scale. */
export function hueOf({ scale = "share", is_gradient: isGradient = false }) {
  if (!isGradient) return scale;
  return scale === "signed" ? "gradient" : "slope";
}

/** Return whether a hue has two sides, with 0 in the middle. */
export const isTwoSided = (hue) => HUES[hue][0] !== null;

/** Return the level of a number: 0 where it is not finite; `most` is the size that gets the strongest colour. */
export function level(value, hue, most) {
  if (!Number.isFinite(value)) return 0;
  if (most === 0) return isTwoSided(hue) ? MIDDLE : 1;
  if (hue === "pixel") return 1 + Math.round(254 * Math.min(1, Math.max(0, value / most)));
  if (!isTwoSided(hue)) return 1 + Math.round(254 * Math.sqrt(Math.min(1, Math.max(0, value / most))));
  return MIDDLE + Math.round(127 * Math.min(1, Math.max(-1, value / most)));
}

/** Return the colour of a level as [red, green, blue]. */
export function colourOf(number, hue, theme) {
  const packed = ramp(hue, theme)[number];
  return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];
}

/** Return all 256 colours of a hue as pixels of an ImageData (red in the lowest byte). */
export function ramp(hue, theme) {
  const key = `${hue} ${theme}`;
  if (!ramps.has(key)) ramps.set(key, Uint32Array.from({ length: 256 }, (_, number) => pack(blend(number, hue, theme))));
  return ramps.get(key);
}

/** Write [red, green, blue] as a colour of CSS. */
export const css = ([red, green, blue]) => `rgb(${red},${green},${blue})`;

/** Return the ink that is read best on a colour. */
export function inkOn([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#14181f" : "#ffffff";
}

function blend(number, hue, theme) {
  const table = TABLES[theme];
  if (number === 0) return table.nothing;
  if (hue === "pixel") return Array(3).fill(Math.round(((number - 1) / 254) * 255));
  const [below, above] = HUES[hue];
  if (below === null) return along([table.zero, ...table[above]], (number - 1) / 254);
  const part = (number - MIDDLE) / 127;
  return along([table.zero, ...table[part < 0 ? below : above]], Math.abs(part));
}

function along(stops, part) {
  const place = Math.min(1, part) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  return stops[index].map((channel, i) => Math.round(channel + (stops[index + 1][i] - channel) * (place - index)));
}

function pack([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
