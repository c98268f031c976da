"""Joint fairs over HTTP."""

from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.job_fairs import attending, closing, service
from employment.job_fairs.results_import import IMPORTER
from employment.job_fairs.schemas import (
    Announce,
    BoothCreate,
    BoothQuery,
    FairChange,
    FairCreate,
    FairQuery,
    FiguresWish,
    LinkCreate,
    LinkQuery,
    ResultChange,
    ResultCreate,
    ResultQuery,
)
from employment.routes import Routes
from hrss_kit.problems import Duplicate, StateConflict
from hrss_kit.resources import WithReason

fairs = Routes("/job-fairs", service.FAIRS, "job_fair", "job_fairs")
fairs.create(
    FairCreate,
    service.draft,
    permission="job-fair:create",
    says="Draft a fair that your city hosts with the other one.",
)
fairs.read(FairQuery, permission="job-fair:read", says="Fairs of both cities.")
fairs.change(
    FairChange, service.change, permission="job-fair:manage", says="Change it before it is signed."
)
fairs.steps(propose="Ask the other city to sign it.")
fairs.act("cosign", service.cosign, says="The other city signs it.")
fairs.reasoned(decline="The other city sends it back, and says why.")
fairs.act("announce", service.announce, wish=Announce, says="Announce it, with its plans.")
fairs.act("cancel", service.cancel, wish=WithReason, says="Call it off before it opens.")
fairs.act(
    "report",
    closing.report,
    wish=FiguresWish,
    says="File your city's figures; with both it is reported.",
    problems=(Duplicate,),
)

booths = Routes("/booths", attending.BOOTHS, "booth", "booths")
booths.create(
    BoothCreate,
    attending.register,
    permission="booth:create",
    says="Give an employer a booth; none that is blocked.",
    problems=(Duplicate, EmployerBlocked, EmployerNotVerified, attending.FairTakesNobody),
)
booths.read(BoothQuery, permission="job-fair:read", says="Booths of a fair.")
booths.reasoned(cancel="The employer does not come.")

links = Routes("/fair-postings", attending.LINKS, "fair_posting", "fair_postings")
links.create(
    LinkCreate,
    attending.link,
    permission="booth:create",
    says="Offer a posting of either city at the fair.",
    problems=(Duplicate, attending.PostingNotOnOffer, attending.FairTakesNobody),
)
links.read(LinkQuery, permission="job-fair:read", says="Postings of a fair.")
links.reasoned(remove="It is not offered there any more.")

results = Routes("/fair-results", closing.RESULTS, "fair_result", "fair_results")
results.create(
    ResultCreate,
    closing.file_result,
    permission="job-fair:report",
    says="File your city's figures; with both the fair is reported.",
    problems=(Duplicate, StateConflict),
)
results.router.bulk_in("/imports", permission="job-fair:report", importer=IMPORTER)
results.read(ResultQuery, permission="job-fair:read", says="Figures of fairs, one a city.")
results.change(
    ResultChange,
    closing.amend,
    permission="job-fair:report",
    says="Correct figures, such as who was hired within thirty days.",
)

ROUTERS = (fairs.router, booths.router, links.router, results.router)
