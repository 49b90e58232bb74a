"""What the program refuses is said by every command that plays alerts, and is no traceback."""

import pulumi
import pytest

from proof import __main__ as behaviour
from proof import everything, fortnight, mutate

WHY = "1 problem found, nothing was declared"


def refusing(*_, **__):
    raise pulumi.RunError(WHY)


@pytest.mark.parametrize("command", [behaviour, mutate], ids=lambda each: each.__name__)
def test_what_the_program_refuses_ends_a_command_with_the_reason(program, monkeypatch, command):
    monkeypatch.setattr(command, "find_query_engine", lambda: program)
    monkeypatch.setattr(everything, "record", refusing)
    with pytest.raises(SystemExit) as ended:
        command.main([])
    assert ended.value.code == WHY


def test_what_the_program_refuses_ends_a_fortnight_with_the_reason(monkeypatch, tmp_path):
    monkeypatch.setattr(fortnight, "record", refusing)
    monkeypatch.setattr("sys.argv", ["fortnight", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        fortnight.main()
    assert ended.value.code == WHY


def test_a_fortnight_of_an_unknown_product_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["fortnight", str(tmp_path / "out"), "--product", "tikitt"])
    with pytest.raises(SystemExit) as ended:
        fortnight.main()
    assert "there is no product 'tikitt' here. Write instead: tikit" in str(ended.value.code)
    assert not (tmp_path / "out").exists()
