import pytest

from clearhead.training.prepare import check_processes


@pytest.mark.parametrize("task", ["language_modeling", "translation", "classification"])
def test_tasks_that_follow_gradients_may_be_shared_among_processes(task: str) -> None:
    check_processes(task, 1)
    check_processes(task, 2)


def test_a_task_that_changes_the_weights_itself_is_refused_to_several_processes() -> None:
    check_processes("word_vectors", 1)
    with pytest.raises(ValueError, match=r"must be trained by one process, got 2: .*Run it without torchrun"):
        check_processes("word_vectors", 2)
