/** Pointing at cells, by pointer and by keyboard alike: one cell is under the cursor, one may be picked. */

/**
 * Let a reader move over the cells of an element.
 *
 * `cells` says how:
 *   size()            {rows, columns}
 *   locate(x, y)      the cell at a place of the element, {row, column}, or null
 *   hover(cell)       the cursor stands on a cell, or on none (null)
 *   next(cell, down, right)  the cell that an arrow key leads to, where it is not simply the one so many steps away
 *   pick(cell, how)   a cell was clicked ("pointer") or Enter was pressed on it ("key")
 */
export function cursor(target, cells) {
  let [now, held] = [null, null];

  function move(cell) {
    now = cell;
    cells.hover(cell);
  }

  function locate(event) {
    const box = target.getBoundingClientRect();
    return cells.locate(event.clientX - box.left, event.clientY - box.top);
  }

  const steps = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0],
  };

  function key(event) {
    const { rows, columns } = cells.size();
    if (rows === 0 || columns === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = now ?? held ?? { row: 0, column: 0 };
    if (event.key in steps) {
      const [down, right] = now || held ? steps[event.key] : [0, 0];
      const beside = { row: bounded(from.row + down, rows), column: bounded(from.column + right, columns) };
      move(cells.next?.(from, down, right) ?? beside);
    } else if (event.key === "Home") move({ row: from.row, column: 0 });
    else if (event.key === "End") move({ row: from.row, column: columns - 1 });
    else if (event.key === "Enter" || event.key === " ") {
      move(from);
      held = from;
      cells.pick(from, "key");
    } else if (event.key === "Escape") {
      held = null;
      move(null);
    } else return;
    event.preventDefault();
  }

  target.tabIndex = 0;
  target.setAttribute("role", "application"); // a reader of screens then leaves the arrow keys to it
  target.addEventListener("pointermove", (event) => move(locate(event)));
  target.addEventListener("pointerleave", () => move(null));
  target.addEventListener("blur", () => move(null));
  target.addEventListener("keydown", key);
  target.addEventListener("click", (event) => {
    const cell = locate(event);
    if (!cell) return;
    held = cell;
    move(cell);
    cells.pick(cell, "pointer");
  });
}

const bounded = (value, count) => Math.max(0, Math.min(count - 1, value));
