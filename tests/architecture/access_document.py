"""docs/access.md from the tables that decide: `python -m tests.architecture.access_document`."""

from hrss_kit.access import PUBLIC
from hrss_kit.purposes import PURPOSES
from tests.architecture import access_matrix
from tests.architecture.members import MEMBERS, ROOT, routes_of, service_of

DOCUMENT = ROOT / "docs" / "access.md"
HEAD = """# Who may do what

Printed from the access tables that decide each request; a test compares them. Roles are named
without their city: a role acts for the city in its token. `personal` routes also need one of the
purposes in `X-Purpose`, and leave an audit row whatever the answer.
"""


MATRIX_HEAD = """## The matrix

`own` are rows of the caller's city, `cp` those of the other city (counterpart): these it reads by
a sharing rule in force ([PIA](pia.md)), and moves on only where its part in the case says so.
C create, R read, S shared or masked, T transition, A approve.
"""


def render() -> str:
    """The document."""
    parts = [HEAD, MATRIX_HEAD, access_matrix.render()]
    for member in MEMBERS:
        service = service_of(member)
        parts.append(f"\n## {service.title_en} {service.title_zh}\n")
        parts.append("| permission | roles | purposes | routes |\n| --- | --- | --- | --- |")
        routes: dict[str, list[str]] = {}
        for route in routes_of(member):
            routes.setdefault(route.convention.permission, []).append(f"`{route}`")
        public = routes.pop(PUBLIC, [])
        for grant in service.access:
            roles, purposes = ", ".join(sorted(grant.roles)), ", ".join(sorted(grant.purposes))
            where = "<br>".join(sorted(routes.get(grant.permission, [])))
            parts.append(f"| `{grant.permission}` | {roles} | {purposes} | {where} |")
        if public:
            parts.append(f"| public | everybody | | {'<br>'.join(sorted(public))} |")
    parts.append("\n## Purposes\n\n| code | meaning | kinds of role |\n| --- | --- | --- |")
    for purpose in PURPOSES.values():
        kinds = ", ".join(sorted(purpose.kinds)) or "nobody"
        parts.append(f"| `{purpose.code}` | {purpose.meaning_zh} {purpose.meaning_en} | {kinds} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(render(), "utf-8")
