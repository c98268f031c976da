"""Where the page of a row is: the case page of its kind."""

# The collection of the interface, and the kind as the case page calls it.
KINDS = {
    "complaints": "complaint",
    "card-service-requests": "card_service_request",
    "applications": "card_application",
    "transfer-cases": "transfer_case",
    "postings": "posting",
    "job-seekers": "job_seeker",
    "talents": "talent",
    "talent-demands": "talent_demand",
    "science-resources": "science_resource",
    "training-resources": "training_resource",
    "startup-spaces": "startup_space",
}


def case(collection: str, row_id: str) -> str:
    """The address of a row's page; empty for what has none."""
    kind = KINDS.get(collection)
    return f"/console/cases/{kind}/{row_id}" if kind else ""
