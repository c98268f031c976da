"""This service's own tables."""

from hrss_kit.db import new_base

Base = new_base()
