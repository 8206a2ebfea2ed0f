"""Tokens can be read where they stand alone."""

import pytest

from clearhead.panels.tokens import token_label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (" the", "␣the"),
        ("a\n", "a⏎"),
        ("\t", "⇥"),
        ("苹果", "苹果"),
        ("", "∅"),
        (" ⟨e8 8b⟩", "␣⟨e8 8b⟩"),
        ("\x05é\r", "⟨05⟩é⟨0d⟩"),
        ("\x85", "⟨c2 85⟩"),
    ],
)
def test_blanks_and_line_breaks_are_shown(text: str, label: str) -> None:
    assert token_label(text) == label
