"""How close a training comes to the minutes it was given, the whole command counted.

python benchmarks/minutes_dial.py [--minutes 1 2 5] [--data stories]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 2.0, 5.0])
    parser.add_argument("--data", default="stories")
    options = parser.parse_args()
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "run"
            words = ["train", "language_modeling", "--data", options.data, "--minutes", str(minutes), "--out", str(out)]
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "clearhead", *words], check=True, stdout=subprocess.DEVNULL)
            seconds = time.perf_counter() - start
            info = json.loads((out / "clearhead.json").read_text(encoding="utf-8"))
        print(
            f"{minutes:g} minutes asked: {seconds:.1f} s, {seconds / (60 * minutes) - 1:+.1%}; "
            f"{info['num_parameters']:,} parameters, {info['scores']['steps']} steps, "
            f"{info['scores']['bits_per_byte']:.3f} bits per byte",
            flush=True,
        )


if __name__ == "__main__":
    main()
