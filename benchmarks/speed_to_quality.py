"""Tiny Shakespeare by characters to a validation loss of 1.88: clearhead against nanoGPT's CPU recipe, in turn.

    python benchmarks/speed_to_quality.py --nanogpt PATH_OF_A_CLONE [--seeds 3] [--precision auto|fp32]

The peer's recipe: 4 layers, 4 heads, width 128, context 64, batch 12, 2,000 steps, AdamW 1e-3, float32 (the README of
github.com/karpathy/nanoGPT). A clone of it is run as it is; without one, the same recipe on the GPT-2 class of
`transformers`. Both are timed as whole processes, imports, tokenizing, training and evaluation included; the loss of
both is taken over the whole validation part (last tenth of the characters, windows of 64, every character once).
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

PEER_OPTIONS = (
    "--device=cpu --compile=False --eval_iters=20 --log_interval=1 --block_size=64 --batch_size=12 --n_layer=4 "
    "--n_head=4 --n_embd=128 --max_iters=2000 --lr_decay_iters=2000 --dropout=0.0 --dtype=float32"
).split()
OURS = (
    "train language_modeling --data tinyshakespeare --tokenizer character --steps 80 --model.num-layers 3 "
    "--model.d-model 128 --model.num-heads 2 --model.context-length 64 --training.batch-size 64 "
    "--training.learning-rate 0.06 --training.embedding-learning-rate 0.5 --training.head-learning-rate 0.03"
).split()
CONTEXT_LENGTH = 64


def read_shakespeare() -> str:
    """Return tiny Shakespeare from the folder of known data."""
    folders = [Path(os.environ["CLEARHEAD_DATA"])] if "CLEARHEAD_DATA" in os.environ else []
    folders.append(Path(__file__).resolve().parents[2] / "shared" / "data")
    for folder in folders:
        path = folder / "tinyshakespeare" / "input.txt"
        if path.exists():
            return path.read_text(encoding="utf-8")
    sys.exit("tinyshakespeare/input.txt is not here. Set CLEARHEAD_DATA to the folder that holds tinyshakespeare/.")


def validation_loss(logits_of: object, tokens: torch.Tensor) -> float:
    """Return the mean loss over non-overlapping windows; every token but the first is predicted once."""
    total, count = 0.0, 0
    for start in range(0, len(tokens) - 1, CONTEXT_LENGTH):
        window = tokens[start : start + CONTEXT_LENGTH + 1]
        with torch.inference_mode():
            logits = logits_of(window[None, :-1])  # type: ignore[operator]
        total += float(torch.nn.functional.cross_entropy(logits[0], window[1:], reduction="sum"))
        count += len(window) - 1
    return total / count


def split_tokens(text: str) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Number the characters as nanoGPT does; the first 90 % train."""
    number = {character: index for index, character in enumerate(sorted(set(text)))}
    tokens = torch.tensor([number[character] for character in text])
    cut = int(0.9 * len(tokens))
    return tokens[:cut], tokens[cut:], len(number)


def run_ours(seed: int, precision: str, folder: Path) -> tuple[float, float]:
    """Train in a new process with an empty cache; return (seconds, loss)."""
    environment = {**os.environ, "CLEARHEAD_CACHE": str(folder / "cache")}
    out = folder / "ours"
    command = [sys.executable, "-m", "clearhead", *OURS, "--seed", str(seed), "--out", str(out)]
    command += ["--training.precision", precision]
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return seconds, json.loads((out / "clearhead.json").read_text(encoding="utf-8"))["scores"]["loss"]


