"""The permission matrix (domain §4.2): who does what with which resource, in which city.

One table decides what the tests ask for, cell by cell, and is printed into docs/access.md.
C creates, R reads in full what is one's own, S reads what is shared or masked, T moves it on,
A approves or decides; nothing stands for no way in at all. Where the routes give a role more than
its cell the line says why, and what they do not give yet is said too.
"""

from dataclasses import dataclass, field

COLUMNS = (
    "partner own", "partner cp", "cw own", "cw cp", "window", "supervisor own", "auditor", "ops",
    "citizen",
)  # fmt: skip
READ, SHARED, CREATE, MOVE, APPROVE = "R", "S", "C", "T", "A"
# Routes know roles; which city a row belongs to is asked of the row.
ROLES = {
    "partner": ("partner own", "partner cp"),
    "cw": ("cw own", "cw cp"),
    "window": ("window",),
    "supervisor": ("supervisor own",),
    "auditor": ("auditor",),
    "ops": ("ops",),
    "citizen": ("citizen",),
}


@dataclass(frozen=True)
class Line:
    """One resource: its collections, what each column may do, and where the code differs."""

    name: str
    member: str
    domain: str
    collections: tuple[str, ...]
    cells: tuple[str, ...]
    purpose: str = ""
    # Role -> letters that its routes give it besides, and why that is meant.
    more: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Role -> letters of its cell that no route gives it yet.
    missing: dict[str, str] = field(default_factory=dict)

    def cell(self, column: str) -> str:
        """The letters of a cell."""
        return self.cells[COLUMNS.index(column)]

    def expected(self, role: str) -> frozenset[str]:
        """What the routes let a role do in one city or the other; A is a T of the head."""
        letters = "".join(self.cell(column) for column in ROLES[role])
        wanted = set(letters) & {CREATE, MOVE}
        if APPROVE in letters:
            wanted |= {MOVE, READ}
        if set(letters) & {READ, SHARED, MOVE}:
            wanted.add(READ)
        wanted |= set(self.more.get(role, ("", ""))[0])
        return frozenset(wanted - set(self.missing.get(role, "")))


