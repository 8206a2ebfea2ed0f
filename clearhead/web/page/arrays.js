/**
 * From what travels to what is drawn: arrays of numbers, packed or plain.
 *
 * An array has
 *   shape   the length of each axis
 *   data    its numbers, row by row (Float64Array where they came as written, Float32Array where packed)
 *   exact   false where they came as single bytes: each is then only as good as 1/254 of the scale
 *   codes   those bytes (else null), with scale = {low, high, root}
 */

const FIELDS = {
  heatmap: ["values"], bars: ["values"], image: ["values"], scatter: ["points"], thumbnails: ["values"], lattice: ["values", "steps", "came_from"],
};

/** Return a panel in which every array of numbers can be indexed. */
export async function decodePanel(json) {
  const panel = { ...json };
  for (const name of FIELDS[panel.kind] ?? []) if (panel[name]) panel[name] = await decodeArray(panel[name]);
  if (panel.kind === "lines") panel.series = await decodeEach(panel.series);
  if (panel.kind === "curves") panel.curves = await Promise.all(panel.curves.map(decodeCurve));
  if (panel.kind === "dots") panel.values = await Promise.all(panel.values.map(decodeArray));
  if (panel.check) panel.check = { ...panel.check, arrays: await decodeEach(panel.check.arrays) };
  return panel;
}

/** Return one array: a nested list, in which null is nothing, or a packed one. */
export async function decodeArray(value) {
  if (Array.isArray(value)) return fromLists(value);
  const bytes = await inflate(value.data);
  if (value.encoding === "u8") return coded(value.shape, bytes, value.scale);
  const data = new Float32Array(bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < data.length; i += 1) data[i] = view.getFloat32(4 * i, true);
  return { shape: value.shape, data, exact: true, codes: null, scale: null };
}

/** Return one picture of a stack, or one row of a matrix, without copying: the part at an index of the first axis. */
export function part(array, index) {
  const shape = array.shape.slice(1);
  const size = shape.reduce((product, length) => product * length, 1);
  const [from, to] = [index * size, (index + 1) * size];
  if (array.codes) return coded(shape, array.codes.subarray(from, to), array.scale);
  return { shape, data: array.data.subarray(from, to), exact: array.exact, codes: null, scale: null };
}

/** Return how far any finite number is at most from the middle, which is 0 unless it is told; 0 where there is none. */
export function largest(array, middle = 0) {
  if (array.codes) return Math.max(Math.abs(array.scale.low - middle), Math.abs(array.scale.high - middle));
  let most = 0;
  for (const value of array.data) {
    const size = Math.abs(value - middle);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

/** Return the number at an index, without unpacking the rest. */
export function at(array, index) {
  return array.codes ? decoded(array.codes[index], array.scale) : array.data[index];
}

async function decodeEach(arrays) {
  const entries = Object.entries(arrays).map(async ([name, value]) => [name, await decodeArray(value)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function decodeCurve(curve) {
  return { ...curve, x: await decodeArray(curve.x), y: await decodeArray(curve.y) };
}

function coded(shape, codes, scale) {
  let data = null;
  return {
    shape,
    exact: false,
    codes,
    scale,
    get data() {
      data ??= Float32Array.from(codes, (code) => decoded(code, scale));
      return data;
    },
  };
}

function decoded(code, { low, high, root }) {
  if (code === 0) return NaN;
  const share = (code - 1) / 254;
  if (!root) return low + (high - low) * share;
  const [from, to] = [Math.sqrt(low), Math.sqrt(high)];
  return (from + (to - from) * share) ** 2;
}

function fromLists(lists) {
  const shape = [];
  for (let inner = lists; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const flat = lists.flat(Infinity);
  const data = Float64Array.from(flat, (value) => (value === null ? NaN : Number(value)));
  return { shape, data, exact: true, codes: null, scale: null };
}

async function inflate(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text); // several times as fast, where a browser has it
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
