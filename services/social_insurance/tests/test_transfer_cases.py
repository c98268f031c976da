"""Transfers: who may do what, what is refused, and what happens when others are down."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem
from social_insurance.settings import Settings

from .conftest import LI, PATH, SocialInsurance, stretch
from .test_scenario_7_2 import BASE, TRANSFERS, application, at, due, li_is_insured, three_steps

SIMULATOR = Path(__file__).resolve().parents[3] / "examples" / "province_simulator"
LUMP = "B-2019"


async def applied(insurance: SocialInsurance, **changes: Any) -> dict[str, Any]:
    answer = await at(insurance, "cw-si-ez", "03-02").post(TRANSFERS, application(**changes))
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


@pytest.mark.req("SI-1c")
async def test_of_fifty_applications_at_once_one_is_taken(insurance: SocialInsurance) -> None:
    await li_is_insured(insurance)
    desk = at(insurance, "window-wh", "03-02")
    answers = await asyncio.gather(*(desk.post(TRANSFERS, application()) for _ in range(50)))
    statuses = sorted(one.status_code for one in answers)
    # Five connections serve fifty: who waits too long for one is told to come again.
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 503}
    made = next(one.json() for one in answers if one.status_code == 201)
    refused = next(one for one in answers if one.status_code == 409)
    assert assert_problem(refused, 409, "DUPLICATE")["existing_id"] == made["id"]
    assert await insurance.database.value("SELECT count(*) FROM transfer_cases") == 1


async def test_inside_the_province_one_step_is_enough(insurance: SocialInsurance) -> None:
    await insurance.wuhan.post(PATH, stretch(city=WUHAN, from_month="2018-01", to_month="2019-12"))
    await insurance.ezhou.post(PATH, stretch(from_month="2020-04", to_month="2023-12"))
    row = await applied(insurance)
    path = f"{TRANSFERS}/{row['id']}"
    maker = await at(insurance, "cw-si-ez", "03-03").act(f"{path}/complete", row)
    assert_problem(maker, 403, "MAKER_IS_CHECKER")
    other = await at(insurance, "supervisor-wh", "03-03").act(f"{path}/complete", row)
    assert_problem(other, 403, "NOT_YOUR_CITY")
    done = (await at(insurance, "supervisor-ez", "03-03").act(f"{path}/complete", row)).json()
    assert (done["state"], done["months_total"], done["counted_months"]) == ("COMPLETED", 24, 69)
    assert done["amounts"]["account_source"] == "COMPUTED"
    assert (done["amounts"]["account"], done["amounts"]["moved"]) == ("7680.00", "0.00")
    assert [one["code"] for one in done["deadlines"]] == ["STEP_1"]


async def test_everything_that_stands_against_it_is_told_at_once(
    insurance: SocialInsurance,
) -> None:
    ranges = [{"from_month": "2018-01", "to_month": "2020-12", "base": "4000.00",
               "lump_sum_batch": LUMP, "paid_on": "2021-03-01"}]  # fmt: skip
    await insurance.wuhan.post(
        PATH,
        stretch(city=WUHAN, from_month="2018-01", to_month="2020-12", monthly_base=None,
                ranges=ranges),
    )  # fmt: skip
    await insurance.ezhou.post(PATH, stretch(from_month="2021-04", to_month="2023-12"))
    await three_steps(insurance)
    flag = await insurance.clerk.post(
        f"{BASE}/risk-flags", {"person": LI, "kind": "FRAUD", "reason": "疑似重复申领"}
    )
    assert flag.status_code == 201, flag.text
    row = await applied(insurance)
    path, clerk = f"{TRANSFERS}/{row['id']}", at(insurance, "cw-si-ez", "03-03")
    problem = assert_problem(await clerk.act(f"{path}/send-letter", row), 409, "NOT_ELIGIBLE")
    assert [one["code"] for one in problem["errors"]] == ["LUMP_SUM_EVIDENCE", "FRAUD_FLAG"]
    head = at(insurance, "supervisor-ez", "03-03")
    cleared = await head.act(
        f"{BASE}/risk-flags/{flag.json()['id']}/clear", flag.json(), {"reason": "已核实"}
    )
    assert cleared.json()["state"] == "CLEARED"
    assert_problem(await clerk.act(f"{path}/send-letter", row), 422, "LUMP_SUM_EVIDENCE")
    wish = {"missing": ["一次性缴费法律文书", "户口簿"]}
    row = (await clerk.act(f"{path}/request-supplement", row, wish)).json()
    assert (row["state"], row["missing"]) == ("SUPPLEMENT", wish["missing"])
    late = at(insurance, "window-wh", "03-10")
    papers = [{"kind": "LUMP_SUM", "batch": LUMP, "number": "判决2020-1", "dated_on": "2020-12-01"}]
    row = (await late.act(f"{path}/supplement", row, {"documents": papers})).json()
    assert (row["state"], due(row, "STEP_1")) == ("APPLIED", ("2026-03-30", "OPEN"))
    row = (await at(insurance, "cw-si-ez", "03-11").act(f"{path}/send-letter", row)).json()
    assert row["state"] == "LETTER_SENT"


async def test_what_is_refused_at_once(insurance: SocialInsurance) -> None:
    desk = at(insurance, "cw-si-ez", "03-02")
    assert_problem(await desk.post(TRANSFERS, application()), 409, "NO_PARTICIPATION")
    same = application(from_city=EZHOU)
    assert_problem(await desk.post(TRANSFERS, same), 422, "KIND_CITIES")
    outside = application(kind="EMP_CROSS", from_city="430100", to_city="440100")
    assert_problem(await desk.post(TRANSFERS, outside), 422, "CITY_OUTSIDE")
    await insurance.ezhou.post(PATH, stretch(status="BENEFIT"))
    assert_problem(await desk.post(TRANSFERS, application()), 409, "BENEFIT_STARTED")
    nowhere = await insurance.desk("cw-emp-ez", "SI_TRANSFER").post(TRANSFERS, application())
    assert_problem(nowhere, 403, "SCOPE_MISSING")
    bad = application(person={**LI, "doc_no": "420799198003120039"})
    assert_problem(await desk.post(TRANSFERS, bad), 422, "ID_CHECKSUM")


async def test_returned_withdrawn_rejected(insurance: SocialInsurance) -> None:
    await three_steps(insurance)
    await li_is_insured(insurance)
    row = await applied(insurance)
    path = f"{TRANSFERS}/{row['id']}"
    ezhou, wuhan = at(insurance, "cw-si-ez", "03-12"), at(insurance, "cw-si-wh", "03-20")
    row = (await ezhou.act(f"{path}/send-letter", row)).json()
    row = (await wuhan.act(f"{path}/return", row, {"fixes": ["起始月份不符"]})).json()
    assert (row["state"], row["fixes"]) == ("OUT_RETURNED", ["起始月份不符"])
    assert due(row, "STEP_1") == ("2026-04-13", "OPEN")
    row = (await at(insurance, "cw-si-ez", "03-23").act(f"{path}/send-letter", row)).json()
    row = (await at(insurance, "window-wh", "03-24").act(f"{path}/withdraw", row)).json()
    assert (row["state"], row["allowed_actions"]) == ("WITHDRAWN", [])
    again = await applied(insurance)
    path = f"{TRANSFERS}/{again['id']}"
    wish = {"reason_code": "NO_BASIS", "reason": "材料不实"}
    assert_problem(await ezhou.act(f"{path}/reject", again, {"reason": "x"}), 422, "REQUIRED")
    row = (await ezhou.act(f"{path}/reject", again, wish)).json()
    assert (row["state"], row["reject_code"]) == ("REJECTED", "NO_BASIS")
    conflict = await ezhou.act(f"{path}/send-letter", row)
    assert assert_problem(conflict, 409, "STATE_CONFLICT")["allowed"] == []


async def test_a_dispute_takes_both_supervisors_or_the_province(
    insurance: SocialInsurance,
) -> None:
    await three_steps(insurance)
    await li_is_insured(insurance)
    row = await applied(insurance)
    path = f"{TRANSFERS}/{row['id']}"
    row = (await at(insurance, "cw-si-wh", "03-04").act(
        f"{path}/dispute", row, {"reason": "年限认定不一致"}
    )).json()  # fmt: skip
    assert (row["state"], due(row, "DISPUTE")) == ("DISPUTED", ("2026-03-18", "OPEN"))
    wish = {"outcome": "CONTINUE", "reason": "以档案为准"}
    row = (await at(insurance, "supervisor-ez", "03-05").act(
        f"{path}/resolve-dispute", row, wish
    )).json()  # fmt: skip
    assert (row["state"], row["dispute_votes"]) == ("DISPUTED", {EZHOU: "CONTINUE"})
    early = await at(insurance, "province", "03-18").act(f"{path}/resolve-dispute", row, wish)
    assert_problem(early, 409, "DISPUTE_TIME")
    row = (await at(insurance, "supervisor-wh", "03-11").act(
        f"{path}/resolve-dispute", row, wish
    )).json()  # fmt: skip
    assert (row["state"], due(row, "DISPUTE")[1]) == ("APPLIED", "MET")
    assert due(row, "STEP_1") == ("2026-03-30", "OPEN")
    row = (await at(insurance, "cw-si-wh", "03-12").act(
        f"{path}/dispute", row, {"reason": "仍不一致"}
    )).json()  # fmt: skip
    row = (await at(insurance, "province", "04-10").act(
        f"{path}/resolve-dispute", row, {"outcome": "REJECT", "reason": "不予转移"}
    )).json()  # fmt: skip
    assert row["state"] == "REJECTED"


async def test_a_case_is_taken_while_the_card_service_is_down(insurance: SocialInsurance) -> None:
    await insurance.suite.start("card")
    await li_is_insured(insurance)
    desk = insurance.desk("window-wh", "SI_TRANSFER", None)  # type: ignore[arg-type]
    known = (await desk.post("/card/v1/verifications", LI)).json()["verification_id"]
    insurance.suite.down.add("card")
    answer = await desk.post(TRANSFERS, application(verification_id=known))
    assert (answer.status_code, answer.json()["card_verified"]) == (201, False), answer.text
    worker = insurance.suite.worker("social_insurance")
    await worker.run_errands()
    status = "SELECT status FROM transfer_card_checks"
    assert await insurance.database.value(status) == "PENDING"
    insurance.suite.down.clear()
    await insurance.database.fetch("UPDATE transfer_card_checks SET next_at = now()")
    await worker.run_errands()
    assert await insurance.database.value(status) == "NOT_VERIFIED"  # nobody holds that card
    stranger = await desk.post(
        TRANSFERS, application(kind="UNEMP_MOVE", verification_id="0" * 8 + "-nobody")
    )
    assert_problem(stranger, 422, "VERIFICATION_UNKNOWN")


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
        return number


class Province:
    """The simulator as a process of its own."""

    def __init__(self, port: int, home: Path) -> None:
        self.port, self.home = port, home
        (home / "people.json").write_text(
            json.dumps({LI["doc_no"]: {"name": LI["name"], "receiving_pension": False}}), "utf-8"
        )
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        words = [sys.executable, str(SIMULATOR), "--port", str(self.port)]
        words += ["--people", str(self.home / "people.json"), "--kept", str(self.home / "kept")]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert "listens" in self.process.stdout.readline()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    @property
    def results(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.home / "kept").read_text("utf-8"))
        return kept


@pytest.fixture
def province(port: int, tmp_path: Path) -> Iterator[Province]:
    made = Province(port, tmp_path)
    yield made
    made.kill()


@pytest.mark.req("SI-1a")
async def test_the_province_may_be_down_and_come_back_and_nothing_is_lost(
    insurance: SocialInsurance, province: Province
) -> None:
    state = insurance.suite.apps["social_insurance"].state
    assert isinstance(state.settings, Settings)
    told = {"province_url": f"http://127.0.0.1:{province.port}"}
    state.settings = state.settings.model_copy(update=told)
    await insurance.wuhan.post(PATH, stretch(city=WUHAN, from_month="2018-01", to_month="2019-12"))
    await insurance.ezhou.post(PATH, stretch(from_month="2020-04", to_month="2023-12"))
    worker = insurance.suite.worker("social_insurance")

    async def run() -> None:
        await insurance.database.fetch("UPDATE province_exchanges SET next_at = now()")
        await worker.run_errands()

    row = await applied(insurance)
    path = f"{TRANSFERS}/{row['id']}"
    await run()
    clerk = at(insurance, "cw-si-ez", "03-03")
    row = (await clerk.get(path)).json()
    assert row["flags"] == ["PENDING_PROVINCE"]
    assert due(row, "STEP_1")[1] == "OPEN"
    listed = (await clerk.get(TRANSFERS, {"flag": "PENDING_PROVINCE"})).json()["items"]
    assert [one["id"] for one in listed] == [row["id"]]
    attempts = "SELECT attempts FROM province_exchanges WHERE kind = 'PULL'"
    assert await insurance.database.value(attempts) == 1
    province.start()
    await run()
    row = (await clerk.get(path)).json()
    assert (row["flags"], row["province_ref"][:5]) == ([], "HB-Q-")
    province.kill()
    done = await at(insurance, "supervisor-ez", "03-04").act(f"{path}/complete", row)
    assert (done.json()["state"], done.json()["flags"]) == ("COMPLETED", ["PENDING_PROVINCE"])
    await run()
    province.start()
    await run()
    await run()
    row = (await clerk.get(path)).json()
    assert (row["flags"], row["province_ref"][:5]) == ([], "HB-R-")
    (result,) = province.results.values()
    assert (result["months_total"], result["moved_amount"]) == (24, "0.00")
    assert LI["doc_no"] not in json.dumps(province.results)
    actions = [one["action"] for one in (await clerk.get(f"{path}/timeline")).json()["items"]]
    # The worker's clock is the real one, so only what happened is compared, not when.
    told = {"apply", "province-pull-answered", "complete", "province-push-answered"}
    assert (set(actions), len(actions)) == (told, 4)


@pytest.mark.req("SI-1c")
async def test_money_from_another_province_must_be_what_the_sheet_says(
    insurance: SocialInsurance,
) -> None:
    await insurance.ezhou.post(PATH, stretch(from_month="2020-04", to_month="2023-12"))
    row = await applied(insurance, kind="EMP_CROSS", from_city="430100")
    path = f"{TRANSFERS}/{row['id']}"
    clerk = at(insurance, "cw-si-ez", "03-03")
    row = (await clerk.act(f"{path}/send-letter", row)).json()
    bare = assert_problem(await clerk.act(f"{path}/send-out", row), 422, "REQUIRED")
    assert [one["field"] for one in bare["errors"]] == ["account", "pool", "months_total"]
    wish = {"account": "11076.34", "pool": "15696.00", "months_total": 30}
    row = (await clerk.act(f"{path}/send-out", row, wish)).json()
    assert (row["amounts"]["total"], row["amounts"]["moved"]) == ("26772.34", "26772.34")
    head = at(insurance, "supervisor-ez", "03-20")
    for received in ({}, {"received_amount": "26772.33"}):
        answer = await head.act(f"{path}/complete", row, received)
        assert_problem(answer, 409, "AMOUNT_MISMATCH")
    done = await head.act(f"{path}/complete", row, {"received_amount": "26772.34"})
    assert done.json()["state"] == "COMPLETED", done.text
    assert (await at(insurance, "window-ez", "03-21").get(path)).json()["amounts"] is None
    stranger = await at(insurance, "cw-si-wh", "03-21").get(path)
    assert_problem(stranger, 404, "NOT_FOUND")


async def test_an_employees_month_beside_a_residents_counts_for_the_employees(
    insurance: SocialInsurance,
) -> None:
    tier = {"city": EZHOU, "tier": "1000.00", "subsidy": "60.00", "effective_from": "2019-01-01",
            "source": "DEMO"}  # fmt: skip
    await insurance.desk("policy-editor-ez").post(f"{BASE}/resident-tiers", tier)
    resident = stretch(
        scheme="RES", person_kind="RESIDENT", employer_uscc=None, monthly_base=None,
        from_month="2020-01", to_month="2020-12",
        annual_payments=[{"year": 2020, "amount": "1000.00"}],
    )  # fmt: skip
    assert (await insurance.ezhou.post(PATH, resident)).status_code == 201
    await insurance.ezhou.post(PATH, stretch(from_month="2020-07", to_month="2020-12"))
    wish = {"person": LI, "kept_city": EZHOU, "kept_scheme": "EMP", "agreed_by_person": False}
    answer = await insurance.clerk.post(f"{BASE}/overlap-resolutions", wish)
    row = answer.json()
    assert (row["kind"], row["refund_total"], row["state"]) == ("EMP_RES", "500.00", "CLEARED")
    assert row["lines"][0]["subsidy_kept"] == "60.00"
    left = "SELECT count(*) FROM contribution_months WHERE scheme = 'RES' AND NOT overlap"
    assert await insurance.database.value(left) == 6
    again = await insurance.clerk.post(f"{BASE}/overlap-resolutions", wish)
    assert_problem(again, 409, "NO_OVERLAP")


async def test_the_benefit_place_is_decided_by_the_rule_in_force(
    insurance: SocialInsurance,
) -> None:
    path = f"{BASE}/benefit-place-decisions"
    places = [{"city": EZHOU, "months": 138}, {"city": WUHAN, "months": 96}]
    wish = {"person": LI, "hukou_city": "421100", "places": places}
    row = (await insurance.clerk.post(path, wish)).json()
    assert (row["rule"], row["benefit_city"], row["external"]) == ("LAST_INSURED", WUHAN, False)
    assert row["compared"]["AS_S08"] == {"city": EZHOU, "rule_no": 3, "external": False}
    await insurance.database.fetch(
        "UPDATE policy_parameters SET value = '\"AS_S08\"'::jsonb "
        "WHERE key = 'si.intra_province_benefit_place_rule'"
    )
    few = [{"city": WUHAN, "months": 84}, {"city": EZHOU, "months": 90}]
    row = (await insurance.clerk.post(path, {**wish, "places": few})).json()
    assert (row["benefit_city"], row["rule_no"], row["external"]) == ("421100", 4, True)
    nobody = {"person": LI, "hukou_city": EZHOU}
    assert_problem(await insurance.clerk.post(path, nobody), 409, "NOT_INSURED")
    await insurance.both_cities()
    row = (await insurance.clerk.post(path, nobody)).json()
    assert [one["months"] for one in row["places"]] == [30, 45]
