"""The grammar of phrases: choices, slots and macros."""

import pytest

from clearhead.data._stories_grammar import expand, macros, parse, with_article

KNOWN = macros({"gave who thing": "[gave {who} {the thing}|put it into {who.his} hands]", "soon": "[soon|before long]"})


def test_a_macro_call_puts_the_callers_roles_into_the_phrase() -> None:
    assert (
        expand("{hero} {gave friend key}.", KNOWN) == "{hero} [gave {friend} {the key}|put it into {friend.his} hands]."
    )


def test_a_macro_with_a_capital_begins_a_sentence() -> None:
    assert expand("It rained. {Soon} it stopped, and {soon} it rained.", KNOWN) == (
        "It rained. [Soon|Before long] it stopped, and [soon|before long] it rained."
    )


def test_macros_may_call_macros() -> None:
    known = KNOWN | macros({"back who thing": "came back and {gave who thing}"})
    assert "{the kite}" in expand("{back friend kite}", known)


def test_a_macro_called_with_too_few_roles_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match=r"\{gave friend\} must give \('who', 'thing'\)"):
        expand("{gave friend}", KNOWN)


def test_slots_name_a_role_and_a_form() -> None:
    assert parse("{hero}{Hero}{he}{His}{friend.his}{the thing}{In place}") == (
        ("hero", "name"),
        ("hero", "auto"),
        ("hero", "he"),
        ("hero", "His"),
        ("friend", "his"),
        ("thing", "the"),
        ("place", "In"),
    )


def test_choices_may_be_empty_and_may_hold_choices() -> None:
    assert parse("[a[b|c]|]d") == ([("a", [("b",), ("c",)]), ()], "d")


def test_brackets_that_do_not_close_are_our_mistake() -> None:
    with pytest.raises((AssertionError, IndexError)):
        parse("[a|b")


@pytest.mark.parametrize(
    ("phrase", "expected"), [("old key", "an old key"), ("red kite", "a red kite"), ("ukulele", "a ukulele")]
)
def test_the_article_follows_the_sound(phrase: str, expected: str) -> None:
    assert with_article(phrase) == expected
