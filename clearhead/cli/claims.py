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
    html: Path | None = None,
) -> None:
    """Test what people say about these models: it holds, holds only when something is given, or is false.

    Without ids the claims are listed; without ids but with --pages nothing is tested, and the pages, with --html that
    one too, are written anew from what claims.json in the folder tells.

    Args:
        ids: claims to test, each about a minute; "all" for each of them.
        seed: drives every random choice.
        language: en or zh (Chinese).
        json: print JSON.
        pages: a folder for the pages en/claims.md and zh/claims.md; what it tells of other claims is kept.
        html: write one HTML file, in both languages, that opens without a network: what was tested now, and with
            --pages what the folder tells of other claims. It is written after each claim, so Ctrl-C loses none.
    """
    import sys
    from json import dumps

    from clearhead.experiments.run_claims import check_places, choose_claims, listing, run_claim, write_found

    if not (ids or pages or html):
        claims = listing(language)
        lines = [f"{name} ({about['seconds']} s)\n    {about['claim']}" for name, about in claims.items()]
        print(dumps(claims, ensure_ascii=False, indent=2) if json else "\n".join(lines))
        return
    chosen, found = choose_claims(ids), []
    check_places(is_testing=bool(chosen), pages=pages, html=html)
    written = [] if chosen else write_found([], pages=pages, html=html)
    for number, name in enumerate(chosen, 1):
        print(f"{number}/{len(chosen)} {name}", file=sys.stderr)
        found.append(run_claim(name, seed=seed))
        print(dumps(found[-1].to_json(), ensure_ascii=False) if json else f"{found[-1].told(language)}\n")
        written = write_found(found, pages=pages, html=html)
    for path in written:
        print(path, file=sys.stderr)
