import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearhead.generation.stop_strings import StopStrings

letters = st.text("ab终", max_size=12)


def run(stops: tuple[str, ...], pieces: list[str]) -> tuple[list[str], bool]:
    """Push the pieces one by one; return what was shown after each, and whether a stop string ended the text."""
    watcher = StopStrings(stops)
    shown = []
    for piece in pieces:
        text, is_stopped = watcher.push(piece)
        shown.append(text)
        if is_stopped:
            return shown, True
    return [*shown, watcher.finish()], False


@pytest.mark.parametrize(
    ("stops", "pieces", "shown", "is_stopped"),
    [
        (("END",), ["one", " EN", "D two"], ["one", " ", ""], True),
        (("END",), ["one E", "N", "O"], ["one ", "", "ENO", ""], False),
        (("END",), ["one EN"], ["one ", "EN"], False),
        (("END",), ["x E", "E", "ND"], ["x ", "E", ""], True),
        (("\n\n",), ["a\n", "b\n", "\n"], ["a", "\nb", ""], True),
        (("终了",), ["故事终", "了。"], ["故事", ""], True),
        ((), ["any", "thing"], ["any", "thing", ""], False),
        (("ab", "abab"), ["abab"], [""], True),
        (("b", "ab"), ["x", "a", "b"], ["x", "", ""], True),
    ],
)
def test_what_may_belong_to_a_stop_string_waits(
    stops: tuple[str, ...], pieces: list[str], shown: list[str], is_stopped: bool
) -> None:
    assert run(stops, pieces) == (shown, is_stopped)


@given(st.lists(st.text("ab终", min_size=1, max_size=4), max_size=3), letters, st.data())
def test_how_the_text_is_cut_into_pieces_changes_nothing(stops: list[str], text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole, is_stopped = run(tuple(stops), [text])
    cut, is_cut_stopped = run(tuple(stops), pieces)
    assert ("".join(cut), is_cut_stopped) == ("".join(whole), is_stopped)


@given(st.lists(st.text("ab终", min_size=1, max_size=4), min_size=1, max_size=3), st.lists(letters, max_size=6))
def test_nothing_shown_holds_a_stop_string_and_nothing_is_lost(stops: list[str], pieces: list[str]) -> None:
    shown, is_stopped = run(tuple(stops), pieces)
    text = "".join(shown)
    assert not any(stop in text for stop in stops)
    assert "".join(pieces).startswith(text)
    assert is_stopped == any(stop in "".join(pieces) for stop in stops)
    if not is_stopped:
        assert text == "".join(pieces)


@given(st.text("ab", min_size=1, max_size=4), letters)
def test_no_more_is_held_back_than_may_begin_a_stop_string(stop: str, text: str) -> None:
    watcher = StopStrings((stop,))
    _, is_stopped = watcher.push(text)
    assert is_stopped or stop.startswith(watcher.held)
