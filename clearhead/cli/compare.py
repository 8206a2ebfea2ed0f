"""Train several models on the same data and say which is best, and whether it is more than chance."""

from collections.abc import Sequence

from clearhead.cli._app import INTERRUPTED
from clearhead.cli._options import parse
from clearhead.core import catalog
from clearhead.experiments._compare_options import options_class, read_options


def run(argv: Sequence[str]) -> int:
    """Read the options (the task decides which --task.KEY there are), compare, and return the exit code."""
    if not argv:
        tasks = ", ".join(catalog.entries("tasks"))
        raise ValueError(
            f"clearhead compare needs a task: {tasks}. For example: "
            f"clearhead compare classification --models neuron,mlp --data iris"
        )
    task = None if argv[0] in ("-h", "--help") else catalog.find("tasks", argv[0])
    arguments, as_json = read_options(parse(options_class(task), argv, prog="clearhead compare"))

    from clearhead.experiments._compare_progress import CompareProgress
    from clearhead.experiments.compare import compare

    progress = CompareProgress(as_json=as_json)
    comparison = compare(listener=progress, **arguments)
    progress.conclude(comparison)
    return 0 if comparison.is_finished else INTERRUPTED
