"""The city that answers: it takes on or declines, names who does it, and replies."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines
from hrss_kit.auth import Principal
from hrss_kit.problems import FieldError, Invalid, MakerIsChecker, refuse
from social_insurance.delegation import attachments, catalogue, rules, service, views
from social_insurance.delegation import schemas as wire
from social_insurance.delegation.models import (
    DelegatedCase,
    DelegationInterest,
    DelegationItem,
)
from social_insurance.delegation.rules import MACHINE
from social_insurance.life_certifications import assistance


async def accept(session: AsyncSession, caller: Principal, case_id: UUID) -> DelegatedCase:
    """Takes the case on."""
    row = await service.hold(session, caller, case_id, "accept")
    target = MACHINE.take(row.state, "accept")
    row.accepted_on = clock.today()
    row.executing_org = row.executing_org or caller.org_id
    await deadlines.meet(session, row.id, views.ACCEPT, row.accepted_on)
    service.move(session, row, "accept", target, caller=caller)
    running = await deadlines.running(session, row.id, views.REPLY)
    service.tell(session, row, wire.DelegatedAccepted, running.due_on if running else None)
    return row


async def decline(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: wire.Decline
) -> DelegatedCase:
    """Sends the case back for one of four reasons."""
    row = await service.hold(session, caller, case_id, "decline")
    target = MACHINE.take(row.state, "decline")
    await deadlines.meet(session, row.id, views.ACCEPT, clock.today())
    await deadlines.cancel(session, row.id, views.REPLY)
    # State and reason go together, in one flush.
    row.decline_code, row.decline_reason = wish.reason_code, wish.reason
    service.move(session, row, "decline", target, caller=caller, reason=wish.reason)
    row.result_code = wish.reason_code
    service.tell(session, row, wire.DelegatedDeclined, None)
    return row


async def start(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: wire.Start
) -> DelegatedCase:
    """Names who does it: for a survey two investigators, none with an interest (回避)."""
    row = await service.hold(session, caller, case_id, "start")
    target = MACHINE.take(row.state, "start")
    item = await session.get_one(DelegationItem, row.item_id)
    names = list(dict.fromkeys(wish.investigators))
    if len(names) < item.min_investigators:
        raise refuse(
            "investigators",
            "TWO_INVESTIGATORS",
            f"调查人员不得少于{item.min_investigators}人",
            f"at least {item.min_investigators} different investigators are needed",
        )
    for one in wish.interests:
        await session.execute(
            insert(DelegationInterest)
            .values(case_id=row.id, declared_by=caller.actor, **one.model_dump())
            .on_conflict_do_nothing()
        )
    known = await session.scalars(
        select(DelegationInterest.staff_no).where(DelegationInterest.case_id == row.id)
    )
    if set(known) & set(names):
        raise service.Recusal
    row.investigators, row.started_by = names, caller.actor
    service.move(session, row, "start", target, caller=caller)
    return row


async def ask_supplement(
    session: AsyncSession, caller: Principal, case_id: UUID, question: str
) -> DelegatedCase:
    """Asks back; the clock stands still meanwhile, for a few working days at most."""
    row = await service.hold(session, caller, case_id, "ask-supplement")
    target = MACHINE.take(row.state, "ask-supplement")
    today = clock.today()
    told = [*row.supplements, {"question": question, "asked_on": today.isoformat()}]
    row.supplement_json = json.dumps(told, ensure_ascii=False)
    running = await deadlines.running(session, row.id, views.REPLY)
    if running is not None:
        await deadlines.pause(running, today)
    await service.start_policy_clock(
        session, row, views.SUPPLEMENT, "si.delegated_supplement_wd", today
    )
    service.move(session, row, "ask-supplement", target, caller=caller)
    return row


async def draft_reply(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: wire.Reply
) -> DelegatedCase:
    """Keeps the answer for somebody else to check and send."""
    row = await service.hold(session, caller, case_id, "draft-reply")
    MACHINE.take(row.state, "draft-reply")
    await _take_answer(session, row, wish)
    row.drafted_by = caller.actor
    service.move(session, row, "draft-reply", row.state, caller=caller)
    return row


async def reply(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: wire.Reply
) -> DelegatedCase:
    """Sends the answer. Whoever drafted it, or else began the work, is not who checks it."""
    row = await service.hold(session, caller, case_id, "reply")
    target = MACHINE.take(row.state, "reply")
    if caller.actor == (row.drafted_by or row.started_by):
        raise MakerIsChecker
    if wish.model_fields_set or row.reply is None or row.drafted_by is None:
        await _take_answer(session, row, wish)
    today = clock.today()
    row.replied_on, row.replied_by = today, caller.actor
    running = await deadlines.running(session, row.id, views.REPLY)
    await deadlines.meet(session, row.id, views.REPLY, today)
    await service.start_policy_clock(session, row, views.CLOSE, "si.delegated_close_wd", today)
    service.move(session, row, "reply", target, caller=caller)
    service.tell(session, row, wire.DelegatedReplied, running.due_on if running else None)
    await assistance.take_over(session, caller, row.main_case_ref, row.reply or {}, row.biz_no)
    return row


async def _take_answer(session: AsyncSession, row: DelegatedCase, wish: wire.Reply) -> None:
    item = await session.get_one(DelegationItem, row.item_id)
    given = wish.model_dump(mode="json")
    missing = rules.unanswered(len(row.questions), given["answers"])
    if missing:
        raise Invalid(
            *(
                FieldError(
                    field=f"answers.{number}",
                    code="ANSWERS_INCOMPLETE",
                    message_zh=f"第{number}个问题未答复，也未说明无法查明的原因",
                    message_en=f"question {number} has no answer and no reason why not",
                )
                for number in missing
            )
        )
    catalogue.refuse_unfit("result", item.result_schema, given["result"])
    for finding in given["findings"]:
        finding["verdict"] = rules.verdict_of(finding["claimed"], finding["found"])
    code = wish.result_code or rules.result_code_of(given["findings"])
    if item.result_codes and code not in item.result_codes:
        raise refuse(
            "result_code", "CODE", "不在该事项的结果代码中", "is not a result of this kind"
        )
    held = {one["code"] for one in given["attachments"]}
    held |= await attachments.codes_of(session, row.id)
    lacking = [one["code"] for one in item.evidence if one["is_required"]]
    lacking = [one for one in lacking if one not in held]
    if lacking:
        raise refuse("attachments", "EVIDENCE_MISSING", "缺少必需的证据", "required evidence lacks")
    birth = f"{row.doc_no[6:10]}-{row.doc_no[10:12]}-{row.doc_no[12:14]}"
    row.needs_supervisor = rules.needs_supervisor(given["findings"], birth)
    row.result_code = code
    row.reply_json = json.dumps({**given, "result_code": code}, ensure_ascii=False)
