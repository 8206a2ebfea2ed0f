from clearhead.experiments.tables import score_lines, score_words


def test_every_score_stands_under_its_head() -> None:
    lines = score_lines(
        {"loss": 1.5, "perplexity": 4.4817, "bits_per_byte": 2.164},
        {"bigram": {"loss": 2.5, "perplexity": 12.18, "bits_per_byte": 3.607}, "xz -9": {"bits_per_byte": 3.0}},
        title="on the whole validation part",
    )
    assert len({len(line) for line in lines}) == 1
    assert [line.split()[-3:] for line in lines] == [
        ["loss", "perplexity", "bits/byte"],
        ["1.5000", "4.48", "2.164"],
        ["2.5000", "12.18", "3.607"],
        ["–", "–", "3.000"],
    ]


def test_a_long_name_moves_the_columns_together() -> None:
    lines = score_lines({"loss": 1.0}, {}, title="short", name="a" * 50)
    assert len(lines[0]) == len(lines[1])
    assert lines[1].split() == ["a" * 50, "1.0000"]


def test_a_loss_of_next_to_nothing_has_no_sign() -> None:
    for tiny in (-0.0, -1e-9):
        assert score_lines({"loss": tiny}, {"b": {"loss": tiny}}, title="t")[1:] == [
            line for line in score_lines({"loss": 0.0}, {"b": {"loss": 0.0}}, title="t")[1:]
        ]
        assert score_words({"loss": tiny, "accuracy": -0.5}) == "loss 0.0000, accuracy -0.5000"


def test_each_score_has_its_name_and_decimals() -> None:
    assert score_words({"bleu": 31.2, "rouge_l": 40.0, "mse": 1234.5}) == "BLEU 31.20, ROUGE-L 40.00, MSE 1,234.5000"
    assert score_words({"new_score": 1.0}) == "new score 1.0000"
