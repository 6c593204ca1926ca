"""`python -m benchmarks.generate KIND SIZE FILE`: write one made set."""

import argparse
from pathlib import Path

from benchmarks.generate.write import write

parser = argparse.ArgumentParser(prog="benchmarks.generate", description=__doc__)
parser.add_argument("kind", choices=["plain", "households", "companies"])
parser.add_argument("size", type=int)
parser.add_argument("file", type=Path)
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()
write(args.kind, args.size, args.file, args.seed)
