"""What stands in a package besides the files themselves."""

from pydantic import BaseModel


class ManifestEntry(BaseModel):
    """One file of the package."""

    path: str
    sha256: str
    size: int


class Manifest(BaseModel):
    """manifest.json: every file of the package but itself and its signature."""

    format: str
    case_no: str
    city: str
    entries: list[ManifestEntry]
