"""What is somebody's work in labour inspection 待办."""

from hrss_kit.work import PROVINCE, WorkSource
from labor_inspection.arrears_list.models import ArrearsListEntry
from labor_inspection.assist_requests.models import AssistRequest
from labor_inspection.cases.models import Case
from labor_inspection.complaints.models import Complaint
from labor_inspection.mass_events.models import JointCaseSuggestion

DESKS = ("cw.li", "supervisor.li")

WORK = (
    WorkSource(
        "complaint",
        "complaints",
        Complaint,
        "投诉举报",
        (*DESKS, "province"),
        {
            "owner_city": ("RECEIVED", "FORWARDED", "SUPPLEMENT"),
            PROVINCE: ("DISPUTED_JURISDICTION",),
        },
        cities=("owner_city", "receiving_city"),
        title=("employer_name", "matter"),
        beside=frozenset({"dispute-jurisdiction", "claim-jurisdiction", "designate"}),
    ),
    WorkSource(
        "case",
        "cases",
        Case,
        "监察案件",
        DESKS,
        {
            "owner_city": (
                "FILED", "INVESTIGATING", "EXTENDED", "DECIDED", "SERVED", "COMPLIED",
                "NOT_COMPLIED", "ENFORCED", "ARREARS_LIST_PROPOSED", "REOPENED",
            )
        },
        title=("employer_name", "matter"),
        beside=frozenset({"assign", "extend", "decide", "close", "reopen"}),
        parts={"case_orders": "case_id"},
    ),
    WorkSource(
        "assist_request",
        "assist-requests",
        AssistRequest,
        "协查函",
        DESKS,
        {
            "owner_city": ("DRAFT", "REPLIED", "DECLINED"),
            "executing_city": ("SENT", "RECEIVED", "ACCEPTED", "ASSIGNED"),
        },
        cities=("owner_city", "executing_city"),
        title=("kind", "case_no"),
        beside=frozenset({"assign"}),
    ),
    WorkSource(
        "arrears_list_entry",
        "arrears-list",
        ArrearsListEntry,
        "拖欠工资失信名单",
        DESKS,
        {"owner_city": ("PROPOSED", "NOTICE_SERVED", "OBJECTED", "UPHELD")},
        title=("employer_name",),
        # Who prepared an entry does not decide on it.
        beside=frozenset({"uphold", "drop", "list", "remove-early", "refuse-removal", "revoke"}),
    ),
    WorkSource(
        "joint_case_suggestion",
        "joint-case-suggestions",
        JointCaseSuggestion,
        "联合办案建议",
        DESKS,
        {"?": ("SUGGESTED",)},
        title=("employer_name",),
        turn_query=(
            "SELECT array_agg(city) FROM joint_case_answers "
            "WHERE suggestion_id = $1 AND state = 'SUGGESTED'"
        ),
        follows={"joint_case_answers": "suggestion_id"},
    ),
)  # fmt: skip
