"""./hrss new-service NAME: the smallest service that passes every check, known everywhere.

The files come from templates/service; the rest is one entry each in the lists that name the
members. An entry goes before the gateway's, which is the last of each list.
"""

import importlib.util
import json
import keyword
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hrss_cli.environment import bare_environment
from hrss_cli.failure import CommandFailed, WrongUsage
from hrss_cli.repository import ROOT
from hrss_kit import clock

NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
LONGEST_NAME = 30
SUFFIX = ".tmpl"
DATED = ("kit_tables.py", "records.py")
RECORD_ID = "01997a50-0000-7000-8000-000000000001"
DOCUMENTS = ("access_document", "event_list")


@dataclass(frozen=True, slots=True)
class NewService:
    """What the templates and the lists are told."""

    module: str
    code: str
    port: int
    root: Path = ROOT

    @property
    def path(self) -> str:
        """Its name in addresses."""
        return self.module.replace("_", "-")

    @property
    def directory(self) -> Path:
        """Where it lives."""
        return self.root / "services" / self.module

    def fill(self, text: str) -> str:
        """A template with this service's words in it."""
        title = self.module.replace("_", " ").capitalize()
        words = {"module": self.module, "path": self.path, "code": self.code, "title": title}
        for name, word in words.items():
            text = text.replace("{{" + name + "}}", word)
        return text


@dataclass(frozen=True, slots=True)
class Entry:
    """Text that goes before (or, with `after`, behind) an anchor that stands once in a file."""

    file: str
    anchor: str
    text: str
    after: bool = False

    def put(self, content: str) -> str:
        """The file's content with the entry in it."""
        if content.count(self.anchor) != 1:
            raise CommandFailed(f"{self.file}: {self.anchor.strip()!r} should stand there once")
        both = self.anchor + self.text if self.after else self.text + self.anchor
        return content.replace(self.anchor, both)


def run(name: str, root: Path = ROOT) -> int:
    """Makes the service; the exit code."""
    new = NewService(_module(name, root), _code(name, root), _port(root), root)
    changed = _with_entries(new)  # before anything is written: a list that changed stops here
    for path, text in changed.items():
        path.write_text(text, "utf-8")
    for path, text in _files(new):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    _finish(new)
    print(f"services/{new.module} is there, at /{new.path}/v1: ./hrss check looks at all of it")
    return 0


def _module(name: str, root: Path) -> str:
    module = name.replace("-", "_")
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME or keyword.iskeyword(module):
        raise WrongUsage(f"{name} is no name for a service: choose one such as appeals")
    if (root / "services" / module).exists() or importlib.util.find_spec(module) is not None:
        raise WrongUsage(f"there is already a package called {module}: choose another name")
    return module


def _code(name: str, root: Path) -> str:
    """Two letters of its business numbers that nobody else has."""
    sources = [*root.glob("services/*/src/*/main.py"), *root.glob("gateway/src/gateway/main.py")]
    taken = {
        found
        for source in sources
        for found in re.findall(r'biz_code="([A-Z]{2})"', source.read_text("utf-8"))
    }
    letters = [letter for letter in name.upper() if letter.isalpha()]
    alphabet = [chr(number) for number in range(ord("A"), ord("Z") + 1)]
    for second in (*letters[1:], *alphabet):
        if letters[0] + second not in taken:
            return letters[0] + second
    raise CommandFailed(f"no two letters beginning with {letters[0]} are free: choose another name")


