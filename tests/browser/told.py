"""What tells English words of ours from names and technical words, and every form of a sentence in our code."""

import ast
import itertools
import re
from collections.abc import Iterable

TECHNICAL = set(
    """
    adam auc bleu cbow chrf clearhead cos crf d_model exp float flops gelu gelu_tanh gpt head_dim inf json kl log
    logit logits max mb mlp neuron pca relu rope rouge sgd sigmoid silu sin skip gram sne softmax tanh transformer utf
    word2vec learn xz
    """.split()
)
"""Words that stand as they are in Chinese too: names of functions, formats, methods and sizes."""
WORD, CHINESE = re.compile(r"[A-Za-z][A-Za-z_0-9]*[A-Za-z]"), re.compile(r"[\u4e00-\u9fff]")
NOT_OURS = re.compile(
    r"""'[^']*'|"[^"]*"|“[^”]*”|<[^<>\s]+>"""  # quotations, <pad>
    r"""|\b[A-Za-z]_\w+|\*?\b\w+(?:\.[\w*]+)+|\*\w+"""  # W_q, attention.side, *mixed
    r"""|--[a-z.-]+|\b[a-z_]+=\w*"""  # --top, token=
    r"""|\b(?:top|min)-[kp]\b|\b[0-9a-f]{2}(?: [0-9a-f]{2})+\b"""  # top-k, bytes
)
"""What is not in words of ours wherever it stands: quotations, symbols, settings."""


def english(text: str, known: Iterable[str] = (), words: Iterable[str] = ()) -> list[str]:
    """Return the English words of a text that are neither technical nor in quotation marks nor known.

    Args:
        known: names of the model and the reader's own words, which are never ours.
        words: names in the model that are words ("weight"): known in a Chinese sentence.
    """
    text = NOT_OURS.sub(" ", text)
    if not _words(text):
        return []
    for name in sorted([*known, *(words if CHINESE.search(text) else ())], key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z_]){re.escape(name)}(?![A-Za-z_])", " ", text)
    return _words(text)


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if word.lower() not in TECHNICAL]


def forms(node: ast.expr) -> list[str]:
    """Return what a text can be: either side of a choice, and 7 for a value; a hint that may follow is left out."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*forms(node.body), *forms(node.orelse)]
    if isinstance(node, ast.BinOp):
        return [left + right for left, right in itertools.product(forms(node.left), forms(node.right))]
    if isinstance(node, ast.JoinedStr):
        parts = itertools.product(*(forms(part) for part in node.values))
        return ["".join(part) for part in parts]
    if isinstance(node, ast.FormattedValue):
        inner = node.value
        if isinstance(inner, ast.IfExp):
            return forms(inner)
        return [""] if ast.unparse(inner) in ("hint", "_nearest_run(path)") else ["7"]
    return ["7"]
