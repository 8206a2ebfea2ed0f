"""The files of a Marian tokenizer: read with suspicion, written so that transformers and CTranslate2 read them back.

Source: `MarianTokenizer` of transformers. The traps: `</s>` is 0 and `<unk>` is 1; with one joint vocabulary `<pad>` is
the last id, because CTranslate2 drops the last row; with two it must have the same id in both, and is 2.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearhead.tokenizers._files import CONFIG_FILE, MAX_BYTES, parse_json

MODEL_FILES = ("source.spm", "target.spm")
VOCAB_FILE = "vocab.json"
TARGET_VOCAB_FILE = "target_vocab.json"
END, UNKNOWN, PADDING = SPECIAL = ("</s>", "<unk>", "<pad>")
SPECIAL_KEYS = ("eos_token", "unk_token", "pad_token")
LANGUAGE_KEYS = ("source_lang", "target_lang")

Vocab = dict[str, int]


@dataclass(frozen=True)
class Found:
    """What the files of a folder say."""

    model_paths: tuple[Path, Path]
    models: tuple[bytes, bytes]
    vocabs: tuple[Vocab, Vocab]
    special: tuple[str, str, str]
    languages: tuple[str, str] | None


def read(directory: Path) -> Found:
    """Read and check the files of a folder; whether a model is one is for SentencePiece to say.

    Raises:
        FileNotFoundError: a file is missing; the message says which.
        ValueError: a file is too large, no JSON, or its vocabulary is not numbered from 0 without gaps.
    """
    needed = (*MODEL_FILES, VOCAB_FILE, CONFIG_FILE)
    missing = [name for name in needed if not (directory / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"{directory} must hold the tokenizer of a pair, which needs {', '.join(needed)}; "
            f"{', '.join(missing)} is not there. Name the folder of a translation or summarization run."
        )
    config = _read_json(directory / CONFIG_FILE)
    is_separate = config.get("separate_vocabs") is True
    end, unknown, padding = (
        _token_name(config, key, default) for key, default in zip(SPECIAL_KEYS, SPECIAL, strict=True)
    )
    special = (end, unknown, padding)
    source_vocab = _read_vocab(directory / VOCAB_FILE, special)
    target_vocab = _read_vocab(directory / TARGET_VOCAB_FILE, special) if is_separate else source_vocab
    if any(source_vocab[name] != target_vocab[name] for name in special):
        raise ValueError(
            f"{directory / TARGET_VOCAB_FILE} must give {', '.join(special)} the ids they have in {VOCAB_FILE}, "
            "got others. Use a model whose two vocabularies agree on them."
        )
    source, target = (config.get(key) for key in LANGUAGE_KEYS)
    return Found(
        (directory / MODEL_FILES[0], directory / MODEL_FILES[1]),
        (_read_bytes(directory / MODEL_FILES[0]), _read_bytes(directory / MODEL_FILES[1])),
        (source_vocab, target_vocab),
        special,
        (source, target) if isinstance(source, str) and isinstance(target, str) else None,
    )


def write(directory: Path, models: tuple[bytes, bytes], vocabs: tuple[Vocab, Vocab], config: dict[str, Any]) -> None:
    """Write the files; `config` holds the names of the special tokens and of the languages."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, model in zip(MODEL_FILES, models, strict=True):
        (directory / name).write_bytes(model)
    is_separate = vocabs[0] is not vocabs[1]
    _write_json(directory / VOCAB_FILE, vocabs[0])
    if is_separate:
        _write_json(directory / TARGET_VOCAB_FILE, vocabs[1])
    fixed = {"tokenizer_class": "MarianTokenizer", "clean_up_tokenization_spaces": False}
    _write_json(directory / CONFIG_FILE, {**fixed, "separate_vocabs": is_separate, **config})


def fingerprint(models: tuple[bytes, bytes], vocabs: tuple[Vocab, Vocab]) -> str:
    """Name what the files say; hex digits."""
    digest = hashlib.sha256()
    for model, vocab in zip(models, vocabs, strict=True):
        digest.update(hashlib.sha256(model).digest())
        digest.update(hashlib.sha256(json.dumps(vocab, sort_keys=True).encode("ascii")).digest())
    return digest.hexdigest()


def _read_vocab(path: Path, special: tuple[str, str, str]) -> Vocab:
    vocab = _read_json(path)
    ids = list(vocab.values())
    if not all(type(index) is int for index in ids) or sorted(ids) != list(range(len(ids))):
        raise ValueError(f"{path} must number its pieces 0, 1, 2 … without gaps, got other ids. Copy it anew.")
    missing = [name for name in special if name not in vocab]
    if missing:
        raise ValueError(f"{path} must hold {', '.join(special)}, got none of {', '.join(missing)}. Copy it anew.")
    return vocab


def _token_name(config: dict[str, Any], key: str, default: str) -> str:
    value = config.get(key, default)
    name = value.get("content") if isinstance(value, dict) else value
    if not isinstance(name, str):
        raise ValueError(f"{CONFIG_FILE}.{key} must be the name of a token, got {value!r}. Correct it by hand.")
    return name


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return parse_json(_read_bytes(path).decode("utf-8-sig"), where=str(path))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} must be UTF-8, got byte {error.start} broken. Copy it anew.") from None


def _read_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(f"{path} must be there, as {CONFIG_FILE} beside it says, got no such file. Copy it.")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(
            f"{path} must be at most {MAX_BYTES >> 20} MB, got {path.stat().st_size >> 20} MB. Check what file it is."
        )
    return path.read_bytes()


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
