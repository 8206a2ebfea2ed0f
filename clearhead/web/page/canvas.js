/**
 * Two pens that draw alike: one on a canvas, for the screen and PNG, one that writes SVG, for files and for graphs.
 *
 * A pen knows rect, line, path, curve, circle, text and cells; every panel is drawn with these words only, so that what
 * is saved is what is seen.
 */

import { colourOf, css, ramp } from "./colours.js";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", '
  + '"Noto Sans CJK SC", sans-serif';
const MOST_RECTANGLES = 32 * 32;
const ruler = document.createElement("canvas").getContext("2d");

/** Return how wide a text is, in pixels. */
export function widthOf(text, size = 12, weight = 400) {
  ruler.font = `${weight} ${size}px ${FONT}`;
  return ruler.measureText(text).width;
}

/** Return a text cut to a width, with "…" where something is left out; what stays is never half a character. */
export function fitted(text, width, size = 12, weight = 400) {
  if (widthOf(text, size, weight) <= width) return text;
  const characters = Array.from(text);
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(`${characters.slice(0, middle).join("")}…`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? `${characters.slice(0, low).join("")}…` : "";
}

/** Give a canvas a size in CSS pixels, as sharp as the screen is, and return its context. */
export function sized(canvas, width, height, sharpness = window.devicePixelRatio || 1) {
  canvas.width = Math.max(1, Math.round(width * sharpness));
  canvas.height = Math.max(1, Math.round(height * sharpness));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Return a pen for a canvas. */
export function canvasPen(context) {
  const stroke = ({ stroke: colour, width = 1, dash = [] }) => {
    if (!colour) return;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
  };
  const fill = ({ fill: colour }) => {
    if (!colour) return;
    context.fillStyle = colour;
    context.fill();
  };
  return {
    rect(x, y, width, height, look) {
      context.beginPath();
      context.roundRect(x, y, width, height, look.radius ?? 0);
      fill(look);
      stroke(look);
    },
    line(x1, y1, x2, y2, look) {
      this.path([[x1, y1], [x2, y2]], look);
    },
    path(points, look) {
      context.beginPath();
      points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
      fill(look);
      stroke(look);
    },
    curve([x1, y1], [ax, ay], [bx, by], [x2, y2], look) {
      context.beginPath();
      context.moveTo(x1, y1);
      context.bezierCurveTo(ax, ay, bx, by, x2, y2);
      stroke(look);
    },
    circle(x, y, radius, look) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      fill(look);
      stroke(look);
    },
    text(x, y, text, { size = 12, fill: colour, anchor = "start", weight = 400, turn = 0, halo } = {}) {
      context.save();
      context.translate(x, y);
      context.rotate((turn * Math.PI) / 180);
      context.font = `${weight} ${size}px ${FONT}`;
      context.textAlign = { start: "left", middle: "center", end: "right" }[anchor];
      context.textBaseline = "alphabetic";
      if (halo) {
        [context.strokeStyle, context.lineWidth, context.lineJoin] = [halo, 3, "round"];
        context.strokeText(text, 0, 0);
      }
      context.fillStyle = colour;
      context.fillText(text, 0, 0);
      context.restore();
    },
    cells(x, y, width, height, grid) {
      const picture = raster(grid);
      context.imageSmoothingEnabled = false;
      context.drawImage(picture, x, y, width, height);
    },
  };
}

/** Return a pen that writes SVG; `pen.svg(label)` gives the file. */
export function svgPen(width, height, paper) {
  const parts = [];
  const attributes = (look) => {
    const { fill = "none", stroke, width: thickness = 1, dash = [], radius, data } = look;
    let text = ` fill="${fill}"`;
    if (stroke) text += ` stroke="${stroke}" stroke-width="${thickness}"`;
    if (stroke && dash.length) text += ` stroke-dasharray="${dash.join(" ")}"`;
    if (radius) text += ` rx="${radius}"`;
    if (data !== undefined) text += ` data-index="${data}"`;
    return text;
  };
  const n = (value) => String(Math.round(value * 100) / 100);
  return {
    rect(x, y, w, h, look) {
      parts.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, w))}" height="${n(Math.max(0, h))}"${attributes(look)}/>`);
    },
    line(x1, y1, x2, y2, look) {
      parts.push(`<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"${attributes(look)}/>`);
    },
    path(points, look) {
      parts.push(`<path d="M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join("L")}"${attributes(look)}/>`);
    },
    curve([x1, y1], [ax, ay], [bx, by], [x2, y2], look) {
      parts.push(`<path d="M${n(x1)} ${n(y1)}C${[ax, ay, bx, by, x2, y2].map(n).join(" ")}"${attributes(look)}/>`);
    },
    circle(x, y, radius, look) {
      parts.push(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}"${attributes(look)}/>`);
    },
    text(x, y, text, { size = 12, fill, anchor = "start", weight = 400, turn = 0, halo } = {}) {
      const turned = turn ? ` transform="rotate(${turn} ${n(x)} ${n(y)})"` : "";
      const haloed = halo ? ` stroke="${halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : "";
      const how = `font-size="${size}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}"`;
      parts.push(`<text x="${n(x)}" y="${n(y)}" ${how}${haloed}${turned}>${escaped(text)}</text>`);
    },
    cells(x, y, w, h, grid) {
      const { rows, columns, levels, pixels, hue, theme } = grid;
      if (pixels || rows * columns > MOST_RECTANGLES) {
        const href = raster(grid).toDataURL("image/png");
        const box = `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"`;
        parts.push(`<image ${box} preserveAspectRatio="none" image-rendering="pixelated" href="${href}"/>`);
        return;
      }
      const [across, down] = [w / columns, h / rows];
      for (let index = 0; index < levels.length; index += 1) {
        const fill = css(colourOf(levels[index], hue, theme));
        const [column, row] = [index % columns, Math.floor(index / columns)];
        this.rect(x + column * across, y + row * down, across, down, { fill });
      }
    },
    svg(label) {
      const size = `width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}"`;
      const back = paper ? `<rect width="100%" height="100%" fill="${paper}"/>` : "";
      const family = escaped(FONT);
      const open = `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${family}" role="img"`;
      return `${open} aria-label="${escaped(label)}">${back}${parts.join("")}</svg>`;
    },
  };
}

/** Return a canvas with one pixel for each cell of {levels, rows, columns, hue, theme} (or {pixels} in place of levels). */
export function raster({ levels, pixels, rows, columns, hue, theme }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const colours = new Uint32Array(image.data.buffer);
  if (pixels) colours.set(pixels);
  else {
    const palette = ramp(hue, theme);
    for (let index = 0; index < colours.length; index += 1) colours[index] = palette[levels[index]];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Hand a file to the reader. */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Write a text so that it can stand in SVG and HTML. */
export function escaped(text) {
  const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // A control character has no place in XML.
  return String(text).replace(/[&<>"]/g, (sign) => signs[sign]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "�");
}
