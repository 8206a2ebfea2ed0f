"""How long the help of each command takes, as a whole process: median of 7.

python benchmarks/help_time.py
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import clearhead

COMMANDS = sorted(
    path.stem for path in (Path(clearhead.__file__).parent / "cli").glob("*.py") if not path.stem.startswith("_")
)


def seconds(words: list[str]) -> float:
    """Return the median time of one command's help."""
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "clearhead", *words, "--help"], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    for words in ([], *([command] for command in COMMANDS), ["train", "language_modeling"]):
        print(f"clearhead {' '.join([*words, '--help']):<36} {seconds(words):.3f} s", flush=True)


if __name__ == "__main__":
    main()
