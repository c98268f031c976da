"""Joint cases have a number and a lead; complaints cite a filed contract and are kept for a term."""

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0015e"
down_revision: str | None = "labor_inspection_0016v"
branch_labels = None
depends_on = None


def upgrade() -> None:
    suggestions = "joint_case_suggestions"
    op.add_column(suggestions, sa.Column("joint_case_no", sa.String(length=40), nullable=True))
    op.add_column(suggestions, sa.Column("lead_city", sa.String(length=6), nullable=True))
    # What both cities accepted before has its suggestion's own number.
    op.execute(
        "UPDATE joint_case_suggestions SET joint_case_no = biz_no, lead_city = owner_city "
        "WHERE state = 'ACCEPTED'"
    )
    op.create_unique_constraint(
        op.f("uq_joint_case_suggestions_joint_case_no"), suggestions, ["joint_case_no"]
    )
    op.create_check_constraint(
        op.f("ck_joint_case_suggestions_joint_case"),
        suggestions,
        "(state = 'ACCEPTED') = (joint_case_no IS NOT NULL)",
    )
    op.add_column("complaints", sa.Column("contract_filing_no", sa.String(60), nullable=True))
    op.add_column("complaints", sa.Column("erased_on", sa.Date(), nullable=True))
    op.drop_constraint(op.f("ck_complaints_complainant"), "complaints")
    op.create_check_constraint(
        op.f("ck_complaints_complainant"),
        "complaints",
        "kind = 'REPORT' OR id_hash IS NOT NULL OR erased_on IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_complaints_complainant"), "complaints")
    op.create_check_constraint(
        op.f("ck_complaints_complainant"), "complaints", "kind = 'REPORT' OR id_hash IS NOT NULL"
    )
    op.drop_column("complaints", "erased_on")
    op.drop_column("complaints", "contract_filing_no")
    op.drop_constraint(op.f("ck_joint_case_suggestions_joint_case"), "joint_case_suggestions")
    op.drop_constraint(op.f("uq_joint_case_suggestions_joint_case_no"), "joint_case_suggestions")
    op.drop_column("joint_case_suggestions", "lead_city")
    op.drop_column("joint_case_suggestions", "joint_case_no")
