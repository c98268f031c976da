"""The kit's Alembic environment on this service's tables."""

from employment.main import SERVICE
from hrss_kit.migrations import run

run(SERVICE.metadata)
