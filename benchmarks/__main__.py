"""`python -m benchmarks [NAME ...]`: measure, and write docs/benchmarks.md. All unless named."""

import argparse
from pathlib import Path

from benchmarks import report
from benchmarks.keeping import keep
from benchmarks.runs import (
    Benchmark,
    Options,
    accuracy,
    hostile,
    incremental,
    order,
    scaling,
    speed,
    store,
)
from benchmarks.tools import TOOLS

BENCHMARKS = {
    "accuracy": Benchmark(accuracy.run, accuracy.render),
    "speed": Benchmark(speed.run, speed.render),
    "scaling": Benchmark(scaling.run, scaling.render),
    "hostile": Benchmark(hostile.run, hostile.render),
    "order": Benchmark(order.run, order.render),
    "incremental": Benchmark(incremental.run, incremental.render),
    "store": Benchmark(store.run, store.render),
}


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmarks that are named, then write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, "report", []], default=[])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="labelled sets")
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="where to work")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where the page is")
    parser.add_argument("--tools", default=",".join(TOOLS), help="which tools, with commas")
    parser.add_argument("--only", default="", help="only these sets of `accuracy`, with commas")
    parser.add_argument("--quick", action="store_true", help="small sets, one round; no page")
    args = parser.parse_args(arguments)
    options = Options(
        args.data, args.work, tuple(args.tools.split(",")), quick=args.quick,
        only=tuple(filter(None, args.only.split(","))),
    )  # fmt: skip
    for name in args.names or BENCHMARKS:
        if name != "report":
            results = BENCHMARKS[name].run(options)
            keep(args.work, name, results, part=name == "accuracy")
            print(BENCHMARKS[name].render(results), flush=True)
    if not args.quick:
        report.write(args.work, args.docs, BENCHMARKS)


if __name__ == "__main__":
    main()
