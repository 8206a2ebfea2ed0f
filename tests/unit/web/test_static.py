"""The files of a page: exactly those there are, by exactly their names; and the same modules in one file."""

import base64
import gzip
import json
from pathlib import Path

import pytest

from clearhead.web import static
from clearhead.web.static import inlined_modules, needed_modules, packed, page_files, read_strings, with_full_names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a page's files, and one that is none."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "app.js").write_text('import { a } from "./parts/a.js";\nexport const b = a;\n', encoding="utf-8")
    (tmp_path / "parts" / "a.js").write_text('export const a = "只";\n', encoding="utf-8")
    (tmp_path / "page.css").write_text("p { color: red }\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("secret", encoding="utf-8")
    (tmp_path / ".hidden.js").write_text("secret", encoding="utf-8")
    return tmp_path


def test_a_page_has_its_own_files_under_its_own_names(folder: Path) -> None:
    files = page_files({"x/page": folder})
    assert sorted(files) == ["x/page/app.js", "x/page/page.css", "x/page/parts/a.js"]
    assert files["x/page/app.js"].type == "text/javascript; charset=utf-8"


def test_a_changed_file_has_another_tag(folder: Path) -> None:
    file = page_files({"x": folder})["x/page.css"]
    content, tag = file.read()
    assert content == b"p { color: red }\n"
    assert file.read()[1] == tag
    file.path.write_text("p { color: blue }\n", encoding="utf-8")
    assert file.read()[1] != tag


def test_a_file_is_packed_and_comes_out_as_it_was() -> None:
    content = b"a line of the page\n" * 100
    assert len(packed(content)) < len(content) / 10
    assert gzip.decompress(packed(content)) == content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import { a } from "./a.js";', 'import { a } from "x/page/a.js";'),
        ("import * as b from '../other/b.js';", "import * as b from 'x/other/b.js';"),
        ('import "./c.js";', 'import "x/page/c.js";'),
        ('export { d } from "../../w/d.js";', 'export { d } from "w/d.js";'),
        ('const e = await import("./e.js");', 'const e = await import("x/page/e.js");'),
        ('const text = "./no.js";', 'const text = "./no.js";'),
        ('import { f } from "x/f.js";', 'import { f } from "x/f.js";'),
    ],
)
def test_a_module_calls_others_by_their_full_names(text: str, expected: str) -> None:
    assert with_full_names(text, "x/page/app.js") == expected


def test_a_page_needs_what_its_modules_import_and_nothing_else(folder: Path) -> None:
    (folder / "parts" / "a.js").write_text('import "./b.js";\n', encoding="utf-8")
    (folder / "parts" / "b.js").write_text('export { a } from "./a.js";\n', encoding="utf-8")
    (folder / "other.js").write_text('import "./parts/a.js";\n', encoding="utf-8")
    files = page_files({"x/page": folder})
    assert list(needed_modules(files, ["x/page/app.js"])) == ["x/page/app.js", "x/page/parts/a.js", "x/page/parts/b.js"]
    assert list(needed_modules(files, [])) == []


def test_each_module_becomes_an_address_of_its_own(folder: Path) -> None:
    imports = json.loads(inlined_modules(page_files({"x/page": folder})))["imports"]
    assert sorted(imports) == ["x/page/app.js", "x/page/parts/a.js"]
    kind, _, data = imports["x/page/app.js"].partition(",")
    assert kind == "data:text/javascript;base64"
    assert base64.b64decode(data).decode() == 'import { a } from "x/page/parts/a.js";\nexport const b = a;\n'


def test_every_import_of_the_pages_leads_to_a_file(repository: Path) -> None:
    package = repository / "clearhead"
    folders = {"web/page": package / "web" / "page", "inspector/page": package / "inspector" / "page"}
    files = page_files(folders)
    for name, file in files.items():
        if name.endswith(".js"):
            text = file.path.read_text(encoding="utf-8")
            wanted = {found[3] for found in static._IMPORT.finditer(text)}
            full = with_full_names(text, name)
            for path in wanted:
                assert f'"{path}"' not in full
            named = {part.split('"')[1] for part in full.split("from ")[1:] if part.startswith('"')}
            assert named <= set(files), f"{name} imports {named - set(files)}"


def test_both_languages_have_the_same_keys_and_the_same_gaps_to_fill() -> None:
    strings = read_strings()
    english, chinese = strings["en"], strings["zh"]
    assert list(english) == list(chinese)

    def gaps(text: str) -> list[str]:
        return sorted(part.split("}")[0] for part in text.split("{")[1:])

    assert [key for key in english if gaps(english[key]) != gaps(chinese[key])] == []
    assert [key for key in english if not english[key].strip() or not chinese[key].strip()] == []
