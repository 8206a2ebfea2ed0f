/** What was computed from what: values on the nodes, gradients on the edges. */

import { colourOf, css, inks, level } from "../../../web/page/colours.js";
import { fitted, svgPen, widthOf } from "../../../web/page/canvas.js";
import { make } from "../../../web/page/dom.js";
import { frame, tip } from "./_frame.js";
import { placeInLayers } from "./_layers.js";
import { brief, number, precise, say } from "./_words.js";

const [WIDEST, TALL] = [190, 40];
const [LEAST, MOST, TALLEST] = [0.25, 2, 560];

/** Draw a graph panel into an element. */
export function draw(element, panel, options) {
  const scroll = make("div", { className: "panel-scene", role: "application", tabindex: "0" });
  const zoom = make("div", { className: "panel-zoom" });
  let [layout, scale, drag] = [null, 1, null];
  const own = frame(element, panel, options, { redraw, picture });
  own.body.append(zoom, scroll);
  scroll.addEventListener("pointermove", move);
  scroll.addEventListener("pointerleave", () => show(null));
  scroll.addEventListener("pointerdown", grab);
  scroll.addEventListener("pointerup", () => { drag = null; });
  scroll.addEventListener("click", (event) => pick(nodeAt(event)));
  scroll.addEventListener("wheel", wheel, { passive: false });
  scroll.addEventListener("keydown", key);
  update(panel, options);

  function update(next, now = options) {
    [panel, options] = [next, now];
    Object.assign(own.state, { hovered: null, picked: null });
    own.tell(panel, options);
    layout = layOut(panel);
    zoom.replaceChildren(
      button("−", "graph.farther", () => setScale(scale / 1.3)), button("+", "graph.closer", () => setScale(scale * 1.3)),
      button("⤢", "graph.whole", () => setScale(whole())),
    );
    const told = say(options, "graph.nodes", { nodes: panel.nodes.length, edges: panel.edges.length });
    scroll.setAttribute("aria-label", `${panel.title}. ${told}. ${say(options, "panel.keys")}`);
    scale = Math.min(1, Math.max(0.9, own.room() / layout.width));
    redraw();
    scroll.scrollLeft = (scroll.scrollWidth - scroll.clientWidth) / 2;
  }

  function button(text, name, action) {
    const made = make("button", { type: "button", className: "panel-tool", text, title: say(options, name), "aria-label": say(options, name) });
    made.addEventListener("click", action);
    return made;
  }

  function redraw() {
    if (layout === null) return;
    const pen = svgPen(layout.width, layout.height);
    paint(pen, panel, layout, own.theme, options);
    scroll.innerHTML = pen.svg(panel.title);
    setScale(scale);
  }

  const whole = () => Math.min(1, (own.room() - 4) / layout.width, (TALLEST - 20) / layout.height);

  function setScale(next) {
    scale = Math.max(LEAST, Math.min(MOST, next));
    const drawn = scroll.firstChild;
    drawn.setAttribute("width", layout.width * scale);
    drawn.setAttribute("height", layout.height * scale);
    scroll.style.height = `${Math.min(TALLEST, layout.height * scale + 16)}px`;
    own.state.geometry = { scale, width: layout.width, height: layout.height, places: layout.places };
  }

  function picture() {
    return { ...layout, paint: (pen, theme) => paint(pen, panel, layout, theme, options) };
  }

  function nodeAt(event) {
    const box = scroll.firstChild.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
    const found = layout.places.findIndex((place) => Math.abs(x - place.x) <= place.width / 2 && y >= place.y && y <= place.y + place.height);
    return found < 0 ? null : found;
  }

  function move(event) {
    if (!drag) return show(nodeAt(event));
    scroll.scrollLeft = drag.left - (event.clientX - drag.x);
    scroll.scrollTop = drag.top - (event.clientY - drag.y);
    return undefined;
  }

  function grab(event) {
    // A finger scrolls by itself.
    if (event.pointerType !== "mouse" || nodeAt(event) !== null) return;
    drag = { x: event.clientX, y: event.clientY, left: scroll.scrollLeft, top: scroll.scrollTop };
    scroll.setPointerCapture(event.pointerId);
  }

  function wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    setScale(scale * Math.exp(-event.deltaY / 300));
  }

  function show(index) {
    for (const marked of scroll.querySelectorAll(".is-at")) marked.classList.remove("is-at");
    own.state.hovered = index === null ? null : { index, ...panel.nodes[index] };
    if (index === null) return tip(own, null, null);
    scroll.querySelector(`[data-index="n${index}"]`).classList.add("is-at");
    panel.edges.forEach((edge, at) => {
      if (edge.source === index || edge.target === index) scroll.querySelector(`[data-index="e${at}"]`).classList.add("is-at");
    });
    const place = layout.places[index];
    const lines = told(panel, index, options);
    const at = { x: (place.x + place.width / 2) * scale - scroll.scrollLeft, y: scroll.offsetTop + place.y * scale - scroll.scrollTop };
    tip(own, at, lines);
    own.readout.textContent = lines.join(" · ");
    return undefined;
  }

  function pick(index) {
    if (index === null) return;
    own.state.picked = { index, ...panel.nodes[index] };
    options.onPick?.({ panel: panel.name, node: index, label: panel.nodes[index].label });
  }

  /** Up and down go along the edges, left and right within a layer. */
  function key(event) {
    const from = own.state.hovered?.index;
    const beside = (step) => {
      const layer = layout.places.map((place, index) => ({ ...place, index })).filter((place) => place.depth === layout.places[from].depth);
      layer.sort((one, other) => one.x - other.x);
      return layer[layer.findIndex((place) => place.index === from) + step]?.index;
    };
    const steps = {
      ArrowDown: () => panel.edges.find((edge) => edge.source === from)?.target,
      ArrowUp: () => panel.edges.find((edge) => edge.target === from)?.source,
      ArrowLeft: () => beside(-1),
      ArrowRight: () => beside(1),
    };
    if (event.key === "Enter" && from !== undefined) pick(from);
    else if (event.key in steps && panel.nodes.length) {
      const to = from === undefined ? panel.nodes.length - 1 : steps[event.key]();
      if (to !== undefined) {
        const { x, y } = layout.places[to];
        scroll.scrollTo(x * scale - scroll.clientWidth / 2, y * scale - scroll.clientHeight / 2);
        show(to);
      }
    } else return;
    event.preventDefault();
  }

  return { update, destroy: own.destroy };
}

