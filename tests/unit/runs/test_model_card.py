"""The model card says what the description says, and is a pure function of it."""

from dataclasses import replace

from clearhead.runs.info import DataInfo, RunInfo, TokenizerInfo
from clearhead.runs.model_card import CURVES_FILE, card_title, model_card, said_count, what_it_is

INFO = RunInfo(
    model="gpt",
    model_type="qwen3",
    model_config={"d_model": 256, "context_length": 128, "head_dim": None},
    num_parameters=1_234_567,
    tokenizer=TokenizerInfo(kind="bpe", vocab_size=2048, fingerprint="f" * 64),
    data=DataInfo(
        name="stories",
        fingerprint="abc123",
        splits={"train": {"num_tokens": 1_000_000, "num_bytes": 4_000_000}, "valid": {"num_tokens": 20_000}},
        languages=["en", "zh"],
        report=["3 empty documents left out"],
    ),
    decisions={"verdict": "It is better than a table of pairs."},
    training={"steps": 500, "learning_rate": 0.003, "probe": {"precision": "bf16"}},
    scores={"loss": 1.5, "bits_per_byte": 0.91234, "steps": 1500, "seconds": 119.6},
    baselines={"bigram": {"loss": 2.75, "bits_per_byte": 1.875}, "xz -9": {"bits_per_byte": 1.5}},
    seed=7,
    created="2025-01-02T03:04:05Z",
    versions={"torch": "2.13.0"},
)


def test_the_front_matter_is_what_the_hub_reads() -> None:
    lines = model_card(INFO).splitlines()
    end = lines.index("---", 1)
    assert lines[0] == "---"
    front = lines[1:end]
    assert "library_name: transformers" in front
    assert "pipeline_tag: text-generation" in front
    assert '- "zh"' in front
    assert "- clearhead" in front
    assert "language:" not in model_card(RunInfo(model="gpt", model_type="qwen3")).split("---")[1]


def test_scores_stand_beside_the_baselines() -> None:
    card = model_card(INFO)
    assert "| method | loss | bits per byte |" in card
    assert "| this model | 1.5 | 0.9123 |" in card
    assert "| bigram | 2.75 | 1.875 |" in card
    assert "| xz -9 |  | 1.5 |" in card
    assert "It is better than a table of pairs." in card
    assert "Reached after 1,500 steps and 120 seconds." in card
    assert "Lower is better for loss, bits per byte" in card
    assert "Not evaluated." in model_card(RunInfo())


def test_data_settings_and_seed_are_there() -> None:
    card = model_card(INFO)
    assert "1.23 M parameters" in card
    assert "| part | tokens | bytes |" in card
    assert "| train | 1,000,000 | 4,000,000 |\n| valid | 20,000 |  |" in card
    assert "- fingerprint: `abc123`" in card
    assert "- 3 empty documents left out" in card
    assert "| seed | 7 |" in card
    assert "| training.probe.precision | bf16 |" in card
    assert "| training.learning_rate | 0.003 |" in card
    assert "head_dim" not in card and "decisions.verdict" not in card
    assert "Qwen3ForCausalLM" in card


def test_it_tells_how_to_use_the_folder_in_english_and_chinese() -> None:
    card = model_card(INFO)
    for words in ("clearhead generate RUN", "from_pretrained", "vllm serve", "ct2-transformers-converter", "## Limits"):
        assert words in card
    chinese = card.split("## 中文说明")[1]
    assert "训练数据：stories" in chinese
    assert "| 方法 | 损失 | 每字节比特数 |" in chinese
    assert "| 本模型 | 1.5 | 0.9123 |" in chinese


def test_a_name_cannot_break_the_page() -> None:
    info = RunInfo(
        model="gpt", data=DataInfo(name="a|b\n# <script>"), baselines={"x|y": {"loss": 1.0}}, scores={"loss": 2}
    )
    card = model_card(info)
    assert "\n# <script>" not in card
    assert "<script>" not in card
    assert "| x\\|y | 1 |" in card


def test_the_picture_of_the_curves_is_shown_where_there_is_one() -> None:
    assert f"]({CURVES_FILE})" in model_card(INFO, has_curves=True)
    assert CURVES_FILE not in model_card(INFO)


def test_what_a_model_reads_is_said_only_where_it_is_known() -> None:
    assert "It reads up to" not in what_it_is(replace(INFO, model_config={}))
    assert "它最多读" not in what_it_is(replace(INFO, model_config={}), "zh")
    assert "它最多读 128 个词元" in what_it_is(INFO, "zh")


def test_the_title_names_model_and_data_in_both_languages() -> None:
    assert card_title(INFO) == "gpt trained on stories"
    assert card_title(INFO, "zh") == "gpt，用 stories 训练"
    assert card_title(RunInfo(model_type="llama")) == "llama"


def test_a_count_is_said_as_people_do() -> None:
    assert [said_count(number) for number in (840, 12_500, 124_000_000, 7_000_000_000)] == [
        "840",
        "12.5 K",
        "124 M",
        "7 B",
    ]


def test_an_imported_model_says_so() -> None:
    card = model_card(RunInfo(model="gpt", model_type="llama", imported_from="llama"))
    assert "imported from a llama folder" in card
    assert "Nothing is known about the data." in card


def test_a_model_that_carries_a_state_reads_a_text_of_any_length() -> None:
    config = {"d_model": 256, "context_length": 70, "carried_length": 70}
    card = model_card(replace(INFO, model="recurrent_lm", model_type="clearhead", model_config=config))
    assert "It reads up to any number of tokens and continues them." in card
    assert "transformers、vLLM" not in card and "transformers、vLLM" in model_card(INFO)
    assert "It reads up to 128 tokens and continues them." in model_card(INFO)
