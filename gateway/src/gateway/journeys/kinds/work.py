"""J-5, hired and insured; J-6, work again and no benefit; J-8, the link before retirement.

Social insurance does all of it by itself; what it opens for its caseworkers is watched.
"""

from typing import Any, Final

from gateway.journeys.declaring import (
    DONE,
    FAILED,
    NOT_NEEDED,
    Facts,
    Hear,
    Kind,
    Opening,
    Step,
    by_person,
    by_subject,
)
from hrss_kit.inbox import Received

HIRED, REEMPLOYED = "employment.referral.hired.v1", "si.unemp.reemployed.v1"
TASK_OPENED, TASK_SETTLED = "si.task.opened.v1", "si.task.settled.v1"


def _about(event: Received) -> list[str]:
    number = event.data.get("about")
    return [f"no:{number}"] if number else []


def _task(kind: str, state: str | None = None) -> Any:
    def fits(event: Received, _facts: Facts) -> bool:
        is_state = state is None or event.data.get("state") == state
        return event.data.get("kind") == kind and is_state

    return fits


def _hired(event: Received) -> Opening:
    return Opening(
        opened_for=f"employment:{event.subject}",
        owner_city=event.data["work_city"],
        cities=tuple({event.data["work_city"], event.city or event.data["work_city"]}),
        subject=event.subject,
        facts={
            "employer_uscc": event.data["employer_uscc"],
            "hired_on": event.data["hired_on"],
        },
    )


def _missing(event: Received) -> tuple[str, str]:
    return (
        "期限内未查到参保，已生成待办并提示劳动监察",
        "Not insured in time: a task was opened and labour inspection was told",
    )


HIRED_INSURED: Final = Kind(
    code="HIRED_INSURED",
    rule="J-5",
    zh="录用与参保联动",
    en="Hired and insured",
    domain="si",
    steps=(
        Step("HIRED", "employment", "录用", "hired", "referrals"),
        Step("INSURED", "social_insurance", "参保", "insured", after=("HIRED",)),
        Step("FOLLOW_UP", "social_insurance", "未参保核查", "missing participation looked into",
             "tasks", aside=True),
    ),
    hears=(
        Hear(HIRED, "HIRED", DONE, by=by_subject, link="referral_id"),
        Hear("si.participation.found.v1", "INSURED", DONE, by=by_subject, has_resource=False,
             early=True),
        Hear("si.participation.missing.v1", "INSURED", FAILED, by=by_subject, has_resource=False,
             early=True, problem=_missing),
        Hear(TASK_OPENED, "FOLLOW_UP", "RUNNING", by=_about,
             when=_task("PARTICIPATION_MISSING"), early=True),
        Hear(TASK_SETTLED, "FOLLOW_UP", DONE, by=_about,
             when=_task("PARTICIPATION_MISSING"), early=True),
    ),
    opens={HIRED: _hired},
)  # fmt: skip


def _reemployed(event: Received) -> Opening | None:
    if event.city is None:
        return None
    return Opening(
        opened_for=f"si:{event.subject}/{event.data['month']}",
        owner_city=event.city,
        cities=(event.city,),
        subject=event.subject,
        keys=(f"person:{event.personref}",) if event.personref else (),
        facts={"month": event.data["month"]},
    )


STOP: Final = "STOP_UNEMPLOYMENT_BENEFIT"
REEMPLOYMENT: Final = Kind(
    code="REEMPLOYMENT",
    rule="J-6",
    zh="再就业与停发失业金联动",
    en="Work again, benefit stops",
    domain="si",
    steps=(
        Step("REEMPLOYED", "social_insurance", "发现再就业", "found to work again",
             "unemployment-benefits"),
        Step("BENEFIT_STOP", "social_insurance", "核停失业保险金", "benefit stopped", "tasks",
             after=("REEMPLOYED",)),
        Step("SEEKER", "employment", "求职登记变更", "job seeker registered as employed",
             "job-seekers", aside=True),
    ),
    hears=(
        Hear(REEMPLOYED, "REEMPLOYED", DONE, by=by_subject),
        Hear(TASK_OPENED, "BENEFIT_STOP", "RUNNING", by=_about, when=_task(STOP)),
        Hear(TASK_SETTLED, "BENEFIT_STOP", DONE, by=_about, when=_task(STOP, "DONE")),
        Hear(TASK_SETTLED, "BENEFIT_STOP", NOT_NEEDED, by=_about, when=_task(STOP, "DISMISSED")),
        Hear("employment.seeker.left.v1", "SEEKER", DONE, by=by_person, link="seeker_id",
             early=True),
    ),
    opens={REEMPLOYED: _reemployed},
)  # fmt: skip


LINK: Final = "RETIREMENT_LINK"


def _proposed(event: Received) -> Opening | None:
    if event.data.get("kind") != LINK or event.city is None:
        return None
    return Opening(
        opened_for=f"si:{event.subject}",
        owner_city=event.city,
        cities=(event.city,),
        subject=event.subject,
        keys=(f"person:{event.personref}",) if event.personref else (),
    )


def _links(word: str) -> Any:
    def fits(event: Received, _facts: Facts) -> bool:
        return event.data.get("kind") == word

    return fits


RETIREMENT_LINK: Final = Kind(
    code="RETIREMENT_LINK",
    rule="J-8",
    zh="退休前城乡养老保险衔接",
    en="The link before retirement",
    domain="si",
    steps=(
        Step("PROPOSED", "social_insurance", "核对两项制度并提出衔接建议",
             "both schemes looked at, link proposed", "tasks"),
        Step("SETTLED", "social_insurance", "经办处理", "looked at by a caseworker", "tasks",
             after=("PROPOSED",)),
        Step("TRANSFER", "social_insurance", "制度衔接转移", "schemes linked", "transfer-cases",
             aside=True),
    ),
    hears=(
        Hear(TASK_OPENED, "PROPOSED", DONE, by=by_subject, when=_task(LINK)),
        Hear(TASK_SETTLED, "SETTLED", DONE, by=by_subject, when=_task(LINK, "DONE")),
        Hear(TASK_SETTLED, "SETTLED", NOT_NEEDED, by=by_subject, when=_task(LINK, "DISMISSED")),
        *(
            Hear(f"si.transfer.{word}.v1", "TRANSFER", state, by=by_person, when=_links(kind))
            for kind in ("RES_TO_EMP", "EMP_TO_RES")
            for word, state in (("applied", "RUNNING"), ("completed", DONE), ("rejected", FAILED))
        ),
    ),
    opens={TASK_OPENED: _proposed},
)  # fmt: skip
