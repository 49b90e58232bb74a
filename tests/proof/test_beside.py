"""Work beside this process comes back, and what goes wrong there is said here."""

import os

import pytest

from proof.beside import beside


def test_the_result_is_of_another_process_and_of_what_is_in_memory():
    known = object()
    process, same = beside(lambda: (os.getpid(), id(known)))()
    assert process != os.getpid()
    assert same == id(known)


def test_what_goes_wrong_there_is_raised_here():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        beside(lambda: 1 // 0)()


def test_a_process_that_is_killed_is_no_result():
    with pytest.raises(RuntimeError, match="without a word"):
        beside(lambda: os._exit(9))()
