from clearhead.generation.details import ROWS_SHOWN, details
from clearhead.generation.text import Generation, TokenStep
from clearhead.tokenizers.base import train_tokenizer

TOKENIZER = train_tokenizer("character", ["a b终\n"], vocab_size=20)


def step(text: str) -> TokenStep:
    token = TOKENIZER.encode(text)[0]
    others = [(index, TOKENIZER.token_text(index), 0.5 / (1 + index)) for index in range(TOKENIZER.vocab_size)]
    return TokenStep(token, text, text.encode(), None, 0.25, 0.125, 3, 1.5, others)


def test_a_row_says_how_a_token_was_drawn_and_what_else_could_have_come() -> None:
    (table,) = details(Generation("", (0,), tokens=[step("终"), step(" ")]), TOKENIZER, num_alternatives=2)
    assert table.rows[0][:6] == (1, "终", 0.25, 0.125, 3, 1.5)
    assert table.column("token") == ["终", "␣"]
    for row in table.rows:
        assert str(row[-1]).count("%") == 2
        assert str(row[1]) not in str(row[-1])


def test_a_long_text_is_several_tables_without_a_gap() -> None:
    tables = details(Generation("", (0,), tokens=[step("a")] * (2 * ROWS_SHOWN + 1)), TOKENIZER)
    assert [len(table.rows) for table in tables] == [ROWS_SHOWN, ROWS_SHOWN, 1]
    assert [row[0] for table in tables for row in table.rows] == list(range(1, 2 * ROWS_SHOWN + 2))
    assert len({table.name for table in tables}) == 3
