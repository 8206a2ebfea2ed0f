"""Ask word vectors: neighbours, analogies, similarity, published tests; write them for other tools."""

from typing import Annotated, Literal

import tyro


def main(
    run: str,
    action: Literal["near", "analogy", "similarity", "score", "export"],
    /,
    *words: Annotated[str, tyro.conf.Positional],
    top: int = 10,
    format: Literal["text", "binary", "projector"] = "text",
    json: bool = False,
) -> None:
    """Ask word vectors: neighbours, analogies, similarity, published tests; write them for other tools.

    Args:
        run: folder of a run of word_vectors, or a file in word2vec's text or binary form (.vec, .txt, .bin).
        action: near, analogy, similarity, score or export.
        words: near W: the words nearest to W. analogy A B C: what is to C as B is to A. similarity A B: their cosine.
            score [FILE …]: files of analogies or similarities, or the published ones. export OUT: a new path.
        top: near, analogy: how many words to list.
        format: export: word2vec's text or binary form, or a folder for the Embedding Projector.
        json: print JSON.
    """
    from clearhead.experiments.words import answer

    print(answer(run, action, words, top=top, format=format, as_json=json))
