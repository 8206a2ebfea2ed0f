import dataclasses

from compared import comparison

from clearhead.experiments._compare_table import table


def lines_of() -> list[str]:
    return table(comparison().to_json())


def test_scores_costs_and_verdict_stand_below_each_other() -> None:
    lines = lines_of()
    assert lines[0] == "classification on the valid part of rows.csv (200 rows)"
    assert lines[1] == "2 seeds, 16 steps each"
    scores = lines.index("")
    assert lines[scores + 1].split() == ["accuracy", "±", "from", "to", "loss"]
    assert lines[scores + 2].split() == ["mlp:hidden=8", "0.9200", "0.0283", "0.9000", "0.9400", "1.5800"]
    assert set(comparison().to_json()["verdict"]["sentences"]["en"]) <= set(lines)
    assert lines[-1].endswith("comparison.html are in out")


def test_baselines_have_scores_without_spread_and_range() -> None:
    (line,) = (line for line in lines_of() if line.startswith("majority"))
    assert line.split() == ["majority", "0.1000", "–", "–", "–", "2.3000"]
    (line,) = (line for line in lines_of() if line.startswith("nearest"))
    assert line.split() == ["nearest", "0.8500", "–", "–", "–", "–"]


def test_costs_are_medians_in_the_units_of_their_heads() -> None:
    lines = lines_of()
    heads = next(line for line in lines if "parameters" in line)
    assert "rows/s learned" in heads and "MB on disk" in heads
    first, second = lines[lines.index(heads) + 1 : lines.index(heads) + 3]
    assert first.split() == ["mlp:hidden=8", "2.50", "3.5", "1,234", "98,765", "0.250", "4,321", "0.017", "2.500"]
    assert second.split()[5] == "–"


def test_columns_are_aligned() -> None:
    lines = [line for line in lines_of() if line.startswith(("mlp", "neuron")) and "better" not in line]
    assert len({len(line) for line in lines[:2]}) == 1
    assert len({len(line) for line in lines[2:]}) == 1


def test_without_a_finished_run_it_says_so() -> None:
    found = dataclasses.replace(comparison(), entries=[], verdict=None, seeds=1, length={})
    assert table(found.to_json())[-2:] == ["1 seed", "No run is finished yet."]
