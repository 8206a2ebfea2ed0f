"""What every file keeps to: length, docstrings, what it may not call, what it may not name."""

import ast
import re
from pathlib import Path

import pytest
from architecture import source

MAX_LINES = 300
MAX_COMMAND_LINES = 60
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
FORBIDDEN_CALLS = {"eval", "exec", "__import__", "torch.load", "torch.save", "os.system", "os.popen", "yaml.load"}
"""What runs or stores code instead of data, or hands words to a shell."""


def python_of_the_repository() -> list[Path]:
    """List every Python file we wrote."""
    folders = ["clearhead", "tests", "benchmarks", "docs"]
    found = [path for name in folders for path in source.files(source.REPOSITORY / name, "*.py")]
    return [*found, source.REPOSITORY / "dev.py"]


def test_no_file_is_longer_than_it_can_be_read_in_one_go() -> None:
    lengths = {
        source.shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_of_the_repository()
    }
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_a_command_holds_no_logic() -> None:
    commands = [path for path in source.files(source.PACKAGE / "cli", "*.py") if not path.name.startswith("_")]
    lengths = {source.shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in commands}
    assert {name: length for name, length in lengths.items() if length > MAX_COMMAND_LINES} == {}


def test_rooms_are_at_most_two_levels_deep() -> None:
    deep = [source.shown(p) for p in source.python_files() if len(p.relative_to(source.PACKAGE).parts) > 3]
    assert deep == []


def test_every_folder_of_the_package_with_code_is_a_package() -> None:
    folders = {path.parent for path in source.python_files()}
    assert [source.shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def first_line_problem(docstring: str | None) -> str | None:
    """Return what is wrong with a docstring's first line, or None."""
    if not docstring:
        return "no docstring"
    if not docstring.splitlines()[0].endswith((".", "?", "。", ":")):
        return f"the first line is no sentence: {docstring.splitlines()[0]!r}"
    return None


def test_every_module_class_and_function_that_others_use_says_what_it_does() -> None:
    found = []
    for path in source.python_files():
        module = source.tree(path)
        named: list[tuple[int, str, str | None]] = []
        if module.body:
            named.append((1, "the module", ast.get_docstring(module)))
        for node in module.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                named.append((node.lineno, node.name, ast.get_docstring(node)))
        found += [
            f"{source.shown(path)}:{line} {name}: {problem}"
            for line, name, docstring in named
            if (problem := first_line_problem(docstring))
        ]
    assert found == []


def test_nothing_is_pickled_evaluated_or_handed_to_a_shell() -> None:
    found = []
    for path in source.python_files():
        for item in source.imports(path, frozenset()):
            if item.module.split(".")[0] in FORBIDDEN_MODULES:
                found.append(f"{source.shown(path)}:{item.line} imports {item.module}")
        for line, name, node in source.calls(path):
            options = {keyword.arg: keyword.value for keyword in node.keywords}
            is_true = {key for key, value in options.items() if isinstance(value, ast.Constant) and value.value is True}
            if name in FORBIDDEN_CALLS or is_true & {"allow_pickle", "shell", "trust_remote_code"}:
                found.append(f"{source.shown(path)}:{line} calls {name}")
    assert found == []


def test_the_library_never_prints() -> None:
    found = [
        f"{source.shown(path)}:{line}"
        for path in source.python_files()
        if path.relative_to(source.PACKAGE).parts[0] != "cli"
        for line, name, _ in source.calls(path)
        if name in ("print", "sys.stdout.write", "sys.stderr.write")
    ]
    assert found == []


def test_text_is_read_and_written_as_utf8_on_every_system() -> None:
    found = []
    for path in python_of_the_repository():
        for line, name, node in source.calls(path):
            keywords = {keyword.arg for keyword in node.keywords}
            function = name.rpartition(".")[2]
            modes = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            modes += [
                str(k.value.value) for k in node.keywords if k.arg == "mode" and isinstance(k.value, ast.Constant)
            ]
            is_open = name == "open" or (function == "open" and name.startswith(("Path", "path")))
            opens_text = is_open and not any(re.fullmatch(r"[rwax+]*b[rwax+]*", mode) for mode in modes)
            reads_text = function in ("read_text", "write_text") and not (function == "read_text" and node.args)
            if (opens_text or reads_text) and "encoding" not in keywords and None not in keywords:
                found.append(f"{source.shown(path)}:{line} {name}")
    assert found == []


# The brackets keep these patterns from finding themselves.
MACHINE_PATH = re.compile(r"(?<![\w.<>/])(?:/wor[k]|/roo[t]|/hom[e]/\w+|/tm[p]|[A-Z]:\\User[s])[/\\]")
REGISTRY = re.compile(r"py[p]i\.org|pythonhoste[d]\.org|download\.pytorc[h]|anacond[a]\.org|/simpl[e]/?['\"\s]")
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".js", ".html", ".css", ".cfg", ".yml", ".yaml", ".sh", ""}


def test_no_file_names_a_path_of_one_machine_or_a_package_registry() -> None:
    found = []
    for path in source.files(source.REPOSITORY):
        if path.suffix not in TEXT:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                found.append(f"{source.shown(path)}:{number} {line.strip()}")
    assert found == []


@pytest.mark.parametrize(
    "line", ['open("/wor' + 'k/main/x")', "see /hom" + "e/anna/x", "--index https://py" + "pi.org"]
)
def test_a_path_of_one_machine_would_be_found(line: str) -> None:
    assert MACHINE_PATH.search(line) or REGISTRY.search(line)
