"""Names of grants may be URNs, such as that of token exchange (RFC 8693).

Revision: gateway_0004c, after gateway_0003f
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "gateway_0004c"
down_revision: str | None = "gateway_0003f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column("clients", "grant_types", type_=ARRAY(sa.String(80)))


def downgrade() -> None:
    op.alter_column("clients", "grant_types", type_=ARRAY(sa.String(40)))
