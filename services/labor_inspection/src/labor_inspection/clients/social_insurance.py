"""What social insurance says of a worker: months insured by an employer, no amounts."""

from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from hrss_kit.peers import PeerDown, Peers

PURPOSE: Final = "LI_EVIDENCE"


class InsuredMonth(BaseModel):
    """One month in one scheme."""

    model_config = ConfigDict(extra="ignore")

    month: str
    employer_uscc: str | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    matched: bool
    timeline: list[InsuredMonth] = []


async def months(
    peers: Peers, *, case_no: str, name: str, doc_no: str, from_month: str, to_month: str
) -> list[InsuredMonth]:
    """The months of a person, none when social insurance knows nobody; PeerDown: ask again."""
    answer = await peers.ask(
        "social_insurance",
        "POST",
        "/social-insurance/v1/participation-lookups",
        json={"name": name, "doc_no": doc_no, "from_month": from_month, "to_month": to_month},
        headers={"X-Purpose": PURPOSE, "X-Case-No": case_no},
    )
    if answer.status_code == 422:
        return []  # a number that social insurance does not take is insured nowhere
    if answer.status_code != 200:
        raise PeerDown("social_insurance")
    try:
        return _Answer.model_validate_json(answer.content).timeline
    except ValidationError as error:
        raise PeerDown("social_insurance") from error
