"""GET /cases/{id}/evidence-package: what a tribunal is given of a case."""

from uuid import UUID

from fastapi.responses import StreamingResponse

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.problems import NotYourCity
from hrss_kit.routing import Router
from hrss_kit.signatures import Signatures
from labor_inspection.evidence_packages import service
from labor_inspection.evidences.service import NotOnTheCase

router = Router(prefix="/cases", tags=["evidences"])


@router.download(
    "/{case_id}/evidence-package",
    permission="evidence:package",
    media_types=("application/zip",),
    problems=(NotYourCity, NotOnTheCase),
)
async def read_evidence_package(
    session: Session, caller: Caller, signatures: Signatures, case_id: UUID
) -> StreamingResponse:
    """One zip of a case: timeline, documents, evidence, receipts, and a signed list of hashes."""
    package = await service.build(session, caller, signatures, case_id)
    await service.check_files(package)
    return StreamingResponse(
        service.written(package),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{package.case_no}.zip"',
            "ETag": f'"{package.manifest_sha256}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
