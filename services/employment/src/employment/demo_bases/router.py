"""Demonstration bases over HTTP."""

from functools import partial

from employment.demo_bases import service
from employment.demo_bases.schemas import (
    BaseApply,
    BaseQuery,
    RecordJobs,
    ReviewCreate,
    ReviewQuery,
)
from employment.routes import Routes
from hrss_kit.problems import Duplicate, MakerIsChecker
from hrss_kit.resources import WithReason

bases = Routes("/demo-bases", service.BASES, "demo_base", "demo_bases")
bases.create(
    BaseApply,
    service.apply,
    permission="demo-base:create",
    says="Apply for a base in your city.",
    problems=(Duplicate,),
)
bases.read(BaseQuery, permission="demo-base:read", says="Bases of both cities.")
bases.act(
    "grant",
    service.grant,
    says="Grant it for a term.",
    problems=(MakerIsChecker, service.ScoreTooLow),
)
for action, says in (("refuse", "Refuse it."), ("revoke", "Take the grant back.")):
    bases.act(action, partial(service.decide, action), wish=WithReason, says=says)
bases.act(
    "record-jobs",
    service.record_jobs,
    wish=RecordJobs,
    says="Count jobs that it made, once per person.",
)

reviews = Routes("/base-reviews", service.REVIEWS, "base_review", "base_reviews")
reviews.create(
    ReviewCreate,
    service.review,
    permission="base-review:create",
    says="Your city's score before the grant, or its annual review.",
    problems=(Duplicate, MakerIsChecker, service.ReviewNotOpen),
)
reviews.read(ReviewQuery, permission="demo-base:read", says="Reviews of both cities.")

ROUTERS = (bases.router, reviews.router)
