"""Log files stay short, are followed across that, and tell why a program ended."""

from pathlib import Path

import pytest

from hrss_cli.log_files import follow, last_lines, reason, shorten


def test_a_long_log_is_moved_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "card.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old\n" * 10)
        shorten(log, limit=20)
        writer.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert (tmp_path / "card.log.1").read_bytes() == b"old\n" * 10
    assert last_lines(log, 5) == ["new"]


def test_following_shows_complete_lines_only(tmp_path: Path) -> None:
    log = tmp_path / "card.log"
    log.write_text("before\n")
    lines = follow({"card": log})
    with log.open("a") as writer:
        writer.write("鄂州\nhalf")
    assert next(lines) == ("card", "鄂州")
    shorten(log, limit=0)
    with log.open("a") as writer:
        writer.write("武汉\n")
    assert next(lines) == ("card", "武汉")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Traceback\n  File x\napp.db.SomeError: gone\n[SQL: select]\n(see)\n",
            "app.db.SomeError: gone",
        ),
        ("it was told to fail\n\n", "it was told to fail"),
        ("", "no output"),
    ],
)
def test_the_reason(tmp_path: Path, text: str, expected: str) -> None:
    log = tmp_path / "card.log"
    log.write_text(text)
    assert reason(log) == expected
