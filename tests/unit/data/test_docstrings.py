"""Documentation to its first line."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from clearhead.core import catalog
from clearhead.data import docstrings

CODE = '''
class Reader:
    """Reads rows.

    It  skips
    what is broken.
    """

    async def read(self, path, *, limit=3):
        """Read one file.

        The limit counts rows.
        """

    def short(self):
        """Do it."""

    def no_sentence(self):
        """Do it

        in two lines.
        """
'''


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "bad.py").write_text("def broken(:\n", encoding="utf-8")
    (tmp_path / "latin.py").write_bytes(b"# \xe9\n")
    files = SimpleNamespace(files={"train": sorted(tmp_path.glob("*.py"))}, notes=["Standard library."])
    monkeypatch.setattr(catalog, "load", lambda room, name: SimpleNamespace(open=lambda is_whole: files))
    return tmp_path


def test_a_function_with_more_than_a_first_line_is_a_pair(library: Path) -> None:
    pairs = docstrings.open_pairs()
    assert pairs.languages == ("documentation", "summary")
    assert {pair for split in pairs.splits for pair in pairs.pairs(split)} == {
        ("class Reader: It skips what is broken.", "Reads rows."),
        ("def read(self, path): The limit counts rows.", "Read one file."),
    }
    assert pairs.report[0] == "Standard library."
    before = pairs.fingerprint
    (library / "a.py").write_text(CODE.replace("rows", "lines"), encoding="utf-8")
    assert docstrings.open_pairs().fingerprint != before
