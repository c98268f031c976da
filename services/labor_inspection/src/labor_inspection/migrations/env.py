"""The kit's Alembic environment on this service's tables."""

from hrss_kit.migrations import run
from labor_inspection.main import SERVICE

run(SERVICE.metadata)
