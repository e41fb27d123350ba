"""How firm 3,000 deposits stand: 2,000 draws, 3,000 single answers and a Sobol study, each against one by one."""

from __future__ import annotations

import time

import numpy as np

from simlib import sample, scenario
from simlib.rules import deposit
from simlib.scenario import Scenario
from simlib.study.respond.calculation import respond
from simlib.study.robust.calculation import robust
from simlib.study.robust.uncertainty import Uncertainty
from simlib.study.sensitivity.calculation import sensitivity

ONE_BY_ONE = 40  # allocations by which a single one is timed
NUMBERS = ["deposit.lower=0.9:1", "deposit.upper=1:1.1", "deposit.mean_scope"]


def seconds(function) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    table = sample.institutions(3000)
    run = scenario.run(Scenario("", rules=("deposit",)), {"institutions": table})
    errors = np.random.default_rng(1).normal(size=(ONE_BY_ONE, len(table)))
    scores = [np.clip(np.round(table["score"] + error, 2), 0, 100) for error in errors]

    def one_by_one() -> None:
        for score in scores:
            made = deposit.allocate(table.assign(score=score))
            deposit.summarise(made, deposit.groups(made))

    one_by_one()
    single = seconds(one_by_one) / ONE_BY_ONE
    studies = {
        "robust, 2,000 draws": (lambda: robust(run, Uncertainty(draws=2000)), 2000),
        "respond, a point more and the next edge of each": (lambda: respond(run), 6000),
        "sensitivity, N = 1,024 of 3 parameters": (lambda: sensitivity(run.scenario, run.inputs, NUMBERS), 5120),
    }
    print("| 3,000 institutions | allocations | seconds | one by one, seconds | ratio |")
    print("| --- | --- | --- | --- | --- |")
    for name, (study, count) in studies.items():
        study()
        took = seconds(study)
        print(f"| {name} | {count:,} | {took:.2f} | {single * count:.0f} | {single * count / took:.0f} |")


if __name__ == "__main__":
    main()
