import pytest

from clearhead.experiments.generate import generate
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.runs.run import open_run
from clearhead.training.finish import Result


def test_one_call_writes_what_the_generator_writes(result: Result) -> None:
    run = open_run(result.path)
    expected = Generator(run.model(), run.tokenizer).generate("The c", SamplingConfig(max_tokens=9, seed=3))
    assert generate(result.path, "The c", max_tokens=9, seed=3).text == expected.text
    assert str(generate(run, "The c", max_tokens=9, seed=3)) == expected.text


def test_a_report_is_given_when_asked_for(result: Result) -> None:
    assert generate(result.path, "The", max_tokens=1, report=True).tokens[0].rank is not None
    assert generate(result.path, "The", max_tokens=1).tokens[0].rank is None


def test_an_unknown_setting_offers_the_nearest(result: Result) -> None:
    with pytest.raises(ValueError, match=r"No 'temprature' in the settings of generate.*Did you mean 'temperature'\?"):
        generate(result.path, "The", temprature=1)
