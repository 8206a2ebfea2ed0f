"""Train a neural network on your own data, check every number inside it, and use it anywhere.

    import clearhead as ch

    result = ch.train("language_modeling", data="stories", minutes=2)
    run = ch.load(result.path)
    print(ch.evaluate(run))
    print(ch.generate(run, "Once upon a time", temperature=0.7))
    print(ch.look(run, "Once upon a time").attention(layer=0, head=1))

The words are those of the command line. Each is loaded when it is first used: `import clearhead` itself is quick.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

# Must be said before PyTorch is loaded. GNU's OpenMP lets a thread that waits for the others spin for a long time:
# beside any other busy program a training then ran at a tenth of its speed. A short spin costs a quiet machine nothing.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

if TYPE_CHECKING:  # what the names are, for editors and type checkers; at run time see WHERE
    from clearhead.data.base import open_text as open_text
    from clearhead.experiments.compare import compare as compare
    from clearhead.experiments.evaluate import evaluate as evaluate
    from clearhead.experiments.generate import generate as generate
    from clearhead.experiments.predict import predict as predict
    from clearhead.experiments.reproduce import reproduce as reproduce
    from clearhead.experiments.train import train as train
    from clearhead.experiments.words import open_words as words
    from clearhead.inspector.look import look as look
    from clearhead.runs.convert import export_run as export_run
    from clearhead.runs.convert import import_run as import_run
    from clearhead.runs.run import open_run as load
    from clearhead.tokenizers.base import load as load_tokenizer
    from clearhead.tokenizers.base import train_tokenizer as train_tokenizer

WHERE = {
    "train": "experiments.train:train",
    "load": "runs.run:open_run",
    "evaluate": "experiments.evaluate:evaluate",
    "compare": "experiments.compare:compare",
    "generate": "experiments.generate:generate",
    "predict": "experiments.predict:predict",
    "words": "experiments.words:open_words",
    "look": "inspector.look:look",
    "reproduce": "experiments.reproduce:reproduce",
    "open_text": "data.base:open_text",
    "train_tokenizer": "tokenizers.base:train_tokenizer",
    "load_tokenizer": "tokenizers.base:load",
    "export_run": "runs.convert:export_run",
    "import_run": "runs.convert:import_run",
}
"""Each name, and the module and function it stands for."""

__all__ = [  # noqa: RUF022  in the order in which one needs them
    "train",
    "load",
    "evaluate",
    "compare",
    "generate",
    "predict",
    "words",
    "look",
    "reproduce",
    "open_text",
    "train_tokenizer",
    "load_tokenizer",
    "export_run",
    "import_run",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        try:
            found: Any = metadata.version("clearhead")
        except metadata.PackageNotFoundError:  # run from a clone, without installation
            found = "0+source"
    elif name in WHERE:
        module, _, function = WHERE[name].partition(":")
        found = getattr(importlib.import_module(f"clearhead.{module}"), function)
    else:
        from clearhead.core import catalog

        near = catalog.nearest(name, __all__)
        hint = f" Did you mean {near!r}?" if near else ""
        raise AttributeError(f"clearhead has no name {name!r}. Available: {', '.join(__all__)}.{hint}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
