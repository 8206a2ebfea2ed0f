"""What a page that is one file carries in itself."""

import base64
import gzip
import json
import re
from typing import Any


def payload(html: str) -> dict[str, Any]:
    """Return the values that a page holds."""
    [packed] = re.findall(r'id="payload">([^<]*)</script>', html)
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return found


def modules(html: str) -> dict[str, str]:
    """Return the text of each module in a page, by its name."""
    [found] = re.findall(r'<script type="importmap">(.*?)</script>', html)
    start = "data:text/javascript;base64,"
    addresses: dict[str, str] = json.loads(found)["imports"]
    assert all(address.startswith(start) for address in addresses.values())
    return {name: base64.b64decode(address.removeprefix(start)).decode() for name, address in addresses.items()}
