"""Employers and postings; bigrams, so that titles are found by any two characters.

Revision: employment_0002, after employment_0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "employment_0002"
down_revision: str | None = "employment_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A run of Chinese characters gives its pairs and its last character; a Latin word stays whole.
BIGRAMS = """
CREATE FUNCTION bigrams(title text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array(
    SELECT DISTINCT CASE WHEN m[1] IS NOT NULL THEN substr(m[1], i, 2) ELSE m[2] END
    FROM regexp_matches(lower(title), '([㐀-䶿一-鿿]+)|([0-9a-z][0-9a-z+#.-]*)', 'g') m,
         generate_series(1, CASE WHEN m[1] IS NOT NULL THEN length(m[1]) ELSE 1 END) i))
$$
"""
BIGRAM_QUERY = """
CREATE FUNCTION bigram_query(wanted text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_agg(DISTINCT CASE WHEN m[1] IS NULL THEN quote_literal(rtrim(m[2], '.-'))
           WHEN length(m[1]) = 1 THEN quote_literal(m[1]) || ':*'
           ELSE quote_literal(substr(m[1], i, 2)) END, ' & ')::tsquery
  FROM regexp_matches(lower(wanted), '([㐀-䶿一-鿿]+)|([0-9a-z][0-9a-z+#.-]*)', 'g') m,
       generate_series(1, CASE WHEN m[1] IS NOT NULL THEN greatest(length(m[1]) - 1, 1) ELSE 1 END) i
$$
"""


def upgrade() -> None:
    op.execute(BIGRAMS)
    op.execute(BIGRAM_QUERY)
    op.create_table(
        "employers",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reg_division", sa.String(length=12), nullable=False),
        sa.Column("work_divisions", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("industry", sa.String(length=5), nullable=False),
        sa.Column("size", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hr_licence_no", sa.String(length=60), nullable=True),
        sa.Column("contact_name", sa.LargeBinary(), nullable=True),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("credit_grade", sa.String(length=1), nullable=True),
        sa.Column("blocked_until", sa.Date(), nullable=True),
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
            "credit_grade IN ('A', 'B', 'C')", name=op.f("ck_employers_credit_grade")
        ),
        sa.CheckConstraint(
            "kind <> 'HR_AGENCY' OR hr_licence_no IS NOT NULL", name=op.f("ck_employers_licence")
        ),
        sa.CheckConstraint(
            "kind IN ('ENTERPRISE', 'INDIVIDUAL', 'PUBLIC', 'ORG', 'HR_AGENCY')",
            name=op.f("ck_employers_kind"),
        ),
        sa.CheckConstraint(
            "size IN ('MICRO', 'SMALL', 'MEDIUM', 'LARGE')", name=op.f("ck_employers_size")
        ),
        sa.CheckConstraint(
            "state IN ('UNVERIFIED', 'VERIFIED', 'REJECTED')", name=op.f("ck_employers_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employers")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_employers_biz_no")),
        sa.UniqueConstraint("uscc", name="uq_employers_uscc"),
    )
    op.create_index(op.f("ix_employers_name"), "employers", ["name"], unique=False)
    op.create_index(op.f("ix_employers_owner_city"), "employers", ["owner_city"], unique=False)
    op.create_index(
        "uq_employers_source",
        "employers",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "postings",
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("title_key", sa.String(length=80), nullable=False),
        sa.Column("occupation", sa.String(length=12), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("emp_type", sa.String(length=12), nullable=False),
        sa.Column("work_division", sa.String(length=12), nullable=False),
        sa.Column("work_address", sa.String(length=200), nullable=False),
        sa.Column("duties", sa.String(length=2000), nullable=False),
        sa.Column("edu_req", sa.String(length=2), nullable=True),
        sa.Column("edu_mandatory", sa.Boolean(), nullable=False),
        sa.Column("exp_years_req", sa.Integer(), nullable=True),
        sa.Column("skills_req", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("skill_level_req", sa.String(length=2), nullable=True),
        sa.Column("salary_min", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("salary_max", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("salary_unit", sa.String(length=5), nullable=False),
        sa.Column("working_hours", sa.String(length=200), nullable=True),
        sa.Column("target_groups", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("share_with", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("origin_channel", sa.String(length=10), nullable=False),
        sa.Column("repost_source", sa.String(length=120), nullable=True),
        sa.Column("repost_of", sa.Uuid(), nullable=True),
        sa.Column("lawful_terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_in", sa.String(length=6), nullable=True),
        sa.Column("submitted_by", sa.String(length=80), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_version", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
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
        postgresql.ExcludeConstraint(
            (sa.column("employer_id"), "="),
            (sa.column("occupation"), "="),
            (sa.column("work_division"), "="),
            (sa.column("title_key"), "="),
            (sa.literal_column("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text(
                "state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'SUSPENDED') AND repost_of IS NULL"
            ),
            using="gist",
            name="ex_postings_not_twice",
        ),
        sa.CheckConstraint(
            "emp_type IN ('FULL', 'PART', 'DISPATCH', 'FLEX', 'NEWFORM', 'INTERN', 'GIG', 'PUBWELFARE')",
            name=op.f("ck_postings_emp_type"),
        ),
        sa.CheckConstraint(
            "salary_unit IN ('MONTH', 'DAY', 'HOUR', 'PIECE')", name=op.f("ck_postings_unit")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'SUSPENDED', 'REJECTED', 'FILLED', 'EXPIRED', 'WITHDRAWN')",
            name=op.f("ck_postings_state"),
        ),
        sa.CheckConstraint("headcount BETWEEN 1 AND 999", name=op.f("ck_postings_headcount")),
        sa.CheckConstraint("salary_max >= salary_min", name=op.f("ck_postings_salary")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_postings_validity")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_postings_employer_id_employers")
        ),
        sa.ForeignKeyConstraint(
            ["repost_of"], ["postings.id"], name=op.f("fk_postings_repost_of_postings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_postings_biz_no")),
    )
    op.create_index(op.f("ix_postings_employer_id"), "postings", ["employer_id"], unique=False)
    op.create_index(
        "ix_postings_expiring",
        "postings",
        ["valid_to"],
        unique=False,
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
    op.create_index(op.f("ix_postings_occupation"), "postings", ["occupation"], unique=False)
    op.create_index(op.f("ix_postings_owner_city"), "postings", ["owner_city"], unique=False)
    op.create_index(
        "ix_postings_state_created", "postings", ["owner_city", "state", "created_at"], unique=False
    )
    op.create_index(
        "ix_postings_title_words",
        "postings",
        [sa.literal_column("bigrams(title)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_postings_work_division"), "postings", ["work_division"], unique=False)
    op.create_index(
        "uq_postings_source",
        "postings",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_postings_source",
        table_name="postings",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index(op.f("ix_postings_work_division"), table_name="postings")
    op.drop_index("ix_postings_title_words", table_name="postings", postgresql_using="gin")
    op.drop_index("ix_postings_state_created", table_name="postings")
    op.drop_index(op.f("ix_postings_owner_city"), table_name="postings")
    op.drop_index(op.f("ix_postings_occupation"), table_name="postings")
    op.drop_index(
        "ix_postings_expiring",
        table_name="postings",
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
    op.drop_index(op.f("ix_postings_employer_id"), table_name="postings")
    op.drop_table("postings")
    op.drop_index(
        "uq_employers_source",
        table_name="employers",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index(op.f("ix_employers_owner_city"), table_name="employers")
    op.drop_index(op.f("ix_employers_name"), table_name="employers")
    op.drop_table("employers")
    op.execute("DROP FUNCTION bigram_query(text)")
    op.execute("DROP FUNCTION bigrams(text)")
