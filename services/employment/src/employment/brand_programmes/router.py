"""Brand programmes and enrolments over HTTP."""

from uuid import UUID

from employment.brand_programmes import service
from employment.brand_programmes.models import Enrolment
from employment.brand_programmes.schemas import (
    Assessment,
    BrandApply,
    BrandQuery,
    BrandReview,
    Certificate,
    Enrol,
    EnrolmentQuery,
)
from employment.routes import Routes
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.problems import Duplicate, MakerIsChecker
from hrss_kit.resources import RevealReply, RevealRequest, WithReason

marks = Routes("/brand-programmes", service.MARKS, "brand_programme", "brand_programmes")
marks.create(
    BrandApply,
    service.apply,
    permission="brand:create",
    says="Apply for the mark.",
    problems=(Duplicate,),
)
marks.read(BrandQuery, permission="brand:read", says="Programmes of both cities and their marks.")
marks.act(
    "review",
    service.review,
    wish=BrandReview,
    says="One city's decision; both must approve.",
    problems=(MakerIsChecker, service.AlreadyReviewed),
)
marks.act("withdraw", service.withdraw, wish=WithReason, says="Take application or mark back.")

enrolments = Routes("/enrolments", service.ENROLMENTS, "enrolment", "enrolments")
enrolments.create(
    Enrol,
    service.enrol,
    permission="enrolment:create",
    says="Enrol a person in a course, once.",
    problems=(Duplicate,),
)
enrolments.read(
    EnrolmentQuery,
    permission="enrolment:read",
    says="Enrolments of courses or people of your city; people are masked.",
    personal=True,
    persons=Enrolment.id_hash,
)
enrolments.act("assess", service.assess, wish=Assessment, says="How the person did.")
enrolments.act("certify", service.certify, wish=Certificate, says="Issue the certificate.")
enrolments.reasoned(withdraw="The person has left the course.")


@enrolments.router.reveal("/{id}/reveal", permission="enrolment:reveal", reply=RevealReply)
async def reveal_enrolment(
    session: Session, caller: Caller, id: UUID, wish: RevealRequest
) -> RevealReply:
    """Who it is, in full."""
    return await service.reveal(session, caller, id, wish)


ROUTERS = (marks.router, enrolments.router)
