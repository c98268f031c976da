"""What is somebody's work in social insurance 待办."""

from hrss_kit.work import WorkSource
from social_insurance.delegation.models import DelegatedCase
from social_insurance.injuries.models import InjuryDetermination
from social_insurance.life_certifications.models import LifeCertification
from social_insurance.tasks.models import Task
from social_insurance.transfer_cases.models import TransferCase

DESKS = ("cw.si", "supervisor.si")

WORK = (
    WorkSource(
        "transfer_case",
        "transfer-cases",
        TransferCase,
        "关系转移",
        (*DESKS, "province"),
        {
            "to_city": ("APPLIED", "SUPPLEMENT", "OUT_RETURNED", "OUT_SENT", "DISPUTED"),
            "from_city": ("LETTER_SENT", "DISPUTED"),
        },
        cities=("owner_city", "from_city", "to_city"),
        title=("kind",),
        # Completing is another person's check; a dispute is for the heads.
        beside=frozenset({"complete", "dispute", "resolve-dispute", "supplement", "withdraw"}),
    ),
    WorkSource(
        "delegated_case",
        "delegated-cases",
        DelegatedCase,
        "委托函",
        DESKS,
        {
            "owner_city": ("DRAFT", "SUPPLEMENT", "REPLIED"),
            "executing_city": ("SENT", "RECEIVED", "ACCEPTED", "IN_PROGRESS", "REOPENED"),
        },
        cities=("owner_city", "executing_city"),
        title=("kind", "main_case_ref"),
        # Whoever made or drafted it does not send it, and a head decides what differs.
        beside=frozenset({"send", "reply", "decide-difference", "close", "reopen"}),
    ),
    WorkSource(
        "injury_determination",
        "injury-determinations",
        InjuryDetermination,
        "工伤认定",
        DESKS,
        {"owner_city": ("APPLIED", "ACCEPTED", "SUSPENDED", "DECIDED")},
        title=("employer_name", "kind"),
        beside=frozenset({"decide"}),
    ),
    WorkSource(
        "life_certification",
        "life-certifications",
        LifeCertification,
        "待遇资格认证",
        DESKS,
        {"owner_city": ("DUE_SOON", "DUE", "OVERDUE", "SUSPENDED", "OVERPAID", "RECOVERY")},
        title=("benefit",),
        due="due_on",
        beside=frozenset({"stop"}),
    ),
    WorkSource(
        "task",
        "tasks",
        Task,
        "待办",
        DESKS,
        {"owner_city": ("OPEN",)},
        title=("kind", "subject"),
        due="due_on",
    ),
)
