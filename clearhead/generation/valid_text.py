"""Which tokens may come next so that what is written stays text: no character is broken, none is left half written.

A token of a byte-level vocabulary may hold only a part of a character (UTF-8 writes 鹿 with three bytes). Once it is
chosen, only the bytes that are missing can follow. A handful of states tells which, so one table for each vocabulary,
made once, answers for every step.

Source: The Unicode Standard, section 3.9, table 3-7 (well-formed UTF-8 byte sequences).
"""

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from clearhead.tokenizers.base import Tokenizer

_STEPS = (
    # (first byte, last byte, next state) of what may come. State 0, between characters: how many bytes will follow?
    (
        (0x00, 0x7F, 0),
        (0xC2, 0xDF, 1),
        (0xE0, 0xE0, 4),
        (0xE1, 0xEC, 2),
        (0xED, 0xED, 5),
        (0xEE, 0xEF, 2),
        (0xF0, 0xF0, 6),
        (0xF1, 0xF3, 3),
        (0xF4, 0xF4, 7),
    ),
    ((0x80, 0xBF, 0),),  # one more byte
    ((0x80, 0xBF, 1),),  # two more
    ((0x80, 0xBF, 2),),  # three more
    ((0xA0, 0xBF, 1),),  # after E0: nothing that two bytes could write
    ((0x80, 0x9F, 1),),  # after ED: no half of a surrogate pair
    ((0x90, 0xBF, 2),),  # after F0: nothing that three bytes could write
    ((0x80, 0x8F, 2),),  # after F4: nothing beyond U+10FFFF
)
WHOLE = 0
"""Between two characters: the text may end here."""
UNWATCHED = len(_STEPS)
"""Any token may come, and after it any other."""
_LONGEST_BEGINNING = 3


class ValidText:
    """One vocabulary: the tokens that may come in each state, and the state after each.

    A control token says nothing and comes between characters only. A character that no token can finish is not begun.
    """

    def __init__(self, own: Sequence[bytes]) -> None:
        """Make the table of a vocabulary; `own` are the bytes of each id, none for a control token."""
        self._own = own
        allowed = np.zeros((UNWATCHED + 1, len(own)), dtype=bool)
        reached = np.zeros(allowed.shape, dtype=np.uint8)
        allowed[UNWATCHED], reached[UNWATCHED] = True, UNWATCHED
        for token, data in enumerate(own):
            for state, after in _ways(data):
                allowed[state, token], reached[state, token] = True, after
        can_finish = np.isin(np.arange(len(allowed)), (WHOLE, UNWATCHED))
        for _ in _STEPS:  # a way through more states than there are visits one twice
            can_finish |= (allowed & can_finish[reached]).any(axis=1)
        allowed &= can_finish[reached]
        reached[~allowed] = WHOLE
        self._can_finish = can_finish
        self._reached = [row.tobytes() for row in reached]
        # Added to the scores: that costs a sixth of filling in −inf by a mask.
        self._bars = {torch.device("cpu"): torch.from_numpy(np.where(allowed, np.float32(0), np.float32(-np.inf)))}
        self.is_needed = not allowed[WHOLE].all() or bool(reached[WHOLE].any())
        """Whether any token could break a text; none can where each is made of whole characters."""

    def begin(self, prompt: Sequence[int]) -> tuple[int, int]:
        """Return the state after a prompt, and how many tokens at its end hold a character that is not whole yet."""
        if not self.is_needed:
            return UNWATCHED, 0
        data = b""
        for count, token in enumerate(reversed(prompt), start=1):
            data = self._own[token] + data
            for size in range(1, min(_LONGEST_BEGINNING, len(data)) + 1):
                state = _walk(WHOLE, data[-size:])
                if state:
                    return (state, count) if self._can_finish[state] else (WHOLE, 0)
            if not self._own[token] or len(data) >= _LONGEST_BEGINNING:
                break
        return WHOLE, 0

    def after(self, state: int, token: int) -> int:
        """Return the state after one more token; after one that broke the text, that between characters."""
        return self._reached[state][token]

    def remove_broken(self, logits: Float[Tensor, "rows vocab"], states: Sequence[int]) -> Float[Tensor, "rows vocab"]:
        """Give −inf to each token that may not come in its row's state."""
        if all(state == UNWATCHED for state in states):
            return logits
        if logits.device not in self._bars:
            self._bars[logits.device] = self._bars[torch.device("cpu")].to(logits.device)
        bars = self._bars[logits.device]
        is_one = all(state == states[0] for state in states)  # then nothing need be gathered
        return logits + (bars[states[0]] if is_one else bars[list(states)])


_KNOWN: WeakKeyDictionary[Tokenizer, ValidText] = WeakKeyDictionary()


def valid_text(tokenizer: Tokenizer) -> ValidText:
    """Return the table of a tokenizer, made at the first call."""
    found = _KNOWN.get(tokenizer)
    if found is None:
        own = [tokenizer.token_bytes(token) for token in range(tokenizer.vocab_size)]
        found = _KNOWN[tokenizer] = ValidText(own)
    return found


def _ways(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield each state in which a token of these bytes may come, with the state after it."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        for state in range(UNWATCHED):
            after = _walk(state, data)
            if after is not None:
                yield state, after
    else:
        yield WHOLE, WHOLE  # nearly every token, so the slow way is for few


def _walk(state: int, data: bytes) -> int | None:
    """Return the state after some bytes; None where they are no UTF-8."""
    for byte in data:
        ways = [after for first, last, after in _STEPS[state] if first <= byte <= last]
        if not ways:
            return None
        state = ways[0]
    return state
