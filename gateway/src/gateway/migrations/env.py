"""Alembic's environment: the kit's."""

from gateway.main import SERVICE
from hrss_kit import migrations

migrations.run(SERVICE.metadata)