def run_nanogpt(clone: Path, seed: int, text: str, folder: Path) -> tuple[float, float]:
    """Run the peer's own script (its seed patched on a copy of the command line's reach); return (seconds, loss)."""
    work = folder / "nanogpt"
    shutil.copytree(clone, work, ignore=shutil.ignore_patterns(".git", "out*"))
    data = work / "data" / "shakespeare_char"
    (data / "input.txt").write_text(text, encoding="utf-8")
    source = (work / "train.py").read_text(encoding="utf-8")
    patched = source.replace("torch.manual_seed(1337", f"torch.manual_seed({1337 + seed}")
    (work / "train.py").write_text(patched, encoding="utf-8")
    start = time.perf_counter()
    for command in (
        ["data/shakespeare_char/prepare.py"],
        ["train.py", "config/train_shakespeare_char.py", *PEER_OPTIONS],
    ):
        subprocess.run([sys.executable, *command], cwd=work, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    sys.path.insert(0, str(work))
    from model import GPT, GPTConfig  # type: ignore[import-not-found]

    saved = torch.load(work / "out-shakespeare-char" / "ckpt.pt", map_location="cpu", weights_only=True)
    model = GPT(GPTConfig(**saved["model_args"]))
    model.load_state_dict(saved["model"])
    model.eval()
    _, valid, _ = split_tokens(text)
    return seconds, validation_loss(lambda tokens: model(tokens, tokens)[0], valid)


def run_recipe(seed: int, folder: Path) -> tuple[float, float]:
    """Run the peer's recipe on transformers' GPT-2 in a new process; return (seconds, loss)."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--peer-only", str(folder / "loss.json"), "--seed", str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return seconds, json.loads((folder / "loss.json").read_text(encoding="utf-8"))["loss"]


def train_peer(seed: int, out: Path) -> None:
    """Train transformers' GPT-2 by the peer's recipe, evaluating as it does, and write its loss."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(1337 + seed)
    train, valid, vocab_size = split_tokens(read_shakespeare())
    config = GPT2Config(
        vocab_size=vocab_size,
        n_positions=64,
        n_embd=128,
        n_layer=4,
        n_head=4,
        resid_pdrop=0,
        embd_pdrop=0,
        attn_pdrop=0,
    )
    model = GPT2LMHeadModel(config)
    decayed = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))

    def loss_on(tokens: torch.Tensor) -> torch.Tensor:
        starts = torch.randint(len(tokens) - CONTEXT_LENGTH, (12,))
        rows = torch.stack([tokens[start : start + CONTEXT_LENGTH + 1] for start in starts])
        logits = model(rows[:, :-1]).logits
        return torch.nn.functional.cross_entropy(logits.reshape(-1, vocab_size), rows[:, 1:].reshape(-1))

    for step in range(2001):
        if step % 250 == 0:
            with torch.no_grad():
                for tokens in (train, valid):
                    for _ in range(20):
                        loss_on(tokens)
        if step == 2000:
            break
        rate = 1e-3 * (step + 1) / 101
        if step >= 100:
            progress = torch.tensor((step - 100) / 1900 * torch.pi)
            rate = 1e-4 + 0.5 * (1 + float(torch.cos(progress))) * 9e-4
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss_on(train).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    model.eval()
    out.write_text(json.dumps({"loss": validation_loss(lambda tokens: model(tokens).logits, valid)}), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nanogpt", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--peer-only", type=Path)
    options = parser.parse_args()
    if options.peer_only:
        train_peer(options.seed, options.peer_only)
        return
    text = read_shakespeare()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}")
    peer_name = "nanoGPT itself" if options.nanogpt else "its recipe on the GPT-2 class of transformers"
    print(f"peer: {peer_name}; ours with precision {options.precision}")
    ratios = []
    for seed in range(options.seeds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ours = run_ours(seed, options.precision, folder)
            peer = run_nanogpt(options.nanogpt, seed, text, folder) if options.nanogpt else run_recipe(seed, folder)
        ratios.append(peer[0] / ours[0])
        print(
            f"seed {seed}: ours {ours[0]:6.2f} s to {ours[1]:.4f}   peer {peer[0]:6.2f} s to {peer[1]:.4f}   "
            f"{ratios[-1]:.2f} times as fast",
            flush=True,
        )
    print(f"median {statistics.median(ratios):.2f} times as fast (from {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