UPDATES = "a city's system keeps its own records up to date (§4.1)"
HEAD = "the head of a desk may do the desk's own work; nobody approves what they made"
COUNTER = "a counter serves the visit to its end: it reads, masked, what it took in"
KEEPS = "case work of the desk that keeps these records"
OBJECTS = "an employer's objection or request for removal comes by its city's system"
DRAFTS = "the desk drafts, the heads of both cities approve"
PUBLIC = "public facts"
MATRIX: tuple[Line, ...] = (
    Line("posting 岗位", "employment", "emp", ("postings",),
         ("CRT", "S", "CRT", "S", "S", "A", "S", "", "R")),
    Line("job seeker 求职者", "employment", "emp", ("job-seekers",),
         ("CR", "S", "CRT", "S", "C", "R", "S", "", "RT"), "EMP_MATCH",
         {"partner": ("T", UPDATES), "window": ("RT", COUNTER), "supervisor": ("T", HEAD)},
         {"citizen": "RT"}),
    Line("fair 招聘会", "employment", "emp", ("job-fairs",),
         ("CR", "CR", "CRT", "R", "R", "A", "S", "", "R"), "",
         {"partner": ("T", UPDATES), "supervisor": ("C", HEAD)}),
    Line("participation 参保", "social_insurance", "si", ("participations",),
         ("CR", "S", "R", "S", "", "R", "S", "", "R"), "SI_TRANSFER",
         {"partner": ("T", UPDATES), "cw": ("CT", KEEPS)}, {"citizen": "R"}),
    Line("transfer case 关系转移", "social_insurance", "si", ("transfer-cases",),
         ("CR", "CR", "CRT", "T", "C", "A", "S", "", "CR"), "SI_TRANSFER",
         {"partner": ("T", UPDATES), "window": ("RT", COUNTER)}, {"citizen": "CR"}),
    Line("delegated case 委托协查", "social_insurance", "si", ("delegated-cases",),
         ("CR", "RT", "CRT", "T", "", "A", "S", "", "R"), "SI_DELEGATED_FILE",
         {"supervisor": ("C", HEAD)}, {"citizen": "R"}),
    Line("life certification 生存认证", "social_insurance", "si", ("life-certifications",),
         ("CR", "S", "CRT", "S", "C", "A", "S", "", "C"), "LIFE_CERT",
         {"partner": ("T", UPDATES), "window": ("RT", COUNTER), "supervisor": ("C", HEAD)},
         # A counter certifies by the act on the person's row, which the city has registered.
         {"window": "C", "citizen": "C"}),
    Line("resident policy 居民养老政策", "social_insurance", "si",
         ("resident-tiers", "resident-base-pensions"),
         ("", "R", "R", "R", "R", "R", "S", "", "R")),
    Line("talent, title certificate 人才、职称证书", "talent", "talent",
         ("talents", "title-certificates"),
         ("CR", "S", "CRT", "T", "C", "A", "S", "", "R"), "TALENT_RECOG",
         {"partner": ("T", UPDATES)}, {"citizen": "R"}),
    Line("category mapping 类别对应", "talent", "talent", ("category-mappings",),
         ("", "", "R", "R", "", "A", "S", "", "R"), "TALENT_RECOG",
         {"cw": ("C", DRAFTS), "supervisor": ("C", DRAFTS), "window": ("R", PUBLIC)}),
    Line("secondment 挂职交流", "talent", "talent", ("secondments",),
         ("CR", "R", "CRT", "T", "", "A", "S", "", "R"), "TALENT_MOVE",
         {"supervisor": ("C", HEAD)}, {"citizen": "R"}),
    Line("complaint 投诉", "labor_inspection", "li", ("complaints",),
         ("CR", "S", "CRT", "S", "C", "A", "S", "", "CR"), "LI_COMPLAINT",
         {"partner": ("T", UPDATES), "window": ("RT", COUNTER), "supervisor": ("C", HEAD)},
         {"citizen": "CR"}),
    Line("case file 案卷", "labor_inspection", "li", ("cases",),
         ("R", "", "RT", "", "", "A", "S", "", ""), "LI_COMPLAINT",
         {"partner": ("T", UPDATES)}),
    Line("assist request 协查", "labor_inspection", "li", ("assist-requests",),
         ("CR", "RT", "CRT", "T", "", "A", "S", "", ""), "LI_ASSIST"),
    Line("arrears list, grades 失信名单、信用等级", "labor_inspection", "li",
         ("arrears-list", "credit-grades"),
         ("R", "R", "CR", "R", "R", "A", "R", "", "R"), "LI_PUBLICITY",
         {"partner": ("T", OBJECTS), "cw": ("T", KEEPS), "supervisor": ("C", HEAD)},
         # An inspector proposes a listing at the case: POST /cases/{id}/propose-listing.
         {"cw": "C"}),
    Line("card state 卡状态", "card", "card", ("cards", "card-service-requests"),
         ("CR", "S", "CRT", "C", "C", "A", "S", "", "R"), "CARD_SERVICE",
         {"partner": ("T", UPDATES), "window": ("RT", COUNTER)},
         {"supervisor": "T", "citizen": "R"}),
    Line("parameters 政策参数", "gateway", "li", ("policy-parameters",),
         ("R", "R", "R", "R", "", "R", "R", "", "")),
)  # fmt: skip


def render() -> str:
    """The matrix as a table, and below it where the routes differ from it."""
    lines = [
        f"| resource | {' | '.join(COLUMNS)} |",
        f"| --- |{' --- |' * len(COLUMNS)}",
        *(
            f"| {one.name} | {' | '.join(' '.join(cell) or '—' for cell in one.cells)} |"
            for one in MATRIX
        ),
        "",
        "Besides, by role:",
        "",
    ]
    for one in MATRIX:
        for role, (letters, reason) in one.more.items():
            lines.append(f"- {one.name}, {role}: also {' '.join(letters)}: {reason}.")
        for role, letters in one.missing.items():
            lines.append(f"- {one.name}, {role}: no route gives {' '.join(letters)} yet.")
    return "\n".join(lines)
