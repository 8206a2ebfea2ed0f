"""What people say about these models, tested: holds, only when, or false."""

from pathlib import Path
from typing import Literal

from tyro.conf import Positional


def main(
    ids: Positional[tuple[str, ...]] = (),
    *,
    seed: int = 0,
    language: Literal["en", "zh"] = "en",
    json: bool = False,
    pages: Path | None = None,
) -> None:
    """Test what people say about these models: it holds, holds only when something is given, or is false.

    Args:
        ids: claims to test, each about a minute; "all" for each of them; without one they are listed.
        seed: drives every random choice.
        language: en or zh (Chinese).
        json: print JSON.
        pages: a folder for the pages en/claims.md and zh/claims.md; what it tells of other claims is kept.
    """
    import sys
    from json import dumps

    from clearhead.experiments.run_claims import choose_claims, listing, run_claim, write_pages

    if not ids:
        claims = listing(language)
        lines = [f"{name} ({about['seconds']} s)\n    {about['claim']}" for name, about in claims.items()]
        print(dumps(claims, ensure_ascii=False, indent=2) if json else "\n".join(lines))
        return
    chosen = choose_claims(ids)
    for number, name in enumerate(chosen, 1):
        print(f"{number}/{len(chosen)} {name}", file=sys.stderr)
        found = run_claim(name, seed=seed)
        print(dumps(found.to_json(), ensure_ascii=False) if json else f"{found.told(language)}\n")
        if pages is not None:
            for path in write_pages(pages, [found]):
                print(path, file=sys.stderr)
