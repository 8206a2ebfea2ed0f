/** A directed graph in layers, from the top down: what goes into an operation stands above it. */

const [ACROSS, DOWN, SWEEPS] = [22, 62, 12];

/**
 * Place the nodes of a graph.
 *
 * `sizes` gives {width, height} for each node. Returns {places, routes, width, height, layers}: the middle of each node,
 * and for each edge the points it runs through, from the lower edge of its source to the upper edge of its target.
 */
export function placeInLayers(sizes, edges) {
  const depths = depthsOf(sizes.length, edges);
  const boxes = sizes.map((size, index) => ({ ...size, depth: depths[index], above: [], below: [] }));
  const chains = edges.map(({ source, target }) => chain(boxes, source, target));
  const layers = [];
  boxes.forEach((box) => (layers[box.depth] ??= []).push(box));
  order(layers);
  const tops = [];
  let y = 8;
  layers.forEach((layer) => {
    tops.push(y);
    y += Math.max(...layer.map((box) => box.height)) + DOWN;
  });
  spread(layers);
  const least = Math.min(...boxes.map((box) => box.x - box.width / 2));
  for (const box of boxes) [box.x, box.y] = [box.x - least + 8, tops[box.depth]];
  const ends = endsOf(boxes, chains);
  const routes = chains.map((indices, edge) => indices.flatMap((index, step) => {
    const { x, y: top, height } = boxes[index];
    if (step === 0) return [[x, top + height]];
    return step === indices.length - 1 ? [[x + ends[edge], top]] : [[x, top], [x, top + height]];
  }));
  const width = Math.max(...boxes.map((box) => box.x + box.width / 2)) + 8;
  const places = boxes.slice(0, sizes.length).map((box) => ({ x: box.x, y: box.y, width: box.width, height: box.height, depth: box.depth }));
  return { places, routes, width, height: y - DOWN + 8 };
}

/** Say how far from its middle each edge meets its target: side by side, in the order in which they come. */
function endsOf(boxes, chains) {
  const ends = Array(chains.length).fill(0);
  const into = new Map();
  chains.forEach((indices, edge) => into.set(indices.at(-1), [...(into.get(indices.at(-1)) ?? []), edge]));
  for (const [target, edges] of into) {
    const from = (edge) => boxes[chains[edge].at(-2)].x;
    edges.sort((one, other) => from(one) - from(other));
    const step = Math.min(56, (boxes[target].width - 16) / edges.length);
    edges.forEach((edge, index) => { ends[edge] = (index - (edges.length - 1) / 2) * step; });
  }
  return ends;
}

/** An operation stands below all that goes into it; what is given stands right above its first use. */
function depthsOf(count, edges) {
  const depths = Array(count).fill(0);
  const isMade = Array(count).fill(false);
  for (const { source, target } of [...edges].sort((one, other) => one.target - other.target)) {
    isMade[target] = true;
    depths[target] = Math.max(depths[target], depths[source] + 1);
  }
  const first = Array(count).fill(Infinity);
  for (const { source, target } of edges) first[source] = Math.min(first[source], depths[target] - 1);
  return depths.map((depth, index) => (isMade[index] || first[index] === Infinity ? depth : first[index]));
}

/** Break an edge over several layers into steps, with a narrow box in each layer to keep its way free. */
function chain(boxes, source, target) {
  const indices = [source];
  for (let depth = boxes[source].depth + 1; depth < boxes[target].depth; depth += 1) {
    boxes.push({ width: 10, height: 20, depth, above: [], below: [] });
    indices.push(boxes.length - 1);
  }
  indices.push(target);
  for (let step = 1; step < indices.length; step += 1) {
    boxes[indices[step]].above.push(boxes[indices[step - 1]]);
    boxes[indices[step - 1]].below.push(boxes[indices[step]]);
  }
  return indices;
}

/** Order each layer by where its neighbours stand, down and up again, which takes out most crossings. */
function order(layers) {
  const number = (layer) => layer.forEach((box, index) => { box.rank = index; });
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      for (const box of layer) {
        const near = isDown ? box.above : box.below;
        box.wanted = near.length ? near.reduce((sum, other) => sum + other.rank, 0) / near.length : box.rank;
      }
      layer.sort((one, other) => one.wanted - other.wanted);
      number(layer);
    }
  }
}

/** Move the boxes of each layer towards their neighbours, as far as those beside them let them. */
function spread(layers) {
  const gap = (one, other) => (one.width + other.width) / 2 + ACROSS;
  for (const layer of layers) {
    let x = 0;
    layer.forEach((box, index) => {
      x += index ? gap(layer[index - 1], box) : 0;
      box.x = x;
    });
    layer.forEach((box) => { box.x -= x / 2; });
  }
  for (let sweep = 0; sweep < 2 * SWEEPS; sweep += 1) {
    for (const layer of sweep % 2 ? [...layers].reverse() : layers) {
      const wanted = layer.map((box) => {
        const near = [...box.above, ...box.below];
        return near.length ? near.reduce((sum, other) => sum + other.x, 0) / near.length : box.x;
      });
      const right = [...wanted];
      for (let i = 1; i < layer.length; i += 1) right[i] = Math.max(right[i], right[i - 1] + gap(layer[i - 1], layer[i]));
      const left = [...wanted];
      for (let i = layer.length - 2; i >= 0; i -= 1) left[i] = Math.min(left[i], left[i + 1] - gap(layer[i], layer[i + 1]));
      // Both keep the distances, and so does what lies half-way.
      layer.forEach((box, index) => { box.x = (left[index] + right[index]) / 2; });
    }
  }
}
