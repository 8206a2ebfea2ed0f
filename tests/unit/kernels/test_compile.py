"""Where compiled code is kept: only in a folder that nobody else can write."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from clearhead.kernels import _compile
from clearhead.kernels._compile import compiled

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are of POSIX systems")


def test_a_compiled_function_computes_and_the_setting_of_others_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")

    def add(a: int, b: int) -> int:
        return a + b

    assert compiled(add)(2, 3) == 5
    assert numba.config.CACHE_DIR == ""
    assert list((tmp_path / "numba").rglob("*.nbi"))


def test_a_folder_the_user_named_for_numba_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "own"))

    def twice(a: int) -> int:
        return 2 * a

    assert compiled(twice)(4) == 8
    assert list((tmp_path / "own").rglob("*.nbi"))


@POSIX
def test_a_folder_that_others_can_write_holds_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path))
    assert _compile._private_folder() == str(tmp_path / "numba")
    (tmp_path / "numba").chmod(0o777)
    assert _compile._private_folder() == ""


def test_without_a_folder_functions_are_compiled_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")

    def thrice(a: int) -> int:
        return 3 * a

    assert _compile._private_folder() == ""
    assert compiled(thrice)(4) == 12


def test_the_folder_is_the_one_of_the_other_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    from clearhead.data._cache import cache_folder

    for named in ("", "~/elsewhere"):
        monkeypatch.setenv("CLEARHEAD_CACHE", named)
        assert _compile._cache_folder() == cache_folder()


def test_the_kernels_need_no_torch() -> None:
    words = "import sys; import clearhead.kernels.hogwild; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
