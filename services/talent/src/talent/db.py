"""This service's own tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from hrss_kit.db import NAMING, TYPES


class Base(DeclarativeBase):
    """The declarative base of talent."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES
