"""What is somebody's work at the gateway 待办."""

from gateway.access import HEADS
from gateway.agreements.models import Agreement
from gateway.joint_meetings.models import ActionItem
from gateway.journeys.models import Journey
from gateway.matters.models import Matter
from gateway.sharing_rules.models import SharingRule
from hrss_kit.policy import PolicyParameter
from hrss_kit.work import WorkSource

JOINT = ("joint.admin",)

#: Every desk may have to put a matter's form right.
DESKS = ("window", "cw.emp", "cw.si", "cw.talent", "cw.li", "cw.card")

WORK = (
    WorkSource(
        "matter",
        "matters",
        Matter,
        "一网通办事项",
        DESKS,
        {"owner_city": ("NEEDS_ATTENTION",)},
        title=("code",),
        clocks=("MATTER",),
    ),
    WorkSource(
        "policy_parameter",
        "policy-parameters",
        PolicyParameter,
        "政策参数",
        ("policy.approver", *JOINT),
        {"?": ("DRAFT",)},
        cities=(),
        title=("key", "city"),
        state="status",
        due="effective_from",
        # A city's own figure is its own to approve; a common one is both cities'.
        turn_query=(
            "SELECT array(SELECT c FROM unnest(CASE WHEN city IN ('420100', '420700') "
            "THEN ARRAY[city] ELSE ARRAY['420100', '420700'] END) AS c WHERE NOT EXISTS ("
            "SELECT 1 FROM policy_approvals a WHERE a.parameter_id = $1 AND a.city = c)) "
            "FROM policy_parameters WHERE id = $1"
        ),
        follows={"policy_approvals": "parameter_id"},
    ),
    # A step that failed for good is a supervisor's to mend.
    WorkSource(
        "journey",
        "journeys",
        Journey,
        "联动事项",
        HEADS,
        {"owner_city": ("FAILED",)},
        cities=("owner_city", "cities"),
        title=("kind", "subject"),
    ),
    WorkSource(
        "agreement",
        "agreements",
        Agreement,
        "合作协议",
        JOINT,
        {"?": ("PROPOSED",)},
        title=("title",),
        due="effective_from",
        # Each party that has not approved yet.
        turn_query=(
            "SELECT array(SELECT c FROM unnest(parties) AS c WHERE NOT c = ANY (approved_cities)) "
            "FROM agreements WHERE id = $1"
        ),
    ),
    WorkSource(
        "sharing_rule",
        "sharing-rules",
        SharingRule,
        "共享规则",
        JOINT,
        {"?": ("DRAFT",)},
        title=("service", "resource"),
        due="effective_from",
        # The city that did not draft it.
        turn_query=(
            "SELECT array_remove(ARRAY[from_city, to_city], drafted_city) "
            "FROM sharing_rules WHERE id = $1"
        ),
    ),
    # What was undertaken at a joint meeting; late, it stands first in the head's list (P-0a).
    WorkSource(
        "action_item",
        "action-items",
        ActionItem,
        "联席会议议定事项",
        (*HEADS, *JOINT),
        {"owner_city": ("OPEN",)},
        title=("title",),
    ),
)
