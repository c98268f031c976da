"""What a process is told from outside, and what it refuses to be told."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from hrss_kit.settings import ServiceSettings

LONG = "a-long-random-looking-password"


@pytest.mark.parametrize("secret", ["demo-secret-that-is-long-enough", "short"])
def test_a_sample_or_short_secret_is_refused_outside_the_demonstration(secret: str) -> None:
    with pytest.raises(ValidationError, match="client_secret"):
        ServiceSettings(client_secret=SecretStr(secret))
    with pytest.raises(ValidationError, match="database_url"):
        ServiceSettings(database_url=SecretStr(f"postgresql://card_app:{secret}@db/hrss_card"))


def test_the_demonstration_may_use_them() -> None:
    assert ServiceSettings(client_secret=SecretStr("demo-1"), demo=True).demo


def test_a_refusal_does_not_tell_the_secret() -> None:
    with pytest.raises(ValidationError) as refused:
        ServiceSettings(client_secret=SecretStr("demo-telltale-secret"))
    assert "telltale" not in str(refused.value)


def test_a_secret_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "client_secret").write_text(LONG)
    monkeypatch.setenv("HRSS_SECRETS_DIR", str(tmp_path))
    settings = ServiceSettings()
    assert settings.client_secret.get_secret_value() == LONG
    assert LONG not in repr(settings)
