"""Wrong usage is exit code 2 and one line; what cannot be done is exit code 1 and one line."""

import json
import socket
from pathlib import Path

import pytest

from hrss_cli import contracts
from hrss_cli.__main__ import main


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["up", "--port", "zero"],
        ["up", "--port", "70000"],
        ["up", "--unknown"],
        ["seed", "--scale", "xxl"],
        ["logs", "--lines", "-3"],
        ["audit"],
        ["new-service"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "--help" in line


@pytest.mark.parametrize(
    "arguments",
    [["openapi", "nothing"], ["bench", "nothing"], ["new-service", "9lives"]],
)
def test_a_name_of_nothing_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_contracts_are_printed_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "contract", lambda member: '{"openapi": "3.1.0"}')
    assert main(["openapi"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"card", "labor-inspection", "gateway"} <= printed.keys()


def test_a_taken_port_is_named_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["up", "--data", str(tmp_path / "data"), "--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"hrss: port {port} is taken by another program: choose another with --port N\n"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["status", "credentials", "seed"])
def test_without_a_running_suite(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--data", str(tmp_path)]) == 1
    assert "not running: start it with ./hrss up" in capsys.readouterr().err


def test_down_without_a_running_suite_is_no_failure(tmp_path: Path) -> None:
    assert main(["down", "--data", str(tmp_path)]) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_data_directory_that_cannot_be_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["up", "--data", str(tmp_path / "file" / "data"), "--port", "29999"]) == 1
    assert "choose another with --data" in capsys.readouterr().err
