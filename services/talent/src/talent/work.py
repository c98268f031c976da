"""What is somebody's work in talent 待办."""

from hrss_kit.work import WorkSource
from talent.file_transfers.models import FileTransfer
from talent.moves.models import Move
from talent.recognitions.models import Recognition
from talent.secondments.models import Secondment
from talent.talent_demands.models import TalentDemand
from talent.title_recognitions.models import TitleRecognition

DESKS = ("cw.talent", "supervisor.talent")

WORK = (
    WorkSource(
        "recognition",
        "recognitions",
        Recognition,
        "高层次人才互认",
        DESKS,
        {"issuer_city": ("VERIFYING",), "owner_city": ("APPLIED", "VERIFIED", "SUSPENDED")},
        cities=("owner_city", "issuer_city"),
        title=("origin_level", "route"),
        beside=frozenset({"review", "grant", "revoke"}),
    ),
    WorkSource(
        "title_recognition",
        "title-recognitions",
        TitleRecognition,
        "职称互认",
        DESKS,
        {
            "issuer_city": ("VERIFYING", "REFUSED_REVOKED"),
            "owner_city": ("APPLIED", "MISMATCH"),
        },
        cities=("owner_city", "issuer_city"),
        title=("speciality", "level"),
        beside=frozenset({"acknowledge"}),
    ),
    WorkSource(
        "move",
        "moves",
        Move,
        "人才流动",
        DESKS,
        {"owner_city": ("OPEN", "CHECKLIST"), "from_city": ("CHECKLIST",)},
        title=("employer_name", "category"),
    ),
    WorkSource(
        "file_transfer",
        "file-transfers",
        FileTransfer,
        "档案转递",
        DESKS,
        {"from_city": ("REQUESTED", "CHECKING", "RETURNED"), "owner_city": ("SENT",)},
        cities=("owner_city", "from_city"),
    ),
    WorkSource(
        "talent_demand",
        "talent-demands",
        TalentDemand,
        "高端人才需求",
        DESKS,
        {"owner_city": ("DRAFT", "PUBLISHED", "MATCHING", "CONTACTED")},
        title=("title", "employer_name"),
    ),
    WorkSource(
        "secondment",
        "secondments",
        Secondment,
        "挂职",
        DESKS,
        {
            "owner_city": ("NOMINATED", "APPRAISED"),
            "host_city": ("APPROVED_HOME", "APPROVED_HOST", "ACTIVE", "EXTENDED"),
        },
        cities=("owner_city", "host_city"),
        title=("home_org",),
        due="ends_on",
        beside=frozenset({"approve-home", "approve-host"}),
    ),
)
