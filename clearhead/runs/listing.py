"""What the package offers, by kind: read from its folders, without importing any of it."""

from pathlib import Path

from clearhead.core import catalog

ROOMS = {
    "models": "models",
    "tasks": "tasks",
    "recipes": "experiments/recipes",
    "views": "inspector/views",
    "tokenizers": "tokenizers",
    "formats": "interop",
    "data": "data",
    "claims": "experiments/claims",
}
"""The words of `clearhead show`, and the folders that answer them."""


def choose_room(word: str) -> str | None:
    """Return the kind that a word means, or None when it means a run.

    Raises:
        ValueError: neither a kind nor a path; the nearest kind is offered.
    """
    if not word:
        return None
    plural = word if word in ROOMS else f"{word}s"
    if plural in ROOMS:
        return plural
    near = catalog.nearest(word, ROOMS)
    is_name = Path(word).name == word and not Path(word).exists()
    if near and is_name:
        raise ValueError(f"show.what must be a run or one of {', '.join(ROOMS)}, got {word!r}. Did you mean {near!r}?")
    return None


def list_room(kind: str) -> dict[str, str]:
    """Return the entries of a kind with one line about each."""
    room = ROOMS[kind]
    return {name: catalog.summary(room, name) for name in catalog.entries(room)}
