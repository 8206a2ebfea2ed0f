"""tokenizer.json and tokenizer_config.json: read with suspicion, written so that transformers reads them back."""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import tokenizers

from clearhead.tokenizers._vocabulary import BYTE_OF_LETTER

TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "tokenizer_config.json"
MAX_BYTES = 1 << 28
"""Larger than the tokenizer.json of any model known (Gemma 3: 33 MB)."""

NAMED_TOKENS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
KEPT_SETTINGS = {*NAMED_TOKENS, "model_max_length", "chat_template"}
"""What a foreign tokenizer_config.json may hand on; others of its keys can name code to run."""
END_TOKENS = ("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>", "<|eot_id|>", "[SEP]")
"""Where no eos_token is named."""
EVERY_CHARACTER = r"[\s\S]"
"""The pattern of the character tokenizer; oniguruma has no (?s)."""
BETWEEN_SPACES = r" ?\S+| ?\n|\s"
"""That of the whitespace tokenizer: a word, the end of a line, or another space."""


def read_source(directory: Path) -> str:
    """Return the text of a folder's tokenizer.json.

    Raises:
        FileNotFoundError: no folder, or no such file in it; the message tells what else lies there.
        ValueError: too large, or not UTF-8.
    """
    if not directory.is_dir():
        what = "a file" if directory.exists() else "nothing"
        raise FileNotFoundError(
            f"A tokenizer's folder must exist, got {what} at {directory}. "
            f"Name the folder of a run, or one made by: clearhead tokenizer train --out DIR"
        )
    path = directory / TOKENIZER_FILE
    if not path.is_file():
        others = ("tokenizer.model", "spiece.model", "vocab.json", "vocab.txt")
        found = [name for name in others if (directory / name).is_file()]
        if found:
            remedy = f"Convert {found[0]}: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR) of transformers."
        else:
            remedy = "Train one: clearhead tokenizer train --data PATH --out DIR"
        raise FileNotFoundError(f"{directory} must hold {TOKENIZER_FILE}, got a folder without a tokenizer. {remedy}")
    return _read_text(path)


def read_settings(directory: Path) -> dict[str, Any]:
    """Return what tokenizer_config.json (else special_tokens_map.json) says of tokens and lengths, checked."""
    for name in (CONFIG_FILE, "special_tokens_map.json"):
        path = directory / name
        if path.is_file():
            values = parse_json(_read_text(path), where=str(path))
            return {key: _setting(key, value, path) for key, value in values.items() if key in KEPT_SETTINGS}
    return {}


def parse_json(text: str, *, where: str) -> dict[str, Any]:
    """Parse a JSON object, whatever a hostile file holds."""
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{where} must be JSON, got an error at line {error.lineno}: {error.msg}. Save or download it again."
        ) from None
    except (RecursionError, ValueError) as error:  # nesting without end, a number of a million digits
        raise ValueError(f"{where} must be JSON of sane depth, got {error}. Save or download it again.") from None
    if not isinstance(values, dict):
        raise ValueError(f"{where} must be a JSON object, got {type(values).__name__}. Save or download it again.")
    return values


def build(source: str, *, where: str) -> tokenizers.Tokenizer:
    """Make the library's tokenizer from the text of a tokenizer.json; anything it cannot read is a ValueError."""
    parse_json(source, where=where)
    try:
        backend = tokenizers.Tokenizer.from_str(source)
    except BaseException as error:
        raise ValueError(f"{where} must be a tokenizer, got: {reason(error)}. Save or download it again.") from None
    ids = backend.get_vocab(with_added_tokens=True).values()
    if not ids:
        raise ValueError(f"{where} must have a vocabulary, got no token. Save or download it again.")
    if max(ids) >= 2 * len(ids) + 1024:
        raise ValueError(
            f"{where} must number its {len(ids)} tokens without large gaps, got the id {max(ids)}. "
            f"Save or download it again."
        )
    # A file may ask for texts to be cut or filled up, which would change what is said without a word.
    backend.no_truncation()
    backend.no_padding()
    if getattr(backend.model, "dropout", None):
        backend.model.dropout = None  # pieces drawn at random are for training another model
    return backend


def reason(error: BaseException) -> str:
    """Return why the library refused, in its words; raise again what is not a refusal.

    It raises a bare Exception, and where it gives up a PanicException, which is not even an Exception.
    """
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error
    return " ".join(str(error).split()).rstrip(".")[:200]


def recognise(structure: dict[str, Any]) -> str:
    """Return the kind of a tokenizer (an entry of this room) from its tokenizer.json as the library writes it."""
    model, cutter = structure["model"], structure["pre_tokenizer"] or {}
    match model["type"]:
        case "WordPiece":
            return "wordpiece"
        case "Unigram":
            return "unigram"
        case "WordLevel":
            is_ours = structure["normalizer"] is None and not cutter.get("invert")
            pattern = str(cutter.get("pattern", {}).get("Regex")) if is_ours else ""
            return {EVERY_CHARACTER: "character", BETWEEN_SPACES: "whitespace"}.get(pattern, "word")
    is_bytes = cutter.get("type") == "ByteLevel" and not cutter["use_regex"] and not cutter["add_prefix_space"]
    has_every_byte = not model["merges"] and model["vocab"].keys() == BYTE_OF_LETTER.keys()
    return "byte" if is_bytes and has_every_byte and structure["normalizer"] is None else "bpe"


def find_end_token(settings: dict[str, Any], vocab: dict[str, int], *, where: str) -> str:
    """Return the name of the token that ends a text."""
    named = settings.get("eos_token")
    if named is None:
        named = next((name for name in END_TOKENS if name in vocab), None)
    if named is None or named not in vocab:
        got = "none" if named is None else f"{named!r}, which is not in the vocabulary"
        raise ValueError(
            f"{where} must name the token that ends a text, got {got}. "
            f'Write "eos_token" with one of its tokens into {CONFIG_FILE}.'
        )
    return str(named)


def canonical_sha256(source: str) -> str:
    """Return the sha256 of a tokenizer.json, the same however the file is indented or its keys are ordered."""
    canonical = json.dumps(json.loads(source), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def write(directory: Path, source: str, settings: dict[str, Any]) -> None:
    """Write both files; "tokenizer_class" keeps transformers from guessing one by the model's type."""
    directory.mkdir(parents=True, exist_ok=True)
    fixed = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    config = json.dumps({**fixed, **settings}, ensure_ascii=False, indent=2)
    (directory / TOKENIZER_FILE).write_text(source, encoding="utf-8", newline="\n")
    (directory / CONFIG_FILE).write_text(config + "\n", encoding="utf-8", newline="\n")


def _read_text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(
            f"{path} must be at most {MAX_BYTES >> 20} MB, got {path.stat().st_size >> 20} MB. Check what file it is."
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} must be UTF-8, got byte {error.start} broken. Save or download it again.") from None


def _setting(key: str, value: Any, path: Path) -> Any:
    if key in NAMED_TOKENS:
        name = value.get("content") if isinstance(value, dict) else value
        if name is None or isinstance(name, str):
            return name
        raise ValueError(f"{path}.{key} must be the name of a token, got {value!r}. Correct it by hand.")
    if key == "model_max_length":
        # transformers writes 10^30 for "no limit".
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            return int(value) if 0 < float(value) < 2**31 else None
        raise ValueError(f"{path}.{key} must be a number of tokens, got {value!r}. Correct it by hand.")
    return value if isinstance(value, str) else None  # several named templates: none of them is the model's one