function layOut(panel) {
  const texts = panel.nodes.map((node) => [fitted(nameOf(node), WIDEST - 16, 12, 600), fitted(valueOf(node), WIDEST - 16, 11)]);
  const sizes = texts.map(([label, value]) => ({ width: Math.max(64, widthOf(label, 12, 600), widthOf(value, 11)) + 16, height: TALL }));
  return { ...placeInLayers(sizes, panel.edges), texts };
}

/** Of a weight the last parts of its name tell it apart from its neighbours; a number needs what it counts. */
function nameOf({ label, role }) {
  if (role !== "weight") return label;
  const parts = label.split(".");
  return parts.slice(/^\d+$/.test(parts.at(-2) ?? "") ? -3 : -2).join(".");
}

/** Write the numbers of a node where there are few, else how they range. */
function valueOf({ values, smallest, largest, shape }) {
  if (values && values.length > 0 && values.length <= 3) return values.map(brief).join("  ");
  const size = shape.join("×");
  return smallest === null ? size : `${size}  ${brief(smallest)} … ${brief(largest)}`;
}

function told(panel, index, options) {
  const node = panel.nodes[index];
  const size = node.shape.length ? say(options, "graph.shape", { shape: node.shape.join(" × ") }) : say(options, "graph.one");
  const lines = [node.where ? `${node.where}: ${node.label}` : node.label, `${say(options, `graph.${node.role}`)}, ${size}`];
  if (node.values?.length) lines.push(node.values.slice(0, 8).map((value) => precise(value, 5)).join("  ") + (node.values.length > 8 ? " …" : ""));
  else if (node.smallest !== null) lines.push(`${precise(node.smallest, 6)} … ${precise(node.largest, 6)}`);
  for (const edge of panel.edges.filter((own) => own.source === index && own.gradient_norm !== null).slice(0, 4)) {
    lines.push(`${say(options, "graph.gradient", { norm: slope(edge) })} ← ${panel.nodes[edge.target].label}`);
  }
  return lines;
}

