"""The events in docs/architecture.md: `python -m tests.architecture.event_list` rewrites them."""

import re

from tests.architecture.members import MEMBERS, ROOT, service_of

DOCUMENT = ROOT / "docs" / "architecture.md"
PLACE = re.compile(r"(?<=<!-- events:begin -->\n).*?(?=<!-- events:end -->)", re.DOTALL)
HEAD = "| event | from | says | read by |\n| --- | --- | --- | --- |\n"


def render() -> str:
    """The table: every event type once, with who publishes and who reads it."""
    services = {member: service_of(member) for member in MEMBERS}
    readers: dict[str, set[str]] = {}
    for member, service in services.items():
        for consumer in service.consumers:
            readers.setdefault(consumer.type, set()).add(member)
    published: dict[str, tuple[set[str], str]] = {}
    for member, service in services.items():
        for event in service.event_types:
            words = (event.__doc__ or "").strip().split("\n")[0].rstrip(".").replace("|", "/")
            published.setdefault(event.type, (set(), words))[0].add(member)
    rows = []
    for name, (sources, words) in sorted(published.items()):
        shown = "every service" if len(sources) > 2 else ", ".join(sorted(sources))
        reading = readers.get(name, set())
        by = "every service" if len(reading) > 4 else ", ".join(sorted(reading)) or "callers"
        rows.append(f"| `{name}` | {shown} | {words} | {by} |\n")
    return HEAD + "".join(rows)


def written() -> str:
    """What stands in the document."""
    found = PLACE.search(DOCUMENT.read_text("utf-8"))
    assert found, "docs/architecture.md has lost its marks"
    return found.group()


if __name__ == "__main__":
    table = render()
    DOCUMENT.write_text(PLACE.sub(lambda _: table, DOCUMENT.read_text("utf-8")), "utf-8")
