"""Two hundred thousand awkward inputs: python -m bench.fuzz (`make bench` runs it)

Runs tests/test_fuzz.py with more inputs than `make test`, half of them on each kind of database,
others each time. Prints the seed: FUZZ_SEED=… brings the same inputs again.
"""

import argparse
import os
import random
import subprocess
import sys
from time import perf_counter

INPUTS = 200_000
RUNNERS = {"SQLite": "pytest", "PostgreSQL": "tests.postgres"}


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--inputs", type=int, default=INPUTS)
    count = arguments.parse_args().inputs // len(RUNNERS)
    seed = os.environ.get("FUZZ_SEED") or str(random.randrange(10**6))  # noqa: S311 - no secret
    environment = {**os.environ, "FUZZ_INPUTS": str(count), "FUZZ_SEED": seed}
    failed = False
    for name, runner in RUNNERS.items():
        begun = perf_counter()
        command = [sys.executable, "-m", runner, "-q", "tests/test_fuzz.py"]
        failed |= subprocess.run(command, env=environment, check=False).returncode != 0
        took = perf_counter() - begun
        print(f"{name}: {count:,} inputs in {took:,.0f} s (FUZZ_SEED={seed})", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