/** Write the gradient of an edge: the number where it is one, else its length. */
const slope = (edge) => (edge.gradient?.length === 1 ? number(edge.gradient[0]) : `‖${number(edge.gradient_norm)}‖`);

function paint(pen, panel, layout, theme, { blank = false }) {
  const { ink, muted, line, soft, card, accent } = inks(theme);
  const most = Math.max(0, ...panel.edges.map((edge) => edge.gradient_norm ?? 0));
  const hue = "gradient";
  panel.edges.forEach((edge, index) => {
    const norm = edge.gradient_norm ?? 0;
    const power = most ? Math.sqrt(norm / most) : 0;
    const sign = edge.gradient?.length === 1 && edge.gradient[0] < 0 ? -1 : 1;
    const stroke = norm ? css(colourOf(level(sign * (0.35 + 0.65 * power), hue, 1), hue, theme)) : line;
    paintRoute(pen, layout.routes[index], { stroke, width: norm ? 1 + 3 * power : 1.2, data: `e${index}` });
  });
  panel.nodes.forEach((node, index) => {
    const { x, y, width, height } = layout.places[index];
    const [label, value] = layout.texts[index];
    const looks = {
      operation: { fill: card, stroke: muted, radius: 6 },
      input: { fill: soft, stroke: accent, radius: 6 },
      weight: { fill: soft, stroke: line, radius: 6 },
      constant: { fill: card, stroke: line, dash: [3, 3], radius: 6 },
    };
    pen.rect(x - width / 2, y, width, height, { ...(looks[node.role] ?? looks.operation), data: `n${index}` });
    pen.text(x, y + 16, label, { size: 12, weight: 600, fill: ink, anchor: "middle" });
    if (!blank) pen.text(x, y + 32, value, { size: 11, fill: muted, anchor: "middle" });
  });
  if (blank) return;
  const met = new Map();
  panel.edges.forEach((edge, index) => {
    if (edge.gradient_norm === null) return;
    // Of edges that meet in one node every second number stands higher.
    const turn = met.get(edge.target) ?? 0;
    met.set(edge.target, turn + 1);
    const part = turn % 2 ? 0.55 : 0.85;
    const [[fromX, fromY], [toX, toY]] = layout.routes[index].slice(-2);
    const [x, y] = [along(fromX, toX, part), fromY + (toY - fromY) * part + 3];
    pen.text(x, y, slope(edge), { size: 10, fill: muted, anchor: "middle", halo: card });
  });
}

/** Return how far across an edge has come when it has come this part of its way down. */
function along(from, to, part) {
  // The curve has its bends half-way down; solve for the place on it.
  let [low, high] = [0, 1];
  for (let step = 0; step < 20; step += 1) {
    const t = (low + high) / 2;
    const down = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t ** 3;
    if (down < part) low = t;
    else high = t;
  }
  return from + (to - from) * (3 * low * low - 2 * low ** 3);
}

function paintRoute(pen, points, look) {
  for (let step = 1; step < points.length; step += 1) {
    const [[x1, y1], [x2, y2]] = [points[step - 1], points[step]];
    const middle = (y1 + y2) / 2;
    pen.curve([x1, y1], [x1, middle], [x2, middle], [x2, y2], look);
  }
}
