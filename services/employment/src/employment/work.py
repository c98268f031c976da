"""What is somebody's work in employment 待办."""

from employment.job_seekers.models import SeekerClaim
from employment.mirrors.models import PostingReport
from employment.postings.models import Posting
from employment.referrals.models import Referral
from hrss_kit.work import WorkSource

DESKS = ("cw.emp", "supervisor.emp")

WORK = (
    WorkSource(
        "posting",
        "postings",
        Posting,
        "岗位审核",
        DESKS,
        {"owner_city": ("SUBMITTED", "SUSPENDED")},
        title=("title",),
        beside=frozenset({"resume"}),
    ),
    WorkSource(
        "referral",
        "referrals",
        Referral,
        "岗位推荐",
        DESKS,
        {"owner_city": ("CREATED", "SENT", "INTERVIEWED")},
        cities=("owner_city", "seeker_city", "posting_city"),
        due="lapses_on",
    ),
    WorkSource(
        "seeker_claim",
        "seeker-claims",
        SeekerClaim,
        "求职者服务申请",
        DESKS,
        {"owner_city": ("OPEN",)},
        cities=("owner_city", "claiming_city"),
    ),
    WorkSource(
        "posting_report",
        "posting-reports",
        PostingReport,
        "虚假岗位举报",
        DESKS,
        {"owner_city": ("OPEN",)},
        cities=("owner_city", "reporting_city"),
    ),
)
