"""Graphs read back with ONNX Runtime: the numbers and the decoded tokens of the models they were recorded from."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from clearhead.core import config as configs
from clearhead.interop import base, onnx
from clearhead.models.attention_seq2seq import AttentionSeq2Seq
from clearhead.models.gpt import GPT
from clearhead.models.image_cnn import ImageCNN
from clearhead.models.mlp import MLP
from clearhead.models.transformer import Transformer
from clearhead.runs.convert import export_run
from clearhead.runs.run import save_run

runtime = pytest.importorskip("onnxruntime", reason="the onnxruntime package is not installed")
pytest.importorskip("onnxscript", reason="the onnxscript package is not installed")


def attention_seq2seq(**options: Any) -> AttentionSeq2Seq:
    return AttentionSeq2Seq(replace(AttentionSeq2Seq.tiny().config, d_model=16, embedding_dim=16, **options))


def transformer(**options: Any) -> Transformer:
    return Transformer(replace(Transformer.tiny().config, num_decoder_layers=1, **options))


slow = pytest.mark.slow
WRITERS = {
    "transformer": lambda: transformer(),
    "lstm": lambda: attention_seq2seq(use_input_feeding=True, is_tied=False),
    "gru": lambda: attention_seq2seq(cell="gru", num_layers=2, attention="dot"),
    "tutorial": lambda: transformer(preset="tutorial", start_id=35, target_vocab_size=40),
    "additive": lambda: attention_seq2seq(cell="rnn", attention="additive"),
    "summary": lambda: attention_seq2seq(attention="none"),
}
QUICK = ("transformer", "lstm")
"""Recording takes seconds; the others are tried by `dev.py test -m slow`."""


class Graphs:
    """The files of a folder as functions from named tensors to named tensors."""

    def __init__(self, folder: Path) -> None:
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = {
            name: runtime.InferenceSession(folder / name, options, providers=["CPUExecutionProvider"])
            for name in self.config["files"]
        }

    def __call__(self, name: str, **inputs: Tensor) -> dict[str, Tensor]:
        found = self.sessions[name].run(None, {key: value.numpy() for key, value in inputs.items()})
        return dict(zip(self.config["files"][name]["outputs"], map(torch.from_numpy, found), strict=True))

    def step(self, tokens: Tensor, state: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """Take one step as a program that knows nothing of the model does."""
        found = self("step.onnx", tokens=tokens, **state)
        logits = found.pop("logits")
        return logits, state | {name.removeprefix("next_"): value for name, value in found.items()}


def scattered(model: Any) -> Any:
    torch.manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model.eval()


@pytest.fixture(scope="module", params=[name if name in QUICK else pytest.param(name, marks=slow) for name in WRITERS])
def writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Graphs]:
    model, folder = scattered(WRITERS[request.param]()), tmp_path_factory.mktemp(request.param)
    base.write_model(model, folder, to="onnx")
    return model, Graphs(folder)


def sources(model: Any, rows: int, length: int) -> Tensor:
    """Draw sources; every row but the first is shorter than the one before, where there is room."""
    drawn = torch.randint(1, 30, (rows, length))
    for row in range(1, rows):
        drawn[row, max(1, length - row) :] = model.config.padding_id
    return drawn


@pytest.mark.parametrize(("rows", "length"), [(1, 1), (2, 3), (3, 7), (5, 32)])
def test_every_step_gives_the_logits_of_the_model(writer: tuple[Any, Graphs], rows: int, length: int) -> None:
    model, graphs = writer
    source = sources(model, rows, length)
    theirs = graphs("encoder.onnx", source=source)
    ours = model.start(model.encode(source), 8)
    for _ in range(8):
        tokens = torch.randint(1, 30, (rows,))
        logits, theirs = graphs.step(tokens, theirs)
        torch.testing.assert_close(logits, model.step(tokens, ours).detach(), atol=1e-4, rtol=1e-4)


def test_the_likeliest_new_tokens_taken_step_by_step_are_those_of_the_model(writer: tuple[Any, Graphs]) -> None:
    model, graphs = writer
    source = sources(model, 4, 9)
    said = wanted = torch.full((4, 1), model.config.start_id)
    theirs, ours = graphs("encoder.onnx", source=source), model.start(model.encode(source), 20)
    for _ in range(20):
        logits, theirs = graphs.step(said[:, -1], theirs)
        said = with_likeliest_new(said, logits)
        wanted = with_likeliest_new(wanted, model.step(wanted[:, -1], ours).detach())
    assert said.tolist() == wanted.tolist()


def with_likeliest_new(said: Tensor, logits: Tensor) -> Tensor:
    """Append the likeliest token not said before: an untrained model would repeat one for ever, which proves little."""
    return torch.cat([said, logits.scatter(-1, said, -torch.inf).argmax(-1, keepdim=True)], 1)


def test_config_json_names_what_goes_in_and_out(writer: tuple[Any, Graphs]) -> None:
    model, graphs = writer
    assert graphs.config["model_type"] == "onnx"
    assert configs.from_json(type(model.config), graphs.config["config"], where="config") == model.config
    for name, session in graphs.sessions.items():
        named = graphs.config["files"][name]
        assert [each.name for each in session.get_inputs()] == named["inputs"]
        assert [each.name for each in session.get_outputs()] == named["outputs"]
    files = graphs.config["files"]
    assert files["encoder.onnx"]["outputs"] == files["step.onnx"]["inputs"][1:]


@pytest.mark.parametrize("model", [MLP.tiny(), ImageCNN.tiny()], ids=["mlp", "image_cnn"])
def test_rows_and_images_get_the_outputs_of_the_model(tmp_path: Path, model: Any) -> None:
    base.write_model(scattered(model), tmp_path, to="onnx")
    graphs, config = Graphs(tmp_path), model.config
    sizes = (config.num_features,) if isinstance(model, MLP) else (config.num_channels, config.height, config.width)
    for rows in (1, 6):
        x = torch.randn(rows, *sizes)
        torch.testing.assert_close(graphs("model.onnx", x=x)["outputs"], model(x).detach(), atol=1e-4, rtol=1e-4)


def test_an_export_of_a_table_keeps_how_rows_are_read_and_is_float32(tmp_path: Path) -> None:
    save_run(tmp_path / "run", MLP.tiny(), None, {"task": "classification"}, dtype="bfloat16")
    (tmp_path / "run" / "preprocessing.json").write_text('{"kind": "table"}', encoding="utf-8")
    out = export_run(tmp_path / "run", tmp_path / "out", to="onnx")
    assert (out / "preprocessing.json").read_text(encoding="utf-8") == '{"kind": "table"}'
    assert Graphs(out)("model.onnx", x=torch.zeros(1, 5))["outputs"].dtype == torch.float32


def test_weights_too_large_for_one_file_stand_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "LARGEST_FILE_BYTES", 0)
    model = scattered(MLP.tiny())
    base.write_model(model, tmp_path, to="onnx")
    assert (tmp_path / "model.onnx.data").stat().st_size > 0
    x = torch.randn(2, 5)
    torch.testing.assert_close(Graphs(tmp_path)("model.onnx", x=x)["outputs"], model(x).detach(), atol=1e-4, rtol=1e-4)


def test_another_number_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"interop.onnx.dtype must be float32, got 'float16'"):
        base.write_model(MLP.tiny(), tmp_path / "out", to="onnx", dtype="float16")


def test_a_language_model_is_refused_with_the_formats_that_hold_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must be one of gguf, .*for this GPT model, got 'onnx'"):
        base.write_model(GPT.tiny(), tmp_path / "out", to="onnx")


def test_without_the_packages_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ModuleNotFoundError, match=r"'onnxscript'.* pip install 'clearhead\[export\]'"):
        base.write_model(MLP.tiny(), tmp_path / "out", to="onnx")
