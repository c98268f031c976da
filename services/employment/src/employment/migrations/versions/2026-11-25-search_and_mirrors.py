"""Postings: pay a month, filled, licences, keys for matching; words of title and duties are
searched; mirrors of the other city and reports of false postings.

Revision: employment_0007a, after employment_0006f
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "employment_0007a"
down_revision: str | None = "employment_0006f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As the policy parameter common.month_days says for what is there already.
FILL = """
UPDATE postings SET
  monthly_min = round(salary_min * factor, 2), monthly_max = round(salary_max * factor, 2),
  match_keys = array(SELECT DISTINCT key FROM unnest(array[
      'o:' || occupation, 'o:' || left(occupation, 7), 'o:' || left(occupation, 4),
      'o:' || left(occupation, 1), 'd:' || CASE WHEN work_division ~ '^[0-9]+$'
        THEN left(work_division, 6) ELSE work_division END, 'c:' || owner_city,
      CASE WHEN cardinality(skills_req) = 0 THEN 's:-' END]
    || array(SELECT 's:' || lower(replace(skill, ' ', '')) FROM unnest(skills_req) skill)) key
    WHERE key IS NOT NULL ORDER BY key)
FROM (VALUES ('MONTH', 1), ('DAY', 21.75), ('HOUR', 174), ('PIECE', NULL)) units (unit, factor)
WHERE unit = salary_unit
"""


def upgrade() -> None:
    # Whoever plans a query knows that pairs are found in the index, not made for every row.
    op.execute("ALTER FUNCTION bigrams(text) COST 10000")
    for column in (
        sa.Column("filled", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column(
            "licences_req",
            postgresql.ARRAY(sa.String(length=40)),
            nullable=False,
            server_default=sa.text("'{}'"),
        ),
        sa.Column("is_hazardous", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("monthly_min", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("monthly_max", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("split_of", sa.Uuid(), nullable=True),
        sa.Column(
            "match_keys",
            postgresql.ARRAY(sa.String(length=60)),
            nullable=False,
            server_default=sa.text("'{}'"),
        ),
    ):
        op.add_column("postings", column)
    op.execute(FILL)
    op.create_check_constraint(
        op.f("ck_postings_filled"), "postings", "filled BETWEEN 0 AND headcount"
    )
    op.create_foreign_key(
        op.f("fk_postings_split_of_postings"), "postings", "postings", ["split_of"], ["id"]
    )
    op.create_index(op.f("ix_postings_split_of"), "postings", ["split_of"])
    op.drop_index("ix_postings_title_words", table_name="postings", postgresql_using="gin")
    op.create_index(
        "ix_postings_words",
        "postings",
        [sa.literal_column("bigrams(title || ' ' || duties)")],
        postgresql_using="gin",
    )
    on_offer = sa.text("state = 'PUBLISHED'")
    op.create_index(
        "ix_postings_match_keys",
        "postings",
        ["match_keys"],
        postgresql_using="gin",
        postgresql_where=on_offer,
    )
    op.create_index(
        "ix_postings_newest", "postings", ["published_at", "id"], postgresql_where=on_offer
    )
    op.create_index("ix_postings_pay", "postings", ["monthly_max", "id"], postgresql_where=on_offer)
    op.create_index("ix_postings_created", "postings", ["created_at", "id"])
    op.create_table(
        "posting_mirrors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("origin_city", sa.String(length=6), nullable=False),
        sa.Column("mirror_city", sa.String(length=6), nullable=False),
        sa.Column("origin_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("biz_no", sa.String(length=40), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["postings.id"], name=op.f("fk_posting_mirrors_origin_id_postings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_mirrors")),
        sa.UniqueConstraint("origin_id", "mirror_city", name="uq_posting_mirrors_origin"),
    )
    op.create_index(
        "ix_posting_mirrors_city", "posting_mirrors", ["mirror_city", "received_at", "id"]
    )
    op.create_table(
        "posting_reports",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("mirror_id", sa.Uuid(), nullable=True),
        sa.Column("reporting_city", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("biz_no", sa.String(length=40), nullable=False),
        sa.Column("owner_city", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.Column("source_system", sa.String(length=60), nullable=True),
        sa.Column("source_ref", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "state IN ('OPEN', 'FOUNDED', 'UNFOUNDED')", name=op.f("ck_posting_reports_state")
        ),
        sa.CheckConstraint(
            "(state = 'OPEN') = (answered_at IS NULL)", name=op.f("ck_posting_reports_answered")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_posting_reports_posting_id_postings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_reports")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_posting_reports_biz_no")),
    )
    op.create_index(op.f("ix_posting_reports_posting_id"), "posting_reports", ["posting_id"])
    op.create_index(op.f("ix_posting_reports_owner_city"), "posting_reports", ["owner_city"])
    op.create_index(
        "uq_posting_reports_open",
        "posting_reports",
        ["posting_id", "reporting_city"],
        unique=True,
        postgresql_where=sa.text("state = 'OPEN'"),
    )


def downgrade() -> None:
    op.drop_table("posting_reports")
    op.drop_table("posting_mirrors")
    for name in (
        "ix_postings_created",
        "ix_postings_pay",
        "ix_postings_newest",
        "ix_postings_match_keys",
        "ix_postings_words",
        "ix_postings_split_of",
    ):
        op.drop_index(name, table_name="postings")
    op.create_index(
        "ix_postings_title_words",
        "postings",
        [sa.literal_column("bigrams(title)")],
        postgresql_using="gin",
    )
    for name in (
        "match_keys",
        "split_of",
        "monthly_max",
        "monthly_min",
        "is_hazardous",
        "licences_req",
        "filled",
    ):
        op.drop_column("postings", name)
    op.execute("ALTER FUNCTION bigrams(text) COST 100")
