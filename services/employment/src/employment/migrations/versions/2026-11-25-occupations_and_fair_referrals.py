"""The list of occupations is loaded from a file; a referral of a fair names a fair."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision: str = "employment_0020e"
down_revision: str | None = "employment_0019a"
branch_labels = None
depends_on = None

# What the demonstration uses of the edition of 2022; a city loads the whole list.
FIRST = (
    ("2-02-10-03", "计算机软件工程技术人员"),
    ("2-02-10-09", "人工智能工程技术人员"),
    ("2-02-10-11", "大数据工程技术人员"),
    ("4-02-04-06", "无人机驾驶员"),
    ("4-02-06-01", "仓储管理员"),
    ("4-02-06-03", "物流服务师"),
    ("4-02-07-08", "快递员"),
    ("4-02-07-09", "快件处理员"),
    ("4-02-07-10", "网约配送员"),
    ("4-03-02-01", "中式烹调师"),
    ("4-10-01-05", "养老护理员"),
    ("6-18-02-04", "焊工"),
    ("6-29-01-01", "砌筑工"),
    ("6-29-01-04", "钢筋工"),
    ("6-31-01-03", "电工"),
)


def upgrade() -> None:
    occupations = op.create_table(
        "occupations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("edition IN (2015, 2022)", name=op.f("ck_occupations_edition")),
        sa.CheckConstraint(
            "code ~ '^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$'", name=op.f("ck_occupations_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupations")),
        sa.UniqueConstraint("code", "edition", name="uq_occupations_code"),
    )
    op.bulk_insert(
        occupations,
        [{"id": uuid4(), "code": code, "edition": 2022, "name": name} for code, name in FIRST],
    )
    op.create_index(op.f("ix_referrals_fair_id"), "referrals", ["fair_id"])
    # What was written before nobody had checked it: a fair that is not there is none.
    op.execute(
        "UPDATE referrals SET fair_id = NULL WHERE fair_id NOT IN (SELECT id FROM job_fairs)"
    )
    op.create_foreign_key(
        op.f("fk_referrals_fair_id_job_fairs"), "referrals", "job_fairs", ["fair_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_referrals_fair_id_job_fairs"), "referrals", type_="foreignkey")
    op.drop_index(op.f("ix_referrals_fair_id"), "referrals")
    op.drop_table("occupations")
