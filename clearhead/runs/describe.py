"""A run in a few numbers, as plain values: what `clearhead show RUN` prints. No weight is read."""

from pathlib import Path
from typing import Any

from clearhead.interop import base as interop
from clearhead.runs.run import Run


def describe(run: Run) -> dict[str, Any]:
    """Collect what is known about a run: model, parameters, tokenizer, data, scores, settings, files.

    Returns:
        For a folder that another program wrote, only what its files say.
    """
    about = run.info
    found: dict[str, Any] = {
        "name": run.name,
        "path": str(run.path),
        "task": about.get("task", ""),
        "model": about.get("model", ""),
        "model_type": run.config["model_type"],
        "parameters": interop.num_stored_parameters(run.path),
        "config": about.get("model_config") or _structure(run.config),
        "tokenizer": about.get("tokenizer") or {},
        "data": about.get("data") or {},
        "scores": about.get("scores") or {},
        "baselines": about.get("baselines") or {},
        "training": about.get("training") or {},
        "decisions": about.get("decisions") or {},
        "seed": about.get("seed"),
        "created": about.get("created", ""),
        "versions": about.get("versions") or {},
        "imported_from": about.get("imported_from"),
        "files": files(run.path),
    }
    return {key: value for key, value in found.items() if value not in (None, "", {}, [])}


def files(directory: Path) -> dict[str, int]:
    """Return the size in bytes of each file of a run; a folder (checkpoints) counts with all it holds."""
    sizes = {}
    for path in sorted(directory.iterdir()):
        if path.name.startswith("."):
            continue
        parts = [path] if path.is_file() else [part for part in path.rglob("*") if part.is_file()]
        sizes[path.name + ("" if path.is_file() else "/")] = sum(part.stat().st_size for part in parts)
    return sizes


def rows(description: dict[str, Any]) -> dict[str, str]:
    """Lay a description out for reading: one row a fact, in words."""
    laid_out: dict[str, str] = {}
    for key, value in description.items():
        label = key.replace("_", " ")
        if key == "files":
            laid_out[label] = ", ".join(f"{name} {_bytes(size)}" for name, size in value.items())
        elif isinstance(value, dict):
            for name, inner in value.items():
                if inner not in (None, "", {}, []):
                    laid_out[f"{label}.{name}"] = _words(inner)
        else:
            laid_out[label] = _words(value)
    return laid_out


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "; ".join(_words(item) for item in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if type(value) is int else str(value)


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


def _structure(config: dict[str, Any]) -> dict[str, Any]:
    """Keep the sizes of a foreign config.json: its whole numbers that are not ids."""
    return {key: value for key, value in config.items() if type(value) is int and not key.endswith("_id")}
