"""Statements of Python in their tokens, each with what it is: words to tag, at hand on every machine.

The sources are those of `stdlib`. What a name is depends on where it stands, and the parser knows: of `len(x)` and
`x.len` the same word is a builtin and an attribute. Tags:

    keyword, operator, number, string, comment
    builtin     a name that every module has: len, ValueError
    class       defined by `class` in its file, or what a class is made from
    function    defined by `def` in its file, or called by its name
    method      called after a dot, or defined inside a class
    attribute   anything else after a dot
    parameter   between the brackets of a `def` or `lambda`, or named in a call
    module      anything named by `import`
    variable    all other names

A file is for one part, so that names do not wander; a statement that stands twice is taken once.
"""

import ast
import builtins
import io
import keyword
import os
import re
import tokenize
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from clearhead.core import catalog
from clearhead.data._read import UnreadableTextError, read_chunks
from clearhead.data._tagged_columns import Sentence
from clearhead.data._tagged_rows import TaggedRows, arrange

NUM_SENTENCES = {"train": 2400, "valid": 300, "test": 300}
SENTENCES_OF_A_FILE = 40
"""At most so many, from all over the file."""
LENGTHS = range(4, 41)
"""Tokens of a statement that is taken."""
MAX_FILE_CHARACTERS = 200_000
MAX_WORD_CHARACTERS = 20

Place = tuple[int, int]
"""Line from 1 and column from 0, as the parser counts in files of ASCII."""
_Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_BUILTINS = frozenset(dir(builtins))
_STRING_STARTS = {"FSTRING_START", "TSTRING_START"}
_STRING_ENDS = {"FSTRING_END", "TSTRING_END"}


def open_tagged() -> TaggedRows:
    """Open statements of this Python's standard library, their tokens tagged.

    Raises:
        FileNotFoundError: this Python came without its sources.
    """
    library = catalog.load("data", "stdlib").open(is_whole=True)
    root = os.path.commonpath([path.parent for path in library.files["train"]])
    # In an order that says nothing, the same on every machine.
    files = sorted(
        library.files["train"], key=lambda path: blake2b(path.relative_to(root).as_posix().encode()).digest()
    )
    parts: dict[str, list[Sentence]] = {part: [] for part in NUM_SENTENCES}
    seen: set[tuple[str, ...]] = set()
    for path in files:
        wanted = [part for part, count in NUM_SENTENCES.items() if len(parts[part]) < count]
        if not wanted:
            break
        # The part furthest from what it should have takes the file, so that each has files from all over.
        part = min(wanted, key=lambda name: len(parts[name]) / NUM_SENTENCES[name])
        new = [sentence for sentence in read_statements(path) if tuple(sentence.words) not in seen]
        step = -(-len(new) // SENTENCES_OF_A_FILE) or 1
        chosen = new[::step][: NUM_SENTENCES[part] - len(parts[part])]
        parts[part] += chosen
        seen.update(tuple(sentence.words) for sentence in chosen)
    return arrange("python_tokens", parts, scheme="none", notes=[library.notes[0]])


def read_statements(path: Path) -> list[Sentence]:
    """Return the statements of a file in tokens, each once; none of a file that cannot be read or is not ASCII."""
    try:
        text = "".join(read_chunks(path))
        if not text.isascii() or len(text) > MAX_FILE_CHARACTERS:
            return []
        names = _Names(ast.parse(text))
        found = {tuple(sentence.words): sentence for sentence in _statements(text, names, path.name)}
    except (SyntaxError, ValueError, RecursionError, UnreadableTextError, tokenize.TokenError):
        return []  # files that try how errors are told
    return [sentence for words, sentence in found.items() if len(words) in LENGTHS]


class _Names:
    """What the parser knows of the names of a file: tags by place, and what the file defines."""

    def __init__(self, module: ast.Module) -> None:
        self.tags: dict[Place, str] = {}
        self.methods: set[int] = set()
        """Lines on which a function inside a class is defined."""
        nodes = list(ast.walk(module))
        self.classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
        self.functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        bases = {id(base) for node in nodes if isinstance(node, ast.ClassDef) for base in node.bases}
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                inside = (child for child in node.body if isinstance(child, _Defined))
                self.methods.update(child.lineno for child in inside if not isinstance(child, ast.ClassDef))
            elif isinstance(node, ast.Name):
                self.tags[node.lineno, node.col_offset] = self._name(
                    node.id, is_called=id(node) in called, is_base=id(node) in bases
                )
            elif isinstance(node, ast.Attribute):
                place = (node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr))
                is_class = id(node) in bases
                self.tags[place] = "class" if is_class else "method" if id(node) in called else "attribute"
            elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
                self.tags[node.lineno, node.col_offset] = "parameter"

    def _name(self, name: str, *, is_called: bool, is_base: bool) -> str:
        if name in self.classes or (is_base and name not in _BUILTINS):
            return "class"
        if name in self.functions:
            return "function"
        if name in _BUILTINS:
            return "builtin"
        return "function" if is_called else "variable"


def _statements(text: str, names: _Names, file: str) -> Iterator[Sentence]:
    """Yield the statements; a comment alone on its line belongs to none."""
    row = Sentence([], [], [], file)
    before = first = ""
    for kind, word, (line, column) in _tokens(text):
        if kind == "NEWLINE":
            yield row
            row, before, first = Sentence([], [], [], file), "", ""
            continue
        if kind == "COMMENT" and not row.words:
            continue
        tag = _KINDS.get(kind) or _tag_of_name(word, before, first, (line, column), names)
        row.words.append(_shorten(word, tag))
        row.tags.append(tag)
        row.lines.append(line)
        before, first = word, first or word


_KINDS = {"OP": "operator", "NUMBER": "number", "STRING": "string", "COMMENT": "comment"}


def _tag_of_name(word: str, before: str, first: str, place: Place, names: _Names) -> str:
    if keyword.iskeyword(word) or (not first and word in keyword.softkwlist and place not in names.tags):
        return "keyword"
    if before == "class":
        return "class"
    if before == "def":
        return "method" if place[0] in names.methods else "function"
    if first in ("import", "from"):
        return "module"
    return names.tags.get(place, "variable")


def _tokens(text: str) -> Iterator[tuple[str, str, Place]]:
    """Yield (kind, word, place); a string with values in it (f"…") is one token, as before Python 3.12."""
    lines = text.split("\n")
    depth, start = 0, (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind in _STRING_STARTS:
            start = start if depth else token.start
            depth += 1
        elif kind in _STRING_ENDS:
            depth -= 1
            if not depth:
                end = token.end[1] if token.end[0] == start[0] else None
                yield "STRING", lines[start[0] - 1][start[1] : end], start
        elif not depth and kind not in ("NL", "INDENT", "DEDENT", "ENDMARKER", "ENCODING"):
            yield kind, token.string, token.start


def _shorten(word: str, tag: str) -> str:
    """Return a token that is one word: of a string or a comment its beginning, up to the first space."""
    if tag not in ("string", "comment") or (len(word) <= MAX_WORD_CHARACTERS and not any(map(str.isspace, word))):
        return word
    said = word if tag == "string" else f"#{word[1:].lstrip()}"
    begun = re.split(r"\s", said, maxsplit=1)[0]
    return f"{begun[: MAX_WORD_CHARACTERS - 1]}…"
