"""Guidance cases: anonymised, scanned, checked by a second person, published."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.identifiers import luhn_digit, resident_id_check_digit
from hrss_kit.testing import EZHOU, Suite, assert_problem
from labor_inspection.guidance_cases import rules

PATH = "/labor-inspection/v1/guidance-cases"
TODAY = date(2026, 11, 25)
Row = dict[str, Any]


def kinds(text: str, *names: str) -> list[str]:
    return [one.kind for one in rules.scan(text, names, today=TODAY)]


def place(text: str) -> str:
    """What the only finding points at."""
    [one] = rules.scan(text, today=TODAY)
    return text[one.first - 1 : one.last]


@pytest.mark.req("LI-3a")
@pytest.mark.parametrize(
    "hidden",
    [
        "420799198003120038",
        "420799 19800312 0038",
        "420799-1980-0312-0038",
        "４２０７９９１９８００３１２００３８",
        "42079919900101001x",
        "42079919900101001ｘ",
        "4 2 0 7 9 9 1 9 8 0 0 3 1 2 0 0 3 8",
        "420799800312003",
        "420799 800312 003",
        "420799\u200b198003\u200b120038",
        "四二〇七九九一九八〇〇三一二〇〇三八",
        "420799198003120039",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(hidden: str) -> None:
    text = f"其身份证为{hidden}，已核实"
    assert kinds(text) == ["ID_NUMBER"], hidden
    assert place(text) == hidden


@pytest.mark.parametrize(
    ("hidden", "kind"),
    [
        ("14400000012", "MOBILE"),
        ("144 0000 0012", "MOBILE"),
        ("144-0000-0012", "MOBILE"),
        ("86 14400000012", "MOBILE"),
        ("1 4 4 0 0 0 0 0 0 1 2", "MOBILE"),
        ("１４４００００００１２", "MOBILE"),
        ("一四四〇〇〇〇〇〇一二", "MOBILE"),
        ("9999994207000000011", "BANK_CARD"),
        ("9999 9942 0700 0000 011", "BANK_CARD"),
        ("９９９９９９４２０１０００００００１４", "BANK_CARD"),
        ("E00000019", "CARD_NO"),
        ("420799D15600000500BF7C7A48FB0001", "CARD_NO"),
        ("zhang.san@example.com", "EMAIL"),
        ("鄂城区测试路9号", "ADDRESS"),
        ("3栋2单元501室", "ADDRESS"),
        ("洪山区关山街道", "ADDRESS"),
        ("鄂城区燕矶镇", "ADDRESS"),
        ("池湖村3组", "ADDRESS"),
    ],
)
def test_numbers_and_addresses_are_found(hidden: str, kind: str) -> None:
    assert kinds(f"另查明：{hidden}。") == [kind]


def test_a_number_inside_a_row_of_digits_and_two_side_by_side_are_found() -> None:
    assert kinds("0042079919800312003800") == ["ID_NUMBER"]
    assert kinds("14400000012 420799198003120038") == ["MOBILE", "ID_NUMBER"]


@pytest.mark.parametrize(
    "text",
    [
        "劳动者王建国反映",
        "投诉人：欧阳建国，农民工",
        "职工黄建国被拖欠工资",
        "李志强、王建国、陈小明三人",
        "王建国诉某公司",
        "赵 测 丙到场",
        "陈测丁等12人",
        "代表人为周建国。",
    ],
)
def test_names_are_found_by_where_they_stand(text: str) -> None:
    assert set(kinds(text)) == {"NAME"}, text


@pytest.mark.parametrize(
    "text",
    [
        "张某、李某某、王某甲等12名农民工在鄂州市鄂城区某镇某工地务工",
        "劳动者张某反映，某建设公司自2026年4月起拖欠工资186400.00元",
        "当事人李某甲与王某1系工友",
        "2026-04-01至2026-08-31，工资合计 205 000.00 元，逾期后加付 90 000.00 元",
        "统一社会信用代码91420799MAEH00016H，91110000600037341L",
        "案号LI-EZ-20260923-000123-7，2026年9月23日受理，20260401—20260831",
        "依据《劳动保障监察条例》（国务院令第423号）第二十六条、《保障农民工工资支付条例》第三十条",
        "工人高温作业，周末加班，用人单位应当支付高温津贴、加班费、经济补偿",
        "武汉市洪山区某街道、鄂州市华容区各乡镇；工人何时离岗未查明；职工曾多次反映",
        "热线12333，两市街道办均予配合",
        "负责人张某称资金周转困难",
    ],
)
def test_an_anonymised_text_is_let_through(text: str) -> None:
    assert kinds(text) == []


def test_the_names_of_the_case_are_found_wherever_they_stand() -> None:
    text = "经查，测试人与诸葛 小明均在场，测 试 人领取了工资"
    assert kinds(text) == []
    found = rules.scan(text, ["测试人", "诸葛小明", "张某"], today=TODAY)
    assert [text[one.first - 1 : one.last] for one in found] == ["测试人", "诸葛 小明", "测 试 人"]


@given(
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
    st.lists(st.sampled_from(["", " ", "-", "\u3000"]), min_size=17, max_size=17),
)
def test_no_grouping_hides_an_identity_number(born: date, number: int, gaps: list[str]) -> None:
    first = f"420799{born:%Y%m%d}{number:03d}"
    whole = first + resident_id_check_digit(first)
    # Groups as people write them: at most eight.
    wide = [gap if index % 3 == 2 else "" for index, gap in enumerate(gaps)]
    written = "".join(one + gap for one, gap in zip(whole, [*wide, ""], strict=True))
    assert "ID_NUMBER" in kinds(f"号码{written}。")


@given(st.integers(0, 10**12 - 1))
def test_no_synthetic_bank_card_passes(number: int) -> None:
    first = f"999999{number:012d}"
    assert kinds(f"账号{first}{luhn_digit(first)}。") != []


# ── over HTTP ───────────────────────────────────────────────────────────────────────────────


def guidance(**changes: Any) -> Row:
    return {
        "title": "某建设公司拖欠农民工工资案",
        "matter": ["WAGE.ARREARS"],
        "facts": "张某等12名农民工在鄂州市鄂城区某工地务工，被拖欠工资合计186400.00元",
        "issue": "分包单位拖欠工资时由谁清偿",
        "reasoning": "总承包单位应当先行清偿，再依法追偿",
        "outcome": "责令限期改正，逾期加付赔偿金",
        "legal_basis": "保障农民工工资支付条例第三十条",
        **changes,
    }


def at(suite: Suite, user: str) -> Any:
    return suite.desk(user, "LI_COMPLAINT", now="2026-11-25T09:00:00+08:00")


async def done(suite: Suite, user: str, row: Row, action: str, json: Any = None) -> Row:
    answer = await at(suite, user).act(f"{PATH}/{row['id']}/{action}", row, json)
    assert answer.status_code == 200, answer.text
    made: Row = answer.json()
    return made


@pytest.mark.req("LI-3a")
async def test_a_draft_is_checked_by_a_second_person_and_then_everybody_reads_it(
    inspection: Suite,
) -> None:
    answer = await at(inspection, "cw-li-ez").post(PATH, guidance())
    assert answer.status_code == 201, answer.text
    row = answer.json()
    path = f"{PATH}/{row['id']}"
    assert (row["state"], row["owner_city"]) == ("DRAFT", EZHOU)
    for stranger in ("cw-li-wh", "window-ez"):
        assert_problem(await at(inspection, stranger).get(path), 404, "NOT_FOUND")
    early = await at(inspection, "supervisor-ez").act(f"{path}/publish", row)
    assert_problem(early, 409, "STATE_CONFLICT")
    refused = await at(inspection, "cw-li-ez").act(f"{path}/check", row)
    assert_problem(refused, 403, "SCOPE_MISSING")
    changed = await at(inspection, "supervisor-ez").patch(path, row, {"issue": "先行清偿"})
    own = await at(inspection, "supervisor-ez").act(f"{path}/check", changed.json())
    assert_problem(own, 403, "MAKER_IS_CHECKER")
    back = await at(inspection, "cw-li-ez").patch(path, changed.json(), {"issue": "由谁清偿"})
    row = await done(inspection, "supervisor-ez", back.json(), "check")
    row = await done(inspection, "supervisor-ez", row, "return", {"reason": "补充法条"})
    row = await done(inspection, "supervisor-ez", row, "check")
    row = await done(inspection, "supervisor-ez", row, "publish")
    assert (row["state"], row["published_on"]) == ("PUBLISHED", "2026-11-25")
    seen = (await at(inspection, "window-wh").get(path)).json()
    assert (seen["title"], seen["allowed_actions"]) == (row["title"], [])
    listed = await at(inspection, "cw-li-wh").get(PATH, {"matter": "WAGE.ARREARS", "q": "拖欠"})
    assert [one["id"] for one in listed.json()["items"]] == [row["id"]]
    other = await at(inspection, "supervisor-wh").act(f"{path}/withdraw", row, {"reason": "x"})
    assert_problem(other, 403, "NOT_YOUR_CITY")
    [event] = await inspection.events("labor_inspection", "li.guidance_case.published.v1")
    assert event["data"] == {"matter": ["WAGE.ARREARS"], "published_on": "2026-11-25"}
    row = await done(inspection, "supervisor-ez", row, "withdraw", {"reason": "法律修订"})
    assert_problem(await at(inspection, "window-wh").get(path), 404, "NOT_FOUND")


@pytest.mark.req("LI-3a")
async def test_personal_data_is_refused_with_its_place_and_never_its_value(
    casework: Any,
) -> None:
    suite = casework.suite
    case = await casework.filed()
    secret = "420799198003120038"
    wrong = guidance(
        facts=f"劳动者王建国，身份证{secret}，被拖欠工资",
        outcome="已支付至9999994207000000011",
        reasoning="经询问，测试人称属实",
        case_id=case["id"],
    )
    answer = await at(suite, "cw-li-ez").post(PATH, wrong)
    problem = assert_problem(answer, 422, "PERSONAL_DATA")
    assert problem["code"] == "PERSONAL_DATA"
    assert [
        (one["field"], one["kind"], one["first"], one["last"]) for one in problem["findings"]
    ] == [
        ("facts", "NAME", 4, 6),
        ("facts", "ID_NUMBER", 11, 28),
        ("reasoning", "NAME", 5, 7),
        ("outcome", "BANK_CARD", 5, 23),
    ]
    assert problem["errors"][1]["message_zh"] == "第11至28个字符疑似身份证件号码"
    assert "look like an identity number" in problem["errors"][1]["message_en"]
    for value in (secret, "王建国", "测试人", "9999994207000000011"):
        assert value not in answer.text
    database = suite.databases["labor_inspection"]
    assert await database.value("SELECT count(*) FROM guidance_cases") == 0
    foreign = await at(suite, "cw-li-wh").post(PATH, guidance(case_id=case["id"]))
    assert_problem(foreign, 404, "NOT_FOUND")

    made = await at(suite, "cw-li-ez").post(PATH, guidance(case_id=case["id"]))
    row = made.json()
    assert row["case_id"] == case["id"]
    changed = await at(suite, "cw-li-ez").patch(
        f"{PATH}/{row['id']}", row, {"reasoning": "测试人称属实"}
    )
    assert_problem(changed, 422, "PERSONAL_DATA")
    # Who slipped something into the table is stopped where it would go out.
    await database.fetch("UPDATE guidance_cases SET facts = '手机14400000012'")
    refused = await at(suite, "supervisor-ez").act(f"{PATH}/{row['id']}/check", row)
    assert_problem(refused, 422, "PERSONAL_DATA")
