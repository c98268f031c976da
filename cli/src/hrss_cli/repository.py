"""The repository and its members: what lies in services/ and gateway/ is the suite."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(os.environ.get("HRSS_ROOT") or Path(__file__).resolve().parents[3])
GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Member:
    """A service or the gateway: a package that can be served, worked, migrated and seeded."""

    name: str
    directory: Path

    @property
    def path(self) -> str:
        """Its name in addresses and on the command line: ``labor-inspection``."""
        return self.name.replace("_", "-")

    @property
    def contract(self) -> Path:
        """The committed contract."""
        return self.directory / "contract" / "openapi.json"

    @property
    def migrations(self) -> Path:
        """The directory of its migrations."""
        return self.directory / "src" / self.name / "migrations" / "versions"


def members(root: Path = ROOT) -> list[Member]:
    """Every service, then the gateway."""
    directories = [path.parent for path in sorted((root / "services").glob("*/pyproject.toml"))]
    if (root / GATEWAY / "pyproject.toml").exists():
        directories.append(root / GATEWAY)
    return [Member(directory.name, directory) for directory in directories]


def packages(root: Path = ROOT) -> list[Path]:
    """Every directory with a package of ours."""
    own = [root / "kit", *(member.directory for member in members(root)), root / "cli"]
    return [directory for directory in own if (directory / "pyproject.toml").exists()]
