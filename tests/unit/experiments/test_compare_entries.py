import pytest

from clearhead.experiments._compare_entries import read_entries, read_value


def test_a_comma_parts_entries_and_a_colon_their_options() -> None:
    neuron, mlp = read_entries("neuron, mlp:hidden=256+64:dropout=0.2:training.learning-rate=0.01")
    assert (neuron.model, neuron.model_options, neuron.training_options) == ("neuron", {}, {})
    assert mlp.model_options == {"hidden": (256, 64), "dropout": 0.2}
    assert mlp.training_options == {"learning_rate": 0.01}


def test_a_list_of_entries_is_read_like_a_text() -> None:
    assert read_entries(["neuron", "mlp:dropout=0.1"]) == read_entries("neuron,mlp:dropout=0.1")


def test_an_entry_is_called_as_it_was_typed_and_its_folder_has_a_name_for_every_system() -> None:
    (entry,) = read_entries("image-cnn:dropout=0.2")
    assert entry.label == "image_cnn:dropout=0.2"
    assert entry.name == "image-cnn-dropout-0.2"


def test_the_same_entry_again_gets_another_label_and_folder() -> None:
    entries = read_entries("mlp,mlp,mlp:dropout=0.1,mlp")
    assert [entry.label for entry in entries] == ["mlp", "mlp #2", "mlp:dropout=0.1", "mlp #3"]
    assert len({entry.name for entry in entries}) == 4


def test_values_take_the_type_of_their_field() -> None:
    (entry,) = read_entries("recurrent:cell=gru:num_layers=2:is_bidirectional=false")
    assert entry.model_options == {"cell": "gru", "num_layers": 2, "is_bidirectional": False}
    (entry,) = read_entries("mlp:training.clip_norm=none:training.steps=20:hidden=")
    assert entry.training_options == {"clip_norm": None, "steps": 20}
    assert entry.model_options == {"hidden": ()}


@pytest.mark.parametrize(
    ("models", "message"),
    [
        (" , ", r"--models must name at least one model, got ' , '\. For example: neuron,mlp:hidden=256\+256"),
        ("mlp,neurn:x=1", r"--models entry 'neurn:x=1': No 'neurn' in models/\..*Did you mean 'neuron'\?"),
        ("mlp:hiden=3", r"No 'hiden' in the options of mlp \(--models entry 'mlp:hiden=3'\).*Did you mean 'hidden'\?"),
        ("mlp:training.step=3", r"No 'step' in the settings of a training \(.*'mlp:training\.step=3'\).*'steps'\?"),
        ("mlp:dropout", r"--models entry 'mlp:dropout' must have options of the form key=value, got 'dropout'"),
        ("mlp:dropout=much", r"--models entry 'mlp:dropout=much': dropout must be a number, got 'much'\."),
        ("mlp:hidden=3.5", r"hidden must be a whole number, got '3\.5'\."),
        ("mlp:activation=rely", r"No 'rely' in --models entry 'mlp:activation=rely': activation\..*'relu'\?"),
        ("mlp:dropout=0:dropout=1", r"entry 'mlp:dropout=0:dropout=1' must set dropout once, got it twice\."),
        ("recurrent:is_bidirectional=maybe", r"is_bidirectional must be true or false, got 'maybe'\."),
    ],
)
def test_a_mistake_shows_the_entry_and_what_was_meant(models: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_entries(models)


def test_of_several_types_the_first_that_fits_is_taken() -> None:
    assert read_value(int | str, "7", where="x") == 7
    assert read_value(int | str, "seven", where="x") == "seven"
    assert read_value(int | None, "None", where="x") is None
