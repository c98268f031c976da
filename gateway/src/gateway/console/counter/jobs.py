"""Offering a job 岗位发布, and registering who looks for one 求职登记, with their consents."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.console import choices, links
from gateway.console.counter import people, sections
from gateway.console.forms import Field, Form
from gateway.console.pages import Pages
from gateway.console.visit import Visit

PAGES = Pages()
EMPLOYERS = "/employment/v1/employers"
POSTINGS = "/employment/v1/postings"
SEEKERS = "/employment/v1/job-seekers"
# Purposes that somebody agrees to, each for one city or both; the notice they have read.
PURPOSES = ("EMP_MATCH", "EMP_GROUP_HELP")

POSTING: list[sections.Section] = [
    ("postings.employer", (
        Field("employer_uscc", "postings.employer_uscc", required=True, is_short=True, longest=18,
              hint="postings.employer_hint"),
    )),
    ("postings.job", (
        Field("title", "postings.name", required=True, longest=40),
        Field("occupation", "postings.occupation", required=True, is_short=True, longest=10,
              hint="postings.occupation_hint"),
        Field("headcount", "postings.headcount", "number", required=True),
        Field("emp_type", "postings.emp_type", "select", required=True, is_short=True,
              table="code_emp_type", options=choices.EMPLOYMENT_TYPES),
        Field("duties", "postings.duties", "area", required=True, longest=2000),
        Field("work_division", "postings.work_division", "select", required=True, is_short=True,
              options=choices.districts),
        Field("work_address", "postings.work_address", required=True, longest=200),
        Field("working_hours", "postings.working_hours", longest=200),
    )),
    ("postings.pay", (
        Field("salary_min", "postings.salary_min", "money", required=True),
        Field("salary_max", "postings.salary_max", "money", required=True),
        Field("salary_unit", "postings.salary_unit", "select", required=True, is_short=True,
              table="code_salary_unit", options=choices.SALARY_UNITS, default="MONTH"),
    )),
    ("postings.wanted", (
        Field("edu_req", "postings.edu_req", "select", table="code_edu", is_short=True,
              options=choices.EDUCATION),
        Field("edu_mandatory", "postings.edu_mandatory", "yes"),
        Field("exp_years_req", "postings.exp_years_req", "number"),
        Field("skill_level_req", "postings.skill_level_req", "select", table="code_skill_level",
              options=choices.LEVELS, is_short=True),
        Field("skills_req", "postings.skills_req", "lines", hint="jobs.one_a_line"),
        Field("licences_req", "postings.licences_req", "lines", hint="jobs.one_a_line"),
        Field("is_hazardous", "postings.is_hazardous", "yes"),
        Field("target_groups", "postings.target_groups", "checks", table="code_target_groups",
              options=choices.GROUPS),
    )),
    ("postings.offer", (
        Field("contact", "postings.contact", required=True, longest=120),
        Field("valid_from", "postings.valid_from", "date", required=True),
        Field("valid_to", "postings.valid_to", "date", required=True),
        Field("share_with", "postings.share_with", "checks", options=choices.cities,
              hint="postings.share_hint"),
    )),
]  # fmt: skip


@PAGES.page(
    "/console/jobs/postings/new", title="postings.title", roles=("cw.emp",), group="counter",
    order=60, methods=("GET", "POST"),
)  # fmt: skip
async def new_posting(visit: Visit) -> Response:
    """A job of a registered employer, who is named by the credit code."""
    given = {"employer_uscc": visit.query.get("uscc", "")}
    form = await Form.load(visit, sections.fields_of(POSTING), defaults=given)
    if not visit.is_post and given["employer_uscc"]:
        form.values["employer_uscc"] = [given["employer_uscc"]]
    if visit.is_post and (answer := await _offer(visit, form)) is not None:
        if answer.is_ok:
            await form.done()
            await visit.say("postings.made", biz_no=answer.body["biz_no"])
            return visit.redirect(links.case("postings", answer.body["id"]))
        people.refuse(form, answer, {"employer_id": "employer_uscc"})
    pages = [
        ("/console/jobs/employers", visit.t("postings.find_employer")),
        ("/console/search/occupations", visit.t("postings.find_occupation")),
    ]
    return await sections.show(
        form, POSTING, submit="postings.save", takes_card=False, look_up=pages
    )


async def _offer(visit: Visit, form: Form) -> Any:
    """Sends it, once it is known which employer the code is; None when the page found a fault."""
    body = form.body()
    uscc = str(body.pop("employer_uscc", "")).upper()
    if not uscc:
        form.fault("employer_uscc", visit.t("form.required"))
        return None
    found = await visit.api.get(EMPLOYERS, {"uscc": uscc, "limit": 1})
    if not found.is_ok:
        return found
    if not found.body["items"]:
        form.fault("employer_uscc", visit.t("postings.no_employer"))
        return None
    body["employer_id"] = found.body["items"][0]["id"]
    return await visit.api.post(POSTINGS, body, once=form.once)


@PAGES.page("/console/jobs/employers", title="employers.title", roles=("cw.emp",))
async def employers(visit: Visit) -> Response:
    """Finds an employer by name or code, and goes on to the posting with it."""
    asked = {name: one for name, one in visit.query.items() if name in ("q", "uscc", "cursor")}
    page: dict[str, Any] = {"items": [], "next_cursor": None}
    if asked:
        page = await visit.api.read(EMPLOYERS, {**asked, "limit": 50})
    rows = [
        (one, "/console/jobs/postings/new?" + urlencode({"uscc": one["uscc"]}))
        for one in page["items"]
    ]
    return await visit.render(
        "counter/employers.html", rows=rows, asked=asked, next_cursor=page["next_cursor"]
    )


EXPERIENCE = (
    Field("occupation", "seekers.exp_occupation", is_short=True, longest=10),
    Field("months", "seekers.exp_months", "number"),
)
BELONGING = (
    Field("group", "seekers.group", "select", table="code_target_groups", options=choices.GROUPS,
          is_short=True),
    Field("evidence_type", "seekers.evidence_type", is_short=True, longest=40),
    Field("evidence_no", "seekers.evidence_no", is_short=True, longest=80),
    Field("valid_to", "seekers.evidence_valid_to", "date"),
)  # fmt: skip
SEEKER: list[sections.Section] = [
    ("seekers.who", (
        Field("person.name", "person.name", required=True, is_short=True, longest=50),
        Field("person.doc_type", "person.doc_type", "select", table="code_doc_type",
              options=choices.DOCUMENT_TYPES, default="01", is_short=True),
        Field("person.doc_no", "person.doc_no", required=True, is_short=True, longest=40),
        Field("person.mobile", "person.mobile", is_short=True, longest=20),
        Field("residence_division", "seekers.residence", "select", is_short=True,
              options=choices.districts),
    )),
    ("seekers.can", (
        Field("edu", "seekers.edu", "select", required=True, table="code_edu", is_short=True,
              options=choices.EDUCATION),
        Field("major", "seekers.major", is_short=True, longest=60),
        Field("skill_level", "seekers.skill_level", "select", table="code_skill_level",
              options=choices.LEVELS, is_short=True),
        Field("skills", "seekers.skills", "lines", hint="jobs.one_a_line"),
        Field("licences", "seekers.licences", "lines", hint="jobs.one_a_line"),
        Field("experience", "seekers.experience", "rows", columns=EXPERIENCE),
    )),
    ("seekers.wants", (
        Field("expected_occupations", "seekers.occupations", "lines", required=True,
              hint="seekers.occupations_hint"),
        Field("expected_salary_min", "seekers.salary_min", "money"),
        Field("expected_salary_max", "seekers.salary_max", "money"),
        Field("accept_cities", "seekers.cities", "checks", required=True, options=choices.cities),
    )),
    ("seekers.belongs", (
        Field("groups", "seekers.groups", "rows", columns=BELONGING),
    )),
    ("seekers.agrees", tuple(
        Field(f"consents.{purpose}", f"seekers.consent_{purpose}", "checks",
              options=choices.cities, hint="seekers.consent_hint")
        for purpose in PURPOSES
    )),
]  # fmt: skip


@PAGES.page(
    "/console/jobs/seekers/new", title="seekers.title", roles=("cw.emp", "window"),
    group="counter", order=70, methods=("GET", "POST"),
)  # fmt: skip
async def new_seeker(visit: Visit) -> Response:
    """Nobody is seen by a city, or for a purpose, that they did not agree to."""
    form = await Form.load(visit, sections.fields_of(SEEKER))
    await people.fill(visit, form, "person")
    if visit.is_post and not form.grew():
        body = form.body()
        given: dict[str, list[str]] = body.pop("consents", {})
        body["consents"] = [
            {"purpose": purpose, "cities": listed} for purpose, listed in given.items()
        ]
        moves = {"person": "person.name", "consents": f"consents.{PURPOSES[0]}"}
        for number, purpose in enumerate(given):
            for name in (
                "",
                ".cities",
                *(f".cities.{place}" for place in range(len(choices.CITIES))),
            ):
                moves[f"consents.{number}{name}"] = f"consents.{purpose}"
        answer = await visit.api.post(SEEKERS, body, once=form.once)
        if answer.is_ok:
            await form.done()
            await people.forget(visit)
            await visit.say("seekers.made", biz_no=answer.body["biz_no"])
            return visit.redirect(links.case("job-seekers", answer.body["id"]))
        people.refuse(form, answer, moves)
    return await sections.show(
        form, SEEKER, submit="seekers.register", takes_card=False, note=visit.t("seekers.free")
    )
