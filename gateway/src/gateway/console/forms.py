"""Forms: fields told once, values from the page, the draft or the defaults, errors at their fields.

`name` is the path of the value in the request's JSON, with dots: ``work_place.address``. A problem
document names its fields the same way, so its errors find theirs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from gateway.console.api import Answer
from gateway.console.refusals import detail_of
from gateway.console.texts import Texts
from gateway.console.visit import Visit

Options = Sequence[tuple[str, str]] | Callable[[Texts], Sequence[tuple[str, str]]]
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `label` and `hint` are keys of texts; `table` gives the words of code options.

    Kinds: text, area, date, month, money, number, select, radio, checks (several), yes (a box),
    lines (one value a line), rows (a list of groups, `columns`), hidden.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    options: Options = ()
    table: str = ""
    hint: str = ""
    is_short: bool = False
    longest: int | None = None
    default: str = ""
    columns: tuple["Field", ...] = ()
    autocomplete: str = "off"

    def choices(self, t: Texts) -> list[tuple[str, str]]:
        """What can be chosen, as (value, words)."""
        found = self.options(t) if callable(self.options) else self.options
        if self.table:
            return [(value, t.code(self.table, value)) for value, _ in found]
        return list(found)


def codes(*values: str) -> list[tuple[str, str]]:
    """Options whose words come from the field's `table`."""
    return [(value, value) for value in values]


