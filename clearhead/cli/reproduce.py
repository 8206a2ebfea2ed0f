"""Run a recipe against its number and say pass or fail; or list the recipes."""

from pathlib import Path

from tyro.conf import Positional


def main(
    name: Positional[str | None] = None,
    *,
    list: bool = False,
    seeds: int = 1,
    out: Path | None = None,
    json: bool = False,
) -> int:
    """Run a recipe against its number and say pass (exit code 0) or fail (exit code 1); or list the recipes.

    Args:
        name: an entry of `clearhead show recipes`; without one the recipes are listed.
        list: list the recipes with their targets.
        seeds: train with the seeds 0 to N-1 and compare their mean.
        out: a new folder for the runs; otherwise one below runs/.
        json: print JSON, each event of a training on a line.
    """
    from json import dumps

    from clearhead.experiments.reproduce import listing, reproduce

    if name is None or list:
        recipes = listing()
        lines = ["\n    ".join([f"{recipe}: {about[0]}", *about[1:]]) for recipe, about in recipes.items()]
        print(dumps(recipes, ensure_ascii=False, indent=2) if json else "\n".join(lines))
        return 0
    from clearhead.experiments.progress import Progress

    progress = Progress(as_json=json)
    found = reproduce(name, seeds=seeds, out=out, listener=progress, conclude=progress.conclude)
    print(dumps(found.to_json(), ensure_ascii=False) if json else found)
    return 0 if found.has_passed else 1
