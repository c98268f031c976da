"""A partner city's system in one file: what a Wuhan HRSS system has to do to work with Ezhou.

It gets a token with a signed assertion (private_key_jwt, RFC 7523), checks the complainant's card,
files one complaint about a work place in Ezhou, follows the event feed, and answers whatever
Ezhou asks for, until the case is closed. Nothing is filed twice, nobody is telephoned.

    ./hrss credentials --json > credentials.json
    python examples/partner_city.py credentials.json            # files and follows one complaint

Needs: httpx, joserfc. Every write carries an Idempotency-Key, so each step may be repeated.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

LABOR = "/labor-inspection/v1"
Tell = Callable[[str], None]


class PartnerCity:
    """The client side of one city's system."""

    def __init__(self, base_url: str, client: dict[str, Any]) -> None:
        self.client_id: str = client["client_id"]
        self._key = ECKey.import_key(client["private_jwk"])
        self._http = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
        self._token, self._until, self._after = "", 0.0, None

    def _authorization(self) -> dict[str, str]:
        """A token; they last five minutes, so it is renewed in time (RFC 7523 §2.2)."""
        if time.time() > self._until - 30:
            endpoint = str(self._http.base_url.join("/oauth/token"))
            now = int(time.time())
            claims = {
                "iss": self.client_id, "sub": self.client_id, "aud": endpoint,
                "iat": now, "exp": now + 60, "jti": str(uuid4()),
            }  # fmt: skip
            header = {"alg": "ES256", "kid": self._key.kid}
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": jwt.encode(header, claims, self._key, algorithms=["ES256"]),
            }
            granted = self._http.post("/oauth/token", data=form)
            granted.raise_for_status()
            self._token = granted.json()["access_token"]
            self._until = time.time() + granted.json()["expires_in"]
        return {"Authorization": f"Bearer {self._token}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """One call. A 429 or 503 is tried again with the same key: the effect stays one."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            sent.setdefault("Idempotency-Key", str(uuid4()))
        for _ in range(5):
            answer = self._http.request(
                method, path, json=body, headers=sent | self._authorization()
            )
            if answer.status_code not in (429, 503):
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    def act(self, path: str, row: dict[str, Any], body: Any = None) -> dict[str, Any]:
        """An action on a resource, on the version that was read."""
        return self.call("POST", path, body or {}, If_Match=f'"{row["version"]}"')

    def check_card(self, person: dict[str, str]) -> str:
        """Two factors against the card register; the id is what other services store."""
        factors = {"name": person["name"], "doc_no": person["doc_no"]}
        checked = self.call("POST", "/card/v1/verifications", factors, X_Purpose="LI_COMPLAINT")
        return str(checked["verification_id"])

    def file_complaint(self, complaint: dict[str, Any]) -> dict[str, Any]:
        """Files once; the suite finds the competent city by the place of work."""
        return self.call("POST", f"{LABOR}/complaints", complaint)

    def track(self, tracking_no: str, doc_no: str) -> dict[str, Any]:
        """What the complainant sees, with the number alone and no account: two factors."""
        factors = {"tracking_no": tracking_no, "doc_no": doc_no}
        answer = self._http.post(f"{LABOR}/complaint-tracking", json=factors)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def events(self, wait: int = 10) -> Iterator[dict[str, Any]]:
        """The next stretch of the feed. A system of record would store `after` with its effects."""
        path = f"{LABOR}/events?limit=100&wait={wait}"
        feed = self.call("GET", path + (f"&after={self._after}" if self._after else ""))
        for event in feed["items"]:
            self._after = event["id"]
            yield event

    def skip_to_now(self) -> None:
        """Forgets what happened before we came."""
        while list(self.events(wait=0)):
            pass

    def answer_assistance(self, letter_no: str, tell: Tell) -> None:
        """Accepts a letter of assistance, names two inspectors, replies with hashed evidence."""
        found = self.call("GET", f"{LABOR}/assist-requests?q={letter_no}", X_Purpose="LI_ASSIST")
        letter = next(one for one in found["items"] if one["biz_no"] == letter_no)
        path = f"{LABOR}/assist-requests/{letter['id']}"
        letter = self.act(f"{path}/accept", letter)
        letter = self.act(f"{path}/assign", letter, {"inspectors": ["li-wh-01", "li-wh-02"]})
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        reply: dict[str, Any] = {"result": "已按来函要求办结，材料随附。"}
        if letter["kind"] == "SERVE":
            reply |= {"served_on": today, "receipt_no": f"SD-{letter_no[-8:]}"}
        else:
            content = f"bank ledger for {letter_no}".encode()
            reply["evidences"] = [
                {
                    "name": "银行代发明细.pdf",
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "media_type": "application/pdf",
                    "size": len(content),
                    "collected_on": today,
                    "collected_by": ["li-wh-01", "li-wh-02"],
                }
            ]
        letter = self.act(f"{path}/reply", letter, reply)
        tell(f"answered {letter['kind']} letter {letter_no}, state {letter['state']}")

    def follow(self, complaint: dict[str, Any], tell: Tell, seconds: float = 300) -> None:
        """Works off the feed until the complaint's case is closed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for event in self.events():
                data = event["data"]
                tell(f"event {event['type']} {event['subject']}")
                if event["type"] == "li.assist.sent.v1":
                    self.answer_assistance(event["subject"], tell)
                if event["type"] == "li.case.closed.v1":
                    path = f"{LABOR}/complaints/{complaint['id']}"
                    ours = self.call("GET", path, X_Purpose="LI_COMPLAINT")
                    if ours["state"] == "CLOSED":
                        tell(f"our complaint is CLOSED, {data['amount_recovered']} recovered")
                        return
        raise TimeoutError("the case was not closed in time")


def complaint_of(person: dict[str, str], verification_id: str, run: str) -> dict[str, Any]:
    """Twelve workers of a Wuhan company, unpaid on a site in Ezhou. Everybody is invented."""
    workers = [{"person": person, "amount": "15200.00", "months": 3}]
    for number in range(1, 12):
        first17 = f"42019919850101{number:03d}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(a) * b for a, b in zip(first17, weights, strict=True))
        other = {"name": f"测工{number:02d}", "doc_no": first17 + "10X98765432"[total % 11]}
        owed = "22000.00" if number == 1 else "14920.00"
        workers.append({"person": other, "amount": owed, "months": 4 if number == 1 else 3})
    return {
        "kind": "COMPLAINT", "channel": "PARTNER", "complainant": person, "is_migrant": True,
        "employer_name": f"武汉测试科技有限公司{run}",
        "work_place": {
            "division": "420704", "address": "燕矶镇测试路1号",
            "project_name": f"花湖机场测试项目{run}",
        },
        "matter": ["WAGE.ARREARS"], "facts": "2026年4月至8月的工资至今没有支付。",
        "period_from": "2026-04", "period_to": "2026-08", "amount_claimed": "186400.00",
        "workers": workers, "verification_id": verification_id,
    }  # fmt: skip


COMPLAINANT = {"name": "陈测丁", "doc_type": "01", "doc_no": "420799199905200031"}


def main(path: str) -> None:
    """Files and follows one complaint with the credentials in `path`."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    client = next(one for one in told["clients"] if one["client_id"] == "partner.wuhan")
    wuhan = PartnerCity(told["base_url"], client)
    started = time.monotonic()

    def tell(words: str) -> None:
        print(f"{time.monotonic() - started:7.2f}s  武汉  {words}", flush=True)

    wuhan.skip_to_now()
    verification_id = wuhan.check_card(COMPLAINANT)
    tell(f"card of the complainant checked: {verification_id}")
    complaint = wuhan.file_complaint(complaint_of(COMPLAINANT, verification_id, uuid4().hex[:6]))
    tell(
        f"complaint {complaint['tracking_no']} filed: {complaint['state']}, "
        f"competent city {complaint['competent_city']}, card_verified {complaint['card_verified']}"
    )
    for deadline in complaint["deadlines"]:
        tell(f"clock {deadline['code']} due {deadline['due_on']} ({deadline['status']})")
    wuhan.follow(complaint, tell)
    seen = wuhan.track(complaint["tracking_no"], COMPLAINANT["doc_no"])
    tell(f"the complainant asks where it stands: {seen['state_text_zh']}, {seen['next_step_zh']}")


if __name__ == "__main__":
    main(sys.argv[1])
