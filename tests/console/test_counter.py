"""The counter in a real browser: a complaint by keyboard only, and an insurance clerk's day."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Desks

Look = Callable[..., None]
FAR = 120


def at(page: Page) -> str:
    """What the keyboard is at: a field's name, with the value of a box, or a button's."""
    found: str = page.evaluate(
        """() => { const at = document.activeElement;
        const isBox = ["checkbox", "radio", "submit"].includes(at.type);
        return (at.name || at.tagName) + (isBox && at.value ? "=" + at.value : ""); }"""
    )
    return found


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until it is there, as somebody without a mouse does."""
    for _ in range(FAR):
        if at(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}; it is at {at(page)}")


def test_a_complaint_is_filed_by_keyboard_alone(desk: Desks, looked_at: Look) -> None:
    page = desk("station-ez", "/console/complaints/new")
    looked_at(page, "empty")
    page.keyboard.press("Tab")  # 跳到正文
    page.keyboard.press("Enter")
    for name, text in (
        ("complainant.name", "李测甲"), ("complainant.doc_no", "420799198003120038"),
        ("employer_name", "鄂州测试建材有限公司"),
    ):  # fmt: skip
        tab_to(page, name)
        page.keyboard.insert_text(text)
    tab_to(page, "work_place.division")
    while page.locator("#f-work-place-division").input_value() != "420704":
        page.keyboard.press("ArrowDown")
    tab_to(page, "work_place.address")
    page.keyboard.insert_text("测试路1号")
    tab_to(page, "matter=WAGE.ARREARS")
    page.keyboard.press("Space")
    for name, text in (("facts", "三个月没有发工资。"), ("period_from", "2026-08"),
                       ("amount_claimed", "900.00"), ("workers.0.person.name", "李测甲"),
                       ("workers.0.person.doc_no", "420799198003120038"),
                       ("workers.0.amount", "500.00")):  # fmt: skip
        tab_to(page, name)
        page.keyboard.insert_text(text)
    tab_to(page, "_add=workers")
    page.keyboard.press("Enter")
    expect(page.locator("[name='workers.1.person.name']")).to_be_focused()
    for name, text in (("workers.1.person.name", "赵测丙"),
                       ("workers.1.person.doc_no", "420799196611052017"),
                       ("workers.1.amount", "300.00")):  # fmt: skip
        tab_to(page, name)
        page.keyboard.insert_text(text)
    page.keyboard.press("Enter")  # from a text field: sends, and adds no row
    # The sum is wrong: the summary has the keyboard, and leads to the field.
    expect(page.locator(".errors")).to_be_focused()
    expect(page).to_have_title("错误：投诉举报登记 - 工作台")
    looked_at(page, "wrong")
    tab_to(page, "A")
    page.keyboard.press("Enter")
    expect(page.locator("#f-amount-claimed")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("800.00")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    expect(page.locator(".big")).not_to_be_empty()
    looked_at(page, "receipt")


def test_an_insurance_clerk_of_wuhan_has_a_day(
    desk: Desks, looked_at: Look, tmp_path: Path
) -> None:
    page = desk.browser()
    page.goto("/console/")
    desk.sign_in(page, "cw-si-wh")
    page.wait_for_url("**/console/")
    expect(page.locator(".top")).to_contain_text("武汉")
    # Somebody comes to the counter: checked, and carried to the application.
    page.get_by_role("link", name="身份核验（社保卡）").click()
    page.get_by_label("姓名").fill("李测甲")
    page.get_by_label("证件号码").fill("420799198003120038")
    page.get_by_role("button", name="核验").click()
    expect(page.locator("h1")).to_have_text("核验结果")
    expect(page.locator("main")).not_to_contain_text("420799198003120038")
    looked_at(page, "checked")
    page.get_by_role("link", name="关系转移申请", exact=True).click()
    expect(page.get_by_label("证件号码")).to_have_value("420799198003120038")
    expect(page.locator("main")).to_contain_text("已带入身份核验")
    page.get_by_label("转移类型").select_option("EMP_INTRA")
    page.get_by_label("转出地", exact=True).select_option("420700")
    page.get_by_label("转入地", exact=True).select_option("420100")
    looked_at(page, "transfer")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/console/cases/transfer_case/*")
    looked_at(page, "case")
    # A file is tried: its errors are told row by row, and nothing is written.
    file = tmp_path / "参保.csv"
    file.write_text("person.name,person.doc_no\n李测甲,4.20799E+17\n", "utf-8")
    page.get_by_role("link", name="批量导入").click()
    page.get_by_role("link", name="参保登记", exact=True).click()
    looked_at(page, "file")
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="提交文件").click()
    expect(page.get_by_role("link", name="下载错误表")).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("仅校验，未写入")
    looked_at(page, "errors")
    with page.expect_download() as given:
        page.get_by_role("link", name="下载错误表").click()
    assert given.value.suggested_filename.endswith(".xlsx")
    # The transfer waits in the worklist, and the day is over.
    page.get_by_role("link", name="我的工作").click()
    looked_at(page, "worklist")
    page.get_by_text("退出", exact=True).click()
    page.get_by_role("button", name="退出本机").click()
    expect(page.locator("h1")).to_have_text("已退出")