class Form:
    """A form on its way: what it holds, what is wrong with it, and its Idempotency-Key."""

    def __init__(
        self, visit: Visit, fields: Iterable[Field], *, version: int | str | None = None
    ) -> None:
        self.visit, self.fields = visit, tuple(fields)
        self.action = visit.path
        self.values: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}
        self.general: list[str] = []
        self.once = str(uuid4())
        self.version = version
        self.saved_at: Any = None
        self.status = 200
        self.focus = ""
        # Which group of the page a group of the request was: empty ones are not sent.
        self._sent: dict[str, list[int]] = {}

    @classmethod
    async def load(
        cls,
        visit: Visit,
        fields: Iterable[Field],
        *,
        defaults: dict[str, Any] | None = None,
        version: int | str | None = None,
    ) -> "Form":
        """The form as it was sent, else as it was left (the draft), else with its defaults."""
        form = cls(visit, fields, version=version)
        if visit.is_post:
            form.values = visit.typed()
            form.once = visit.once
            form.version = str(visit.form.get("_version") or "") or version
            return form
        draft = await visit.console.drafts.read(visit.username, visit.path)
        if draft is not None:
            form.values = draft.read_fields()
            form.saved_at = draft.saved_at
            # The key of a sending whose outcome is not known: sent again, it is done once.
            form.once = (form.values.pop("_once", None) or [form.once])[0]
            form.values.pop("_version", None)
            return form
        for field in form.fields:
            given = (defaults or {}).get(field.name, field.default)
            if given not in (None, "", []):
                form.values[field.name] = (
                    [str(one) for one in given] if isinstance(given, list) else [str(given)]
                )
        return form

    # --- what it holds --------------------------------------------------------------------------

    def value(self, name: str) -> str:
        """The value of a field; empty when there is none."""
        return (self.values.get(name) or [""])[0]

    def several(self, name: str) -> list[str]:
        """The values of a field that takes several."""
        return self.values.get(name, [])

    def rows(self, field: Field) -> list[list[Field]]:
        """The groups of a `rows` field, one at least, each column under its own name."""
        try:
            count = int(self.value(f"_rows.{field.name}") or 1)
        except ValueError:
            count = 1
        count = min(MOST_ROWS, max(1, count))
        return [
            [replace(one, name=f"{field.name}.{number}.{one.name}") for one in field.columns]
            for number in range(count)
        ]

    def grew(self) -> bool:
        """True when one more row was asked for instead of sending; then show the form again."""
        name = str(self.visit.form.get("_add", ""))
        if not self.visit.is_post or not name:
            return False
        field = next((one for one in self.fields if one.name == name and one.columns), None)
        if field is None:
            return False
        count = min(MOST_ROWS, len(self.rows(field)) + 1)
        self.values[f"_rows.{name}"] = [str(count)]
        self.focus = f"{name}.{count - 1}.{field.columns[0].name}"
        return True

    def body(self) -> dict[str, Any]:
        """The request's JSON: what was filled in, under its path."""
        found: dict[str, Any] = {}
        for field in self.fields:
            if field.kind == "rows":
                rows = [self._row(field, number) for number in range(len(self.rows(field)))]
                self._sent[field.name] = [number for number, row in enumerate(rows) if row]
                if filled := [row for row in rows if row]:
                    _put(found, field.name, filled)
            else:
                value = self._read(field)
                if value is not None:
                    _put(found, field.name, value)
        return found

    def _row(self, field: Field, number: int) -> dict[str, Any]:
        """One group; empty when nothing was filled in."""
        found: dict[str, Any] = {}
        for column in field.columns:
            value = self._read(replace(column, name=f"{field.name}.{number}.{column.name}"))
            if value not in (None, False):
                _put(found, column.name, value)
        return found

    def _read(self, field: Field) -> Any:
        if field.kind == "checks":
            return self.several(field.name) or None
        text = self.value(field.name).strip()
        if field.kind == "yes":
            return text == "yes"
        if not text:
            return None
        if field.kind == "number" and text.lstrip("-").isdigit():
            return int(text)
        if field.kind == "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        return text

    # --- what is wrong with it ------------------------------------------------------------------

    def refuse(self, answer: Answer) -> None:
        """Takes over a problem document; unknown outcomes keep the key, others get a new one."""
        body = answer.body if isinstance(answer.body, dict) else {}
        names = set(self._names())
        t = self.visit.t
        for error in body.get("errors", []):
            words = t.pick(error.get("message_zh"), error.get("message_en"))
            name = _nearest(self._as_shown(str(error.get("field", ""))), names)
            if name is None:
                self.general.append(words)
            else:
                self.errors.setdefault(name, words)
        if not self.errors and not self.general:
            self.general.append(detail_of(self.visit, body) or t("refusal.title_500"))
        if not answer.is_uncertain:
            self.once = str(uuid4())
        self.status = answer.status

    def _as_shown(self, name: str) -> str:
        """The field of the page that a field of the request was."""
        for rows, numbers in self._sent.items():
            number, dot, rest = name.removeprefix(f"{rows}.").partition(".")
            if name.startswith(f"{rows}.") and number.isdigit() and int(number) < len(numbers):
                return f"{rows}.{numbers[int(number)]}{dot}{rest}"
        return name

    def fault(self, name: str, words: str) -> None:
        """An error the page itself found."""
        self.errors.setdefault(name, words)
        self.status = 422

    def _names(self) -> Iterable[str]:
        for field in self.fields:
            yield field.name
            if field.kind == "rows":
                for row in self.rows(field):
                    yield from (one.name for one in row)

    def label_of(self, name: str) -> str:
        """The key of a field's words, to name it where it does not stand."""
        for field in self.fields:
            if field.name == name:
                return field.label
            for row in self.rows(field) if field.kind == "rows" else ():
                for one in row:
                    if one.name == name:
                        return one.label
        return name

    @property
    def has_errors(self) -> bool:
        """True when it has to be shown again."""
        return bool(self.errors or self.general)

    async def render(self, template: str, **values: Any) -> Response:
        """The page with this form, and the status of what was wrong."""
        if self.visit.is_post and self.has_errors:
            await self.visit.keep_draft(once=self.once if self.status >= 500 else None)
        return await self.visit.render(
            template, status=self.status, has_errors=self.has_errors, form=self, **values
        )

    async def done(self) -> None:
        """It was sent and took effect: no draft is left."""
        await self.visit.drop_draft()


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[last] = value


def _nearest(name: str, names: set[str]) -> str | None:
    """The field an error is about, or the one that holds it: `person.doc_no`, then `person`."""
    while name:
        if name in names:
            return name
        name = name.rpartition(".")[0]
    return None
