"""Every kind of case: where it is read, for which purpose, and what stands on its page.

`facts` in the order a caseworker reads them; an empty one is left out. Labels are `fact.<name>`.
"""

from dataclasses import dataclass

LI, SI, TALENT, CARD, EMP = (
    "labor-inspection", "social-insurance", "talent", "card", "employment",
)  # fmt: skip
PERSON = ("name", "doc_no", "mobile")
# The services by the domains that a person holds.
SERVICES = {"li": LI, "si": SI, "talent": TALENT, "card": CARD, "emp": EMP}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case."""

    name: str
    service: str
    collection: str
    purpose: str | None = None
    facts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    #: Fields that list what is missing or to be put right: the checklist.
    open_items: tuple[str, ...] = ()
    #: Sub-collection of uploaded files, its field of the upload, and its content's path.
    files: str = ""
    #: What a reveal of it can show.
    reveals: tuple[str, ...] = ()

    def path(self, row_id: str) -> str:
        """Where the interface keeps it."""
        return f"/{self.service}/v1/{self.collection}/{row_id}"

    def purpose_for(self, held: frozenset[str]) -> str | None:
        """The purpose that fits who reads: auditors audit."""
        return "AUDIT" if "auditor" in held and self.purpose else self.purpose


_ALL = (
    Kind(
        "complaint", LI, "complaints", "LI_COMPLAINT",
        facts=(
            "tracking_no", "kind", "channel", "received_on", "receiving_city", "competent_city",
            "employer_name", "employer_uscc", "work_place", "matter", "facts", "period_from",
            "period_to", "amount_claimed", "workers_count", "is_migrant", "other_procedure",
            "card_verified", "forwarded_on", "dispute_kind", "disputed_by", "disputed_on",
            "designated_on", "refusal_code", "refusal_reason", "where_to_go", "complainant_notice",
        ),
        people=("complainant", "representatives"), open_items=("missing",), reveals=PERSON,
    ),
    Kind(
        "case", LI, "cases", None,
        facts=(
            "case_no", "filed_on", "receiving_city", "employer", "matter", "amount_claimed",
            "workers_count", "is_migrant", "inspectors", "assigned_on", "decision",
            "amount_ordered", "amount_paid", "compensation_ordered", "compensation_paid", "served",
            "extended_on",
            "extension_reason", "hearing", "enforced_on", "overdue_on", "closed_on", "closed_by",
            "reopened_on",
        ),
        files="evidences",
    ),
    Kind(
        "assist_request", LI, "assist-requests", None,
        facts=(
            "letter_no", "kind", "requesting_city", "executing_city", "case_no", "request",
            "questions", "document_refs", "sent_on", "received_on", "accepted_on", "inspectors",
            "decline_reason", "replied_on", "replied_by", "result", "answers", "is_found",
            "receipt_no", "served_on", "closed_on", "overdue_on",
        ),
        reveals=(*PERSON, "whereabouts"),
    ),
    Kind(
        "transfer_case", SI, "transfer-cases", "SI_TRANSFER",
        facts=(
            "kind", "from_city", "to_city", "applied_on", "apply_city", "apply_channel", "reason",
            "hukou_division", "card_verified", "flags", "letter_on", "out_on", "months_total",
            "counted_months", "overlap_months", "amounts", "documents", "reject_code",
            "completed_on", "informed_by", "steps",
        ),
        people=("person",), open_items=("missing", "fixes"), reveals=PERSON,
    ),
    Kind(
        "delegated_case", SI, "delegated-cases", "SI_TRANSFER",
        facts=(
            "kind", "requesting_city", "requesting_org", "executing_city", "executing_org",
            "main_case_ref", "purpose_code", "questions", "sent_on", "received_on", "accepted_on",
            "investigators", "decline_code", "decline_reason", "replied_on", "replied_by",
            "result_code", "reply", "supplements", "reopened_count", "is_used_in_main_case",
            "supervisor_decision", "closed_on", "overdue_on",
        ),
        people=("person",), open_items=("evidence_asked",), files="attachments", reveals=PERSON,
    ),
    Kind(
        "recognition", TALENT, "recognitions", "TALENT_RECOG",
        facts=(
            "receiving_city", "issuer_city", "route", "origin_level", "category", "applied_on",
            "verified_on", "granted_category", "granted_level", "granted_on", "valid_to",
            "certificate_no", "reviews", "ended_on", "ended_reason",
        ),
        people=("person",), reveals=PERSON,
    ),
    Kind(
        "title_recognition", TALENT, "title-recognitions", "TALENT_RECOG",
        facts=(
            "receiving_city", "issuer_city", "path", "series_name", "level", "speciality",
            "cert_no", "issuer_org", "issued_on", "is_self_review", "applied_on", "verified_on",
            "result",
            "level_received", "granted_on", "certificate_no", "corrections", "ended_on",
            "ended_reason",
        ),
        people=("person",), open_items=("mismatched_fields",), reveals=PERSON,
    ),
    Kind(
        "move", TALENT, "moves", "TALENT_MOVE",
        facts=(
            "from_city", "to_city", "employer_name", "employer_uscc", "category",
            "contract_signed_on", "opened_on", "card_choice", "note", "done_on",
        ),
        people=("person",), open_items=("items",), reveals=PERSON,
    ),
    Kind(
        "card_service_request", CARD, "card-service-requests", "CARD_SERVICE",
        facts=(
            "kind", "serving_city", "issuing_city", "card_state", "bank_code", "delivery", "fee",
            "offer", "refused_because",
        ),
        people=("person",),
    ),
    Kind("journey", "gateway", "journeys", facts=("kind", "subject", "cities"),
         open_items=("steps",)),
    Kind("matter", "gateway", "matters"),
    Kind("policy_parameter", "gateway", "policy-parameters"),
    # Kinds with no order of their own: their facts come as the interface sends them.
    Kind("card_application", CARD, "applications", "CARD_SERVICE", people=("person",)),
    Kind("posting", EMP, "postings"),
    Kind("referral", EMP, "referrals", "EMP_MATCH", people=("person",)),
    Kind("seeker_claim", EMP, "seeker-claims", "EMP_MATCH"),
    Kind("posting_report", EMP, "posting-reports"),
    Kind("arrears_list_entry", LI, "arrears-list", "LI_COMPLAINT"),
    Kind("joint_case_suggestion", LI, "joint-case-suggestions"),
    Kind("injury_determination", SI, "injury-determinations", "SI_DELEGATED_INJURY",
         people=("person",)),
    Kind("life_certification", SI, "life-certifications", "LIFE_CERT", people=("person",)),
    Kind("task", SI, "tasks"),
    Kind("file_transfer", TALENT, "file-transfers", "TALENT_MOVE", people=("person",)),
    Kind("talent_demand", TALENT, "talent-demands"),
    Kind("job_seeker", EMP, "job-seekers", "EMP_MATCH", people=("person",), reveals=PERSON),
    Kind("training_resource", EMP, "training-resources"),
    Kind("startup_space", EMP, "startup-spaces"),
    Kind("talent", TALENT, "talents", "TALENT_MOVE", people=("person",), reveals=PERSON),
    Kind("science_resource", TALENT, "science-resources"),
    Kind("secondment", TALENT, "secondments", "TALENT_MOVE", people=("person",)),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _ALL}
