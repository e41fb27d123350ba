"""Any table, written out by a random clerk, reads back to the same values in the same order, and pays the same."""

import pandas as pd
from hypothesis import HealthCheck, Phase, event, given

from simlib import scenario
from simlib.problems import BadInput
from simlib.scenario import Scenario
from simlib.tables import account_of, read_folder
from strategies import clerk
from strategies.examples import examples

PHASES = (Phase.explicit, Phase.generate)  # a smaller table tells no more, and looking for it takes minutes


def read(folder, filed):
    given = read_folder(folder)
    assert list(given) == [filed.table.name]
    return given[filed.table.name]


@given(clerk.filed())
@examples(150, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
def test_what_a_clerk_writes_reads_back_to_the_same_table_and_the_same_money(tmp_path_factory, filed):
    plain, office = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("office")
    filed.plain(plain)
    filed.write(office)
    wanted, got = read(plain, filed), read(office, filed)
    event(f"{filed.table.name}, {filed.files[0][1]}, {len(filed.files)} files, {len(filed.files[0][2])} sheets")
    names = [column.name for column in filed.columns]
    assert rows(got[names]) == rows(wanted[names])
    account = account_of(got)
    told = "\n".join(one.line() for one in account.assumptions)
    assert [line for line in filed.said if line not in told] == []
    assert [total.line() for total in account.totals if total.gap] == []
    if filed.table.name in ("institutions", "communities"):
        money = paid({filed.table.name: wanted})
        event(f"{filed.table.name}: {'paid' if money else 'not paid'}")
        assert paid({filed.table.name: got}) == money


def rows(frame):
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]


def paid(tables):
    """Every table of results that these give; nothing where they lack what a rule needs."""
    try:
        done = scenario.run(Scenario("t"), tables)
    except BadInput:
        return {}
    return {name: table.to_csv() for of in done.results.values() for name, table in of.items()}
