"""The life of a request: who → may they → once → one transaction → commit → answer.

A route says what kind of call it is; the conventions of the interface (api §3) follow from the
kind, so that no route can forget one: status, headers, key, purpose, audit row, problems.
"""

import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from hrss_kit import audit, files, idempotency, pagination, sharing, spreadsheets, uploads, work
from hrss_kit.access import PUBLIC, Access
from hrss_kit.auth import Principal, authenticate
from hrss_kit.context import Exchange, exchange
from hrss_kit.conventions import HEADERS, documented, entitle, expected_version, reply_of
from hrss_kit.db import Database
from hrss_kit.exports import CONTRACT as EXPORT_CONTRACT
from hrss_kit.exports import Exporter, TicketRequired, exporting, want_ticket
from hrss_kit.failures import failure
from hrss_kit.file_types import ENDINGS
from hrss_kit.imports import Importer, ImportJobRead, accepting, template_of
from hrss_kit.problems import (
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from hrss_kit.translation import translated

MAX_BODY_BYTES = 1024 * 1024
TEMPLATE_CONTRACT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The workbook",
        "content": {spreadsheets.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
BODY_METHODS = ("POST", "PATCH", "PUT")

# Whoever shows an e-card reads their own data at their own request (domain §4.3).
OWN_REQUEST = "ONE_NET"
OWN_PURPOSE = (b"x-purpose", OWN_REQUEST.encode())

Prepare = Callable[[Request], Awaitable[Any]]
Identify = Callable[[Request], Awaitable[Principal]]
Handler = Callable[[Request], Awaitable[Response]]
Receive = Callable[[Request, int], Awaitable[None]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Convention:
    """What the kind of a route demands."""

    kind: str
    permission: str
    personal: bool = False
    once: bool = False
    if_match: bool = False
    audited: bool = False
    transactional: bool = True
    prepare: Prepare | None = None
    # Finds the caller where there is another way than a token.
    identify: Identify = authenticate
    direct: Handler | None = None
    # Reads the body in place of the usual way, which keeps it whole.
    receive: Receive | None = None
    max_body_bytes: int = MAX_BODY_BYTES


class ConventionRoute(APIRoute):
    """A route that lives by its convention."""

    @property
    def is_direct(self) -> bool:
        """True when the convention has a handler of its own and a path without parameters."""
        convention: Convention = getattr(self.endpoint, "convention")  # noqa: B009
        return convention.direct is not None and "{" not in self.path

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        convention: Convention | None = getattr(self.endpoint, "convention", None)
        if convention is None:
            raise TypeError(f"{self.path}: use the kit's Router, so that the route has a kind")
        handle = convention.direct or super().get_route_handler()

        async def live(request: Request) -> Response:
            present = exchange()
            prefix: str = request.app.state.service.prefix
            template = self.path_format.removeprefix(prefix)
            present.operation = f"{request.method} {prefix}{template}"
            try:
                await _admit(request, convention, present)
                if convention.kind in sharing.READING and convention.permission != PUBLIC:
                    present.door = sharing.door_of(
                        request.app.state.service,
                        convention.kind,
                        template.split("/", 2)[1],
                        present.principal,
                    )
                await (convention.receive or _read_body)(request, convention.max_body_bytes)
                if convention.kind == "act" and not request._body:
                    _say_nothing(request)
                if not convention.transactional:
                    return await handle(request)
                return await _in_transaction(request, handle, convention, present)
            except Problem as problem:
                await _record_refusal(request, convention, present, problem.code)
                raise
            except RequestValidationError:
                await _record_refusal(request, convention, present, "VALIDATION")
                raise
            except HTTPException:
                raise
            except Exception as error:
                return reply_of(failure(error), request)

        return live


async def _admit(request: Request, convention: Convention, present: Exchange) -> None:
    if convention.permission == PUBLIC:
        try:
            present.principal = await authenticate(request)
        except Unauthenticated:
            present.principal = None
        return
    present.principal = await convention.identify(request)
    access: Access = request.app.state.service.access
    access.check(present.principal, convention.permission)
    present.case_no = request.headers.get("x-case-no", "")[:60] or None
    if convention.personal:
        if present.principal.id_hash is not None and "x-purpose" not in request.headers:
            request._headers = Headers(raw=[*request.headers.raw, OWN_PURPOSE])
        given = request.headers.get("x-purpose")
        present.purpose = access.check_purpose(present.principal, convention.permission, given)
    client = idempotency.client_of(present.principal)
    present.binding = lambda: pagination.bind(
        client, request.url.path, request.query_params.multi_items()
    )


async def _read_body(request: Request, limit: int) -> None:
    """Reads the body, and not a byte more than is allowed, also when no length was announced."""
    if request.method not in BODY_METHODS:
        return
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    request._body = b"".join(chunks)


def _say_nothing(request: Request) -> None:
    """An action sent without a body is sent with an empty one: many need no words."""
    request._body = b"{}"
    kept = [pair for pair in request.headers.raw if pair[0] != b"content-type"]
    request._headers = Headers(raw=[*kept, (b"content-type", b"application/json")])


async def _in_transaction(
    request: Request,
    handle: Handler,
    convention: Convention,
    present: Exchange,
) -> Response:
    database: Database = request.app.state.database
    key = idempotency.key_of(request) if convention.once else None
    if convention.if_match:
        present.expected_version = expected_version(request.headers.get("if-match"))
    client = idempotency.client_of(present.principal) if present.principal else "public"
    fingerprint = await idempotency.fingerprint_of(request) if key else b""
    if convention.prepare is not None:
        # Asking another service happens before the transaction, and not for a repeated request.
        if key is not None:
            async with database.transaction() as session:
                earlier = await idempotency.find(session, client, key, fingerprint)
            if earlier is not None and (reply := earlier.reply()) is not None:
                return reply
        present.prepared = await convention.prepare(request)

    with translated():
        async with database.transaction() as session:
            request.state.session = present.session = session
            claim = None
            if key is not None:
                claim = await idempotency.claim(session, client, key, fingerprint)
                if (reply := claim.reply()) is not None:
                    return reply
            result = "OK"
            try:
                held = await _held_by_another(request, session, convention, present)
                response = await handle(request)
                if held is not None:  # told last: to who may see it and might act otherwise
                    raise held
            except Problem as problem:
                if not problem.keeps_effects:
                    raise
                response, result = reply_of(problem, request), problem.code
            await session.flush()
            entitle(request, response, present)
            if convention.audited:
                audit.record(session, present, result)
            if claim is not None:
                await claim.remember(session, response)
    return response


async def _held_by_another(
    request: Request, session: AsyncSession, convention: Convention, present: Exchange
) -> Problem | None:
    """409 CLAIMED for a person's act or change on what a colleague holds (`hrss_kit.work`)."""
    service = request.app.state.service
    if convention.kind not in ("act", "change") or not service.work or present.principal is None:
        return None
    path = request.url.path.removeprefix(service.prefix).split("/")
    return await work.held_by_another(session, service.work, present.principal, path)


async def _record_refusal(
    request: Request, convention: Convention, present: Exchange, result: str
) -> None:
    """A refused look or change leaves its row too; callers nobody knows leave only a log line.

    Where the row cannot be written the answer is that we are not available, not the refusal.
    """
    if convention.audited and present.principal is not None and result != Unavailable.code:
        database: Database = request.app.state.database
        with translated():
            async with database.transaction() as session:
                audit.record(session, present, result)


async def _want_ticket(present: Exchange, persons: int) -> None:
    """A page longer than the usual one is a bulk read of persons (domain §4.3)."""
    caller, session = present.principal, present.session
    if session is None or caller is None or caller.is_service:
        return
    if persons > pagination.USUAL_LIMIT:
        await want_ticket(session, caller, persons)


def _remembering(endpoint: Endpoint, convention: Convention, status: int) -> Endpoint:
    """Wraps an endpoint so that its result's version and id become ETag and Location."""

    @functools.wraps(endpoint)
    async def call(*args: Any, **kwargs: Any) -> Any:
        result = await endpoint(*args, **kwargs)
        present = exchange()
        version = getattr(result, "version", None)
        if isinstance(version, int):
            present.etag_version = version
        if isinstance(result, pagination.Page):
            present.link_next = result.next_cursor
        if status == 201 and present.location is None and hasattr(result, "id"):
            present.location = str(result.id)
        biz_no = getattr(result, "biz_no", None)
        if isinstance(biz_no, str):
            present.note(subject=biz_no)
        if convention.personal and isinstance(result, pagination.Page):
            await _want_ticket(present, len(result.items))
        if present.door is not None and present.session is not None:
            shared = await sharing.reply(present.session, result)
            if shared is not result:  # fields that the contract promises may be null now
                return Response(orjson.dumps(shared), status, media_type="application/json")
        return result

    call.convention = convention  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


class Router(APIRouter):
    """An APIRouter whose routes are declared by kind."""

    def __init__(self, prefix: str = "", tags: Sequence[str] = ()) -> None:
        super().__init__(prefix=prefix, tags=list(tags), route_class=ConventionRoute)
        self.importers: list[Importer[Any, Any]] = []

    def _add(
        self,
        method: str,
        path: str,
        convention: Convention,
        *,
        status: int = 200,
        reply: Any,
        problems: Sequence[type[Problem]] = (),
        also: dict[int | str, dict[str, Any]] | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        headers = [
            Depends(HEADERS[name])
            for name, wanted in (
                ("once", convention.once),
                ("if_match", convention.if_match),
                ("personal", convention.personal),
            )
            if wanted
        ]

        def declare(endpoint: Endpoint) -> Endpoint:
            self.add_api_route(
                path,
                _remembering(endpoint, convention, status),
                methods=[method],
                status_code=status,
                response_model=reply,
                dependencies=headers,
                responses={**documented(convention, status, problems), **(also or {})},
                **options,
            )
            return endpoint

        return declare

    def create(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        problems: Sequence[type[Problem]] = (),
        prepare: Prepare | None = None,
        status: int = 201,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """POST a new resource: 201, Location, ETag; once."""
        kind = Convention("create", permission, once=True, audited=True, prepare=prepare)
        return self._add(
            "POST", path, kind, status=status, reply=reply, problems=problems, **options
        )

    def read(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        personal: bool = False,
        problems: Sequence[type[Problem]] = (),
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """GET one resource: ETag; with a purpose and an audit row when it is personal."""
        kind = Convention("read", permission, personal=personal, audited=personal)
        return self._add("GET", path, kind, reply=reply, problems=problems, **options)

    def list(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        personal: bool = False,
        problems: Sequence[type[Problem]] = (),
        prepare: Prepare | None = None,
        identify: Identify = authenticate,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """GET a page of a collection."""
        kind = Convention(
            "list",
            permission,
            personal=personal,
            audited=personal,
            prepare=prepare,
            identify=identify,
        )
        return self._add("GET", path, kind, reply=reply, problems=problems, **options)

    def history(
        self, path: str, *, permission: str, reply: Any, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """GET the timeline of a resource: staff, offices and dates, nothing personal."""
        return self._add("GET", path, Convention("history", permission), reply=reply, **options)

    def change(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        problems: Sequence[type[Problem]] = (),
        prepare: Prepare | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """PATCH a resource: If-Match."""
        kind = Convention("change", permission, if_match=True, audited=True, prepare=prepare)
        return self._add("PATCH", path, kind, reply=reply, problems=problems, **options)

    def replace(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        problems: Sequence[type[Problem]] = (),
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """PUT a record under its own natural key: safe to send again by itself.

        The endpoint answers 201 and names the new resource when there was none (RFC 9110 §9.3.4).
        """
        kind = Convention("replace", permission, audited=True)
        new: dict[int | str, dict[str, Any]] = {201: {"model": reply, "description": "Created"}}
        return self._add("PUT", path, kind, reply=reply, problems=problems, also=new, **options)

    def act(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        problems: Sequence[type[Problem]] = (),
        prepare: Prepare | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """POST an action on a resource: If-Match, once; answers with the resource as it is now."""
        kind = Convention(
            "act", permission, once=True, if_match=True, audited=True, prepare=prepare
        )
        return self._add("POST", path, kind, reply=reply, problems=problems, **options)

    def lookup(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        personal: bool = True,
        problems: Sequence[type[Problem]] = (),
        transactional: bool = True,
        direct: Handler | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """POST a question whose words may not stand in a URL; changes nothing.

        `direct` answers in place of the endpoint, which then only says what the contract says:
        for the few look-ups where FastAPI's reading of parameters costs more than the work.
        """
        kind = Convention(
            "lookup",
            permission,
            personal=personal,
            audited=True,
            transactional=transactional,
            direct=direct,
        )
        return self._add("POST", path, kind, reply=reply, problems=problems, **options)

    def bulk_in(self, path: str, *, permission: str, importer: Importer[Any, Any]) -> None:
        """POST a file of many rows: 202 and the Location of the job that takes them over; once."""
        kind = Convention(
            "bulk_in",
            permission,
            once=True,
            audited=True,
            receive=uploads.receive,
            max_body_bytes=uploads.MAX_UPLOAD_BYTES,
        )
        self.importers.append(importer)
        declare = self._add(
            "POST",
            path,
            kind,
            status=202,
            reply=ImportJobRead,
            problems=(UnsupportedMediaType,),
            openapi_extra=uploads.CONTRACT,
        )
        declare(accepting(importer))
        sheet = Convention("download", permission, transactional=False)
        self._first(
            self._add(
                "GET",
                f"{path}/template",
                sheet,
                reply=None,
                response_class=Response,
                also=TEMPLATE_CONTRACT,
            ),
            template_of(importer),
        )

    def bulk_out(
        self, path: str, *, permission: str, exporter: Exporter, personal: bool = False
    ) -> None:
        """GET a list as a file: csv, xlsx or ndjson, streamed; audited before it begins."""
        kind = Convention(
            "bulk_out", permission, personal=personal, audited=True, transactional=False
        )
        declare = self._add(
            "GET",
            path,
            kind,
            reply=None,
            response_class=Response,
            problems=(TicketRequired,) if exporter.persons is not None else (),
            also=EXPORT_CONTRACT,
        )
        self._first(declare, exporting(exporter))

    def _first(self, declare: Callable[[Endpoint], Endpoint], endpoint: Endpoint) -> None:
        """Declares a route before all others: `/export` is nobody's id."""
        declare(endpoint)
        self.routes.insert(0, self.routes.pop())

    def upload(
        self,
        path: str,
        *,
        permission: str,
        reply: Any,
        form: type[files.FileForm] = files.FileForm,
        problems: Sequence[type[Problem]] = (),
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """POST a file, multipart: a `files.Uploaded` for the endpoint; 201, Location; once."""
        if not path.endswith(files.PATHS):
            raise ValueError(f"{path}: the gateway lets a large body through to {files.PATHS} only")
        kind = Convention(
            "upload",
            permission,
            once=True,
            audited=True,
            prepare=files.keep,
            receive=files.receiving(form),
            max_body_bytes=files.MAX_BODY_BYTES,
        )
        declare = self._add(
            "POST",
            path,
            kind,
            status=201,
            reply=reply,
            problems=(UnsupportedMediaType, files.FileUnavailable, *problems),
            openapi_extra=files.contract(form),
            **options,
        )
        return lambda endpoint: declare(files.storing(endpoint))  # type: ignore[return-value]

    def download(
        self,
        path: str,
        *,
        permission: str,
        personal: bool = True,
        media_types: Iterable[str] = tuple(ENDINGS),
        problems: Sequence[type[Problem]] = (),
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """GET a stored file: the endpoint names it, the kit sends it; each time on record."""
        kind = Convention("download", permission, personal=personal, audited=True)
        declare = self._add(
            "GET",
            path,
            kind,
            reply=None,
            problems=(files.FileUnavailable, *problems),
            also=files.downloaded(media_types),
            response_class=StreamingResponse,
            **options,
        )
        return lambda endpoint: declare(files.delivering(endpoint))  # type: ignore[return-value]

    def reveal(
        self, path: str, *, permission: str, reply: Any, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """POST for full values of named fields, with a reason, on record."""
        kind = Convention("reveal", permission, personal=True, audited=True)
        return self._add("POST", path, kind, reply=reply, **options)

    def listen(
        self, path: str, *, permission: str, reply: Any, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """GET that may wait: holds no transaction."""
        kind = Convention("listen", permission, transactional=False)
        return self._add("GET", path, kind, reply=reply, **options)

    def operate(
        self, path: str, *, permission: str, reply: Any, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """POST for operations: may be repeated at will, manages its own transactions."""
        kind = Convention("operate", permission, audited=True, transactional=False)
        return self._add("POST", path, kind, reply=reply, **options)
