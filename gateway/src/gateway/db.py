"""The gateway's own tables hang on this base."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from hrss_kit.db import NAMING, TYPES


class Base(DeclarativeBase):
    """The gateway's own metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES
