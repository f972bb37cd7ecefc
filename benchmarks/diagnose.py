"""Diagnosing a case: what it costs by parts, beside reading the same case from its JSON, side by side in one run.

    uv run python benchmarks/diagnose.py [--rounds 300]

Every worked case of `tests/cases/worked.jsonl` is diagnosed again and again; for each case the median of its rounds
counts, beside the quickest one, which the machine's other work did not disturb. `read` is `Case.of`, the baseline;
`link` finds what belongs to the order; `rules` asks the rules that may hold and every note; `words` is the rest:
choosing, filling the sentences in, redacting. Microseconds say more of the machine than of the code (one commit took
87 on one and 150 on another), so the promise is a ratio: diagnosing a case costs, in the median, less than two and a
half times reading it from its JSON. A scan diagnoses the few that its glance suspects: a fraction of its second.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from core.cases import Case
from core.linking import link
from core.rules import ASKED, NOTES, Seen, examine

WORKED = Path(__file__).parents[1] / "tests" / "cases" / "worked.jsonl"
PROMISE = 2.5  # times `read`


PARTS = ("read", "link", "rules", "words", "diagnose")


def asked(case: Case) -> None:
    """Link the case and ask the rules and notes that `examine` asks."""
    assert case.order is not None  # noqa: S101 - every worked case has one
    links = link(case)
    seen = Seen(case, case.order, links)
    for rule in (*ASKED[case.order.status, bool(links.payments or links.free)], *NOTES):
        rule.check(seen)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=300, help="times each case is diagnosed")
    options.add_argument("--slowest", type=int, default=0, metavar="N", help="list the N slowest cases too")
    chosen = options.parse_args()
    bundles = [json.loads(line) for line in WORKED.read_text(encoding="utf-8").splitlines()]
    measured = [timed(bundle, chosen.rounds) for bundle in bundles]
    print(f"{len(bundles)} worked cases, {chosen.rounds} rounds each, microseconds")
    print(f"{'':10}{'median':>8}{'p95':>8}{'quickest':>10}{'of read':>9}")
    baseline = statistics.median(times["read"][0] for times in measured)
    for part in PARTS:
        usual, best = zip(*(times[part] for times in measured), strict=True)
        middle, p95 = statistics.median(usual), statistics.quantiles(usual, n=20)[-1]
        print(f"{part:10}{middle:8.1f}{p95:8.1f}{statistics.median(best):10.1f}{middle / baseline:8.2f}x")
    ratio = statistics.median(times["diagnose"][1] for times in measured) / statistics.median(
        times["read"][1] for times in measured
    )
    kept = "kept" if ratio < PROMISE else "broken"
    print(f"the promise of under {PROMISE} times `read` is {kept}: {ratio:.2f} (the quickest of each)")
    ranked = sorted(zip((times["diagnose"][0] for times in measured), bundles, strict=True), key=lambda pair: -pair[0])
    for microseconds, bundle in ranked[: chosen.slowest]:
        print(f"{microseconds:8.1f}  {bundle['case']}  {bundle['expected']['headline']}")


def timed(bundle: dict[str, object], rounds: int) -> dict[str, tuple[float, float]]:
    """The median and the quickest run of each part, in microseconds; by turns, so that all meet the same machine."""
    works: dict[str, Callable[[Case], object]] = {
        "read": lambda _: Case.of(bundle),
        "link": link,
        "asked": asked,
        "diagnose": examine,
    }
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            case = Case.of(bundle)  # afresh: a case remembers what it was asked
            start = time.perf_counter_ns()
            work(case)
            took[name].append((time.perf_counter_ns() - start) / 1000)
    read, linked, linked_and_asked, whole = (took[name] for name in works)
    return {
        "read": middle_and_best(read),
        "link": middle_and_best(linked),
        "rules": less(middle_and_best(linked_and_asked), middle_and_best(linked)),
        "words": less(middle_and_best(whole), middle_and_best(linked_and_asked)),
        "diagnose": middle_and_best(whole),
    }


def middle_and_best(times: list[float]) -> tuple[float, float]:
    """The median and the quickest."""
    return statistics.median(times), min(times)


def less(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """What `one` takes longer than `other`, never below nothing."""
    return max(0.0, one[0] - other[0]), max(0.0, one[1] - other[1])


if __name__ == "__main__":
    main()