def _port(root: Path) -> int:
    table = (root / "gateway/src/gateway/routes.toml").read_text("utf-8")
    return max(int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", table)) + 1


def _entries(new: NewService) -> Iterator[Entry]:
    """Every place that names the members one by one."""
    module, path = new.module, new.path
    yield Entry("kit/src/hrss_kit/data/members.toml", '  "gateway",\n', f'  "{module}",\n')
    project = "pyproject.toml"
    yield Entry(project, ":gateway/src:", f":services/{module}/src", after=False)
    yield Entry(project, '"gateway", "hrss_cli"]\ninclude_external', f'"{module}", ')
    yield Entry(project, " | gateway | hrss_cli", f" | {module}")
    shared = f"[rules.{module}]\nrecords = {{ purposes = [] }}\n\n"
    yield Entry("kit/src/hrss_kit/data/sharing_rules.toml", "[own]\n", shared)
    compose = "docker-compose.yml"
    yield Entry(compose, "x-gateway: &gateway\n", _image(module, path))
    mount = "      - secrets-gateway:/run/hrss/gateway\n"
    yield Entry(
        compose,
        mount,
        f"      - secrets-{path}:/run/hrss/{module}\n"
        f"      - secrets-{path}-owner:/run/hrss/{module}_owner\n",
    )
    files = "      - files-gateway:/var/lib/hrss/all/gateway\n"
    yield Entry(compose, files, f"      - files-{path}:/var/lib/hrss/all/{module}\n")
    yield Entry(compose, "  migrate-gateway:\n    <<:", _processes(module, path))
    yield Entry(compose, "  files-gateway: {}\n", f"  files-{path}: {{}}\n")
    yield Entry(
        compose,
        "  secrets-gateway: {}\n",
        f"  secrets-{path}: {{}}\n  secrets-{path}-owner: {{}}\n",
    )
    yield Entry(
        compose,
        '"}\n  HRSS_DEMO:',
        f'",\n    "{module}": "http://{path}:8080',
    )


def _with_entries(new: NewService) -> dict[Path, str]:
    changed: dict[Path, str] = {}
    for entry in _entries(new):
        path = new.root / entry.file
        changed[path] = entry.put(changed.get(path) or path.read_text("utf-8"))
    routes = new.root / "gateway/src/gateway/routes.toml"
    changed[routes] = (
        routes.read_text("utf-8").rstrip("\n")
        + f'\n\n[[service]]\nname = "{new.path}"\nprefix = "/{new.path}/v1"\n'
        + f'address = "http://127.0.0.1:{new.port}"\n'
    )
    return changed


def _image(module: str, path: str) -> str:
    return f"""x-{path}: &{path}
  image: hrss-{path}:${{HRSS_VERSION:-local}}
  build:
    context: .
    args: {{<<: *build, SERVICE: {module}}}
  environment: {{<<: *environment, HRSS_CLIENT_ID: svc.{path}}}
  volumes: ["secrets-{path}:/run/hrss/own:ro", "files-{path}:/var/lib/hrss/files"]

"""


def _processes(module: str, path: str) -> str:
    done = "{condition: service_completed_successfully}"
    return f"""  migrate-{path}:
    <<: [*job, *{path}]
    command: [python, -m, {module}, migrate]
    volumes: ["secrets-{path}-owner:/run/hrss/own:ro"]
    depends_on:
      databases: {done}

  {path}:
    <<: [*server, *{path}]
    command: [python, -m, {module}, serve]
    depends_on:
      migrate-{path}: {done}

  {path}-worker:
    <<: [*worker, *{path}]
    command: [python, -m, {module}, work]
    depends_on:
      migrate-{path}: {done}

"""


def _files(new: NewService) -> Iterator[tuple[Path, str]]:
    templates = new.root / "templates" / "service"
    day = clock.today().isoformat()
    for template in sorted(templates.rglob(f"*{SUFFIX}")):
        place = template.relative_to(templates)
        name = place.name.removesuffix(SUFFIX)
        if name in DATED and place.parent.name == "versions":
            name = f"{day}-{name}"
        parts = [new.module if part == "module" else part for part in place.parent.parts]
        yield new.directory.joinpath(*parts, name), new.fill(template.read_text("utf-8"))


def _finish(new: NewService) -> None:
    """Puts imports in order, then writes what is made from code: contracts and documents."""
    ruff = [sys.executable, "-m", "ruff"]
    _call(new, [*ruff, "check", "--quiet", "--fix", str(new.directory)])
    _call(new, [*ruff, "format", "--quiet", str(new.directory)])
    contract = new.directory / "contract"
    (contract / "events").mkdir(parents=True, exist_ok=True)
    made = _call(new, [sys.executable, "-m", new.module, "openapi"])
    (contract / "openapi.json").write_text(made, "utf-8")
    schema = _call(
        new,
        [
            sys.executable,
            "-c",
            f"import json; from {new.module}.main import SERVICE; "
            "print(json.dumps(SERVICE.event_types[0].model_json_schema()))",
        ],
    )
    event = {
        "type": f"{new.module}.record.closed.v1",
        "data_schema": json.loads(schema),
        "examples": [{"record_id": RECORD_ID}],
    }
    file = contract / "events" / f"{event['type']}.json"
    file.write_text(json.dumps(event, ensure_ascii=False, indent=2) + "\n", "utf-8")
    for document in DOCUMENTS:
        if (new.root / "tests" / "architecture" / f"{document}.py").exists():
            _call(new, [sys.executable, "-m", f"tests.architecture.{document}"])


def _call(new: NewService, command: list[str]) -> str:
    # The package is not installed yet: its source goes before everything that is.
    sources = [new.directory / "src", new.root / "kit" / "src"]
    told = {"PYTHONPATH": os.pathsep.join(map(str, sources)), "HRSS_DEMO": "true"}
    made = subprocess.run(
        command,
        cwd=new.root,
        env=bare_environment() | told,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if made.returncode != 0:
        last = ((made.stderr or made.stdout).strip().splitlines() or ["no output"])[-1]
        raise CommandFailed(f"{' '.join(command[1:4])} failed: {last[:300]}")
    return made.stdout
