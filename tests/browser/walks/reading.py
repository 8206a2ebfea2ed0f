"""Reading numbers off the page, as a reader of a screen does: the cursor on a cell, and what the page says of it."""

from typing import Any

from browser.steps import after, by_id

WALK = """(grid, [row, column, count]) => {
    const said = grid.closest(".panel").querySelector("[role=status]");
    const press = (key) => grid.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    grid.focus();
    press("Escape");
    press("ArrowDown"); // the first key only puts the cursor on the first cell
    for (let at = 0; at < row; at += 1) press("ArrowDown");
    for (let at = 0; at < column; at += 1) press("ArrowRight");
    const read = [said.textContent];
    for (let at = 1; at < count; at += 1) {
        press("ArrowRight");
        read.push(said.textContent);
    }
    return read;
}"""


def numbers(page: Any, panel: str, row: int, count: int, *, first: int = 0) -> list[float]:
    """Walk along a row of a drawing with the arrow keys and return the numbers that the page says, cell by cell."""
    grid = by_id(page, f"panel-{panel}").locator("[tabindex='0']").first
    said = grid.evaluate(WALK, [row, first, count])
    assert len(set(said)) == count, "the cursor stood still"  # each cell has a label of its own
    return [as_number(one.rpartition(": ")[2]) for one in said]


def image(page: Any, panel: str, height: int, width: int) -> list[list[float]]:
    """Return every number of a picture, row by row."""
    return [numbers(page, panel, row, width) for row in range(height)]


def rows(page: Any, panel: str) -> list[list[str]]:
    """Return the words of a table, row by row."""
    found = by_id(page, f"panel-{panel}").locator("tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in found]


def exact(page: Any, panel: str, row: int, column: int) -> float:
    """Point at a cell of a table and return the number in the tip, in all its digits."""
    card = by_id(page, f"panel-{panel}")
    card.locator("tbody tr").nth(row).locator("td").nth(column).hover()
    return as_number(card.locator(".panel-tip").inner_text())


def picked_head(page: Any, panel: str, right: int) -> None:
    """Open one of the small pictures of heads: the first row, so many steps to the right."""
    by_id(page, f"panel-{panel}").locator("[tabindex='0']").first.focus()
    for key in ("Home", *["ArrowRight"] * right, "Enter"):
        page.keyboard.press(key)


def choose(page: Any, **options: object) -> None:
    """Fill in options of the view, one after the other; what stands there already is left."""
    for name, value in options.items():
        field = by_id(page, f"option-{name}")
        if field.input_value() != str(value):
            after(page, lambda field=field, value=value: (field.fill(str(value)), field.press("Tab")))


def as_number(text: str) -> float:
    """Return a number from how the page writes it: with the sign of subtraction, in words where there is none."""
    return float("nan") if text == "nothing" else float(text.replace("−", "-").replace(",", ""))
