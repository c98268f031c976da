"""Finding personal data in a text that is to be published (domain §0.9, classes P2 and above).

Pure: no database. What people do to numbers is undone first: full-width digits, spaces, hyphens
and invisible characters between them, Chinese numerals. A finding says what and where, never the
value. 张某, 李某甲 and the like are how a name is left out, and are no finding.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from hrss_kit.identifiers import check_resident_id, check_uscc, luhn_digit
from hrss_kit.policy_defaults import default_value
from hrss_kit.states import Machine, transition

DRAFT, CHECKED, PUBLISHED, WITHDRAWN = "DRAFT", "CHECKED", "PUBLISHED", "WITHDRAWN"
MACHINE: Final = Machine(
    transition("change", DRAFT, None),
    transition("check", DRAFT, CHECKED),
    transition("return", CHECKED, DRAFT),
    transition("publish", CHECKED, PUBLISHED),
    transition("withdraw", (DRAFT, CHECKED, PUBLISHED), WITHDRAWN),
)

ID_NUMBER, MOBILE, BANK_CARD, CARD_NO = "ID_NUMBER", "MOBILE", "BANK_CARD", "CARD_NO"
EMAIL, NAME, ADDRESS = "EMAIL", "NAME", "ADDRESS"
WORDS: Final = {
    ID_NUMBER: ("身份证件号码", "an identity number"),
    MOBILE: ("手机号码", "a mobile number"),
    BANK_CARD: ("银行卡号", "a bank card number"),
    CARD_NO: ("社保卡号或证件号", "a card or document number"),
    EMAIL: ("电子邮箱", "an e-mail address"),
    NAME: ("姓名", "a person's name"),
    ADDRESS: ("区县以下地址", "an address below the district"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What kind of personal data, and the first and last character it stands at, from 1."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text without what hides a number, and where each character came from."""

    text: str
    at: tuple[int, ...]

    def finding(self, kind: str, start: int, end: int) -> Finding:
        return Finding(kind, self.at[start] + 1, self.at[end - 1] + 1)

    def without(self, pattern: re.Pattern[str]) -> "_Plain":
        gone = {place for found in pattern.finditer(self.text) for place in range(*found.span())}
        kept = [place for place in range(len(self.text)) if place not in gone]
        return _Plain(
            "".join(self.text[place] for place in kept), tuple(self.at[place] for place in kept)
        )


_NUMERALS: Final = str.maketrans(
    "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖", "000123456789123456789"
)
_NUMERAL_RUN: Final = re.compile(
    r"[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖]([\s-]?[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖]){10,}"
)
_HAN: Final = r"[\u4e00-\u9fff]"
_BETWEEN_HAN: Final = re.compile(rf"(?<={_HAN})[\s·•]+(?={_HAN})")


def _plain(text: str) -> _Plain:
    characters, places = [], []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).upper():
            if unicodedata.category(one) != "Cf":
                characters.append(one)
                places.append(place)
    plain = "".join(characters)
    plain = _NUMERAL_RUN.sub(lambda found: found[0].translate(_NUMERALS), plain)
    return _Plain(plain, tuple(places))


def scan(text: str, names: Collection[str] = (), *, today: date) -> list[Finding]:
    """Everything in the text that looks like personal data, in its order, nothing twice.

    `names` are those of the people of the case that the text was derived from.
    """
    plain = _plain(text)
    tight = plain.without(_BETWEEN_HAN)
    found = [
        *_codes(plain),
        *_numbers(plain, today),
        *_names(tight, names),
        *_addresses(tight),
    ]
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.first, -one.last)):
        if not kept or one.first > kept[-1].last:
            kept.append(one)
    return kept


# ── codes and numbers ───────────────────────────────────────────────────────────────────────

_EMAIL: Final = re.compile(r"[A-Z0-9._%+-]+@[A-Z0-9-]+(\.[A-Z0-9-]+)+")
_CARD: Final = re.compile(r"(?<![0-9A-Z])([A-Z][0-9]{8}|[0-9]{6}[0-9A-F]{26})(?![0-9A-Z])")
_USCC: Final = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_SEGMENT: Final = re.compile(r"[0-9]+(?:X(?![0-9A-Z]))?")
_GAP: Final = re.compile(r"[\s\-–—_.·•/]{1,3}")
_MOBILE: Final = re.compile(r"(?:0?0?86)?1[3-9][0-9]{9}")
_ID: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_BANK: Final = re.compile(r"[0-9]{16,19}")
_SHORTEST_GROUP: Final = 3
# A number may be written digit by digit.
_MOST_GROUPS: Final = 20
Span = tuple[int, int]


def _codes(plain: _Plain) -> Iterator[Finding]:
    for kind, pattern in ((EMAIL, _EMAIL), (CARD_NO, _CARD)):
        for found in pattern.finditer(plain.text):
            yield plain.finding(kind, *found.span())


def _numbers(plain: _Plain, today: date) -> Iterator[Finding]:
    employers = [
        found.span() for found in _USCC.finditer(plain.text) if check_uscc(found[0]).is_valid
    ]
    segments = [
        found.span()
        for found in _SEGMENT.finditer(plain.text)
        if not any(start <= found.start() < end for start, end in employers)
    ]
    for first, (start, _) in enumerate(segments):
        parts: list[Span] = []
        for span in segments[first : first + _MOST_GROUPS]:
            if parts and not _GAP.fullmatch(plain.text[parts[-1][1] : span[0]]):
                break
            parts.append(span)
            groups = [plain.text[one:two] for one, two in parts]
            kind = _kind("".join(groups), groups, today)
            if kind is not None:
                yield plain.finding(kind, start, span[1])
    for start, end in segments:
        yield from _inside(plain, start, end, today)


def _kind(number: str, groups: list[str], today: date) -> str | None:
    """What a number is that was written in these groups."""
    if _ID.fullmatch(number) and _looks_like_id(number, today):
        return ID_NUMBER
    heads = groups[1:] if groups[0] in ("86", "0086", "086") else groups
    is_spelt = all(len(group) == 1 for group in heads)
    if _MOBILE.fullmatch(number) and heads and (is_spelt or len(heads[0]) >= _SHORTEST_GROUP):
        return MOBILE
    is_dates = all(_is_date(group) for group in groups)
    if (
        _BANK.fullmatch(number)
        and not is_dates
        and all(len(group) >= _SHORTEST_GROUP for group in groups)
        and luhn_digit(number[:-1]) == number[-1]
    ):
        return BANK_CARD
    return None


def _looks_like_id(number: str, today: date) -> bool:
    """Also one with a slip in it: the check digit is not asked, province and birth date are."""
    return check_resident_id(number, today=today).code in (None, "ID_CHECKSUM")


def _inside(plain: _Plain, start: int, end: int, today: date) -> Iterator[Finding]:
    """A valid number hidden in a longer row of digits."""
    row = plain.text[start:end]
    for place in range(len(row) - 18):
        window = row[place : place + 18]
        if _ID.fullmatch(window) and check_resident_id(window, today=today).is_valid:
            yield plain.finding(ID_NUMBER, start + place, start + place + 18)
    if len(row) > 18 and row[-18:] and check_resident_id(row[-18:], today=today).is_valid:
        yield plain.finding(ID_NUMBER, end - 18, end)


def _is_date(group: str) -> bool:
    try:
        date(int(group[:4]), int(group[4:6]), int(group[6:8]))
    except ValueError:
        return False
    return len(group) == 8 and group.startswith(("19", "20"))


# ── names ───────────────────────────────────────────────────────────────────────────────────

#: Surnames that are hardly ever the first character of another word.
_CLEAR: Final = (
    "王李张刘陈杨赵吴徐孙朱胡郭罗梁宋郑韩唐冯董曹袁邓沈彭吕苏卢蒋蔡贾丁魏薛叶潘杜戴汪姜范姚谭廖邹熊陆郝崔邱秦"
    "侯邵孟雷汤尹黎乔贺赖龚闫阎"
)
#: Surnames that are common characters too; they count only with a name of three characters.
_COMMON: Final = (
    "黄周林何高马谢许傅曾程余夏钟田石孔白康毛江史顾龙万段钱易常武文方金任柯殷施陶洪翟安倪严牛"
)
_FUNCTION: Final = "的了于向被将已未多次年月日时等后前是不及与或其该此均由从到至某时"
_ROLES: Final = (
    "劳动者|投诉人|举报人|申请人|职工|员工|工人|农民工|民工|当事人|受害人|代表人|负责人|经营者|包工头|班组长|"
    "实际控制人|姓名|监察员|会计|老板|经理|证人|家属|女工|工友|同乡|名叫|叫做"
)
_GIVEN: Final = rf"(?:(?![{_FUNCTION}]){_HAN})"
_AFTER: Final = (
    r"(?=$|[^\u4e00-\u9fff]|等|与|和|于|在|自|向|称|诉|反映|投诉|被|为|因|的|到|从|系|某?[男女])"
)


def _compound() -> str:
    surnames = default_value("common.compound_surnames")
    assert isinstance(surnames, list), "the parameter is a list of surnames"
    return "|".join(str(one) for one in surnames)


_COMPOUND: Final = _compound()
_PERSON: Final = (
    rf"(?:(?:{_COMPOUND}){_GIVEN}{{1,2}}|[{_CLEAR}]{_GIVEN}{{1,2}}?|[{_COMMON}]{_GIVEN}{{2}})"
)
_BY_ROLE: Final = re.compile(rf"(?:{_ROLES})(?:为|是|系|叫|[::])?(?P<name>{_PERSON}){_AFTER}")
_BY_TITLE: Final = re.compile(
    rf"(?<!{_HAN})(?P<name>{_PERSON})(?=先生|女士|师傅|同志|诉|等[0-9]+[名人]|[,,(][男女][,,)]|[,,]?(?:身份证|电话|手机))"
)
_LISTED: Final = re.compile(rf"(?<=、){_PERSON}(?=、|$|[^\u4e00-\u9fff]|等|和|与)|{_PERSON}(?=、)")
_SYNTHETIC: Final = re.compile(rf"(?:{_COMPOUND}|[{_CLEAR}{_COMMON}])[测试][甲乙丙丁戊己庚辛壬癸]")
_SHORTEST_NAME: Final = 2


def _names(tight: _Plain, known: Collection[str]) -> Iterator[Finding]:
    for name in known:
        plain = _plain(name).without(re.compile(r"[\s·•]+")).text
        if len(plain) >= _SHORTEST_NAME and "某" not in plain:
            for found in re.finditer(re.escape(plain), tight.text):
                yield tight.finding(NAME, *found.span())
    for pattern in (_BY_ROLE, _BY_TITLE):
        for found in pattern.finditer(tight.text):
            yield tight.finding(NAME, *found.span("name"))
    for found in _SYNTHETIC.finditer(tight.text):
        yield tight.finding(NAME, *found.span())
    yield from _listed(tight)


def _listed(tight: _Plain) -> Iterator[Finding]:
    """Names one after another: 王建国、李志强、陈小明."""
    row: list[Span] = []
    for found in _LISTED.finditer(tight.text):
        if row and tight.text[row[-1][1] : found.start()] != "、":
            row = []
        row.append(found.span())
        if len(row) > 1:
            yield from (tight.finding(NAME, *span) for span in row[-2:])


# ── addresses ───────────────────────────────────────────────────────────────────────────────

_COUNT: Final = "[0-9一二三四五六七八九十百]"
_PLACE: Final = r"(?:(?!某)[\u4e00-\u9fff])"
_TOWN: Final = r"(?:(?![某各区县市的及有所])[\u4e00-\u9fff])"
_ADDRESSES: Final = (
    # A street with its number, a house with its flat, a village with its group.
    re.compile(rf"{_PLACE}{{1,8}}(?:路|街|大道|巷|弄|胡同|里){_COUNT}+(?:[-之]{_COUNT}+)?[号弄]"),
    re.compile(rf"[0-9A-Z一二三四五六七八九十]+(?:栋|幢|座|号楼){_COUNT}*(?:单元)?{_COUNT}+[室号]"),
    re.compile(rf"{_COUNT}+单元{_COUNT}+[室号]?"),
    re.compile(rf"{_PLACE}{{1,5}}村{_COUNT}+[组号]"),
    # A town, village or community of a named district.
    re.compile(
        rf"(?<=[区县市])(?![内以范设和辖]){_TOWN}{{2,6}}?(?:镇|乡|街道|村|社区)(?!镇|企|办)"
    ),
)


def _addresses(tight: _Plain) -> Iterator[Finding]:
    for pattern in _ADDRESSES:
        for found in pattern.finditer(tight.text):
            yield tight.finding(ADDRESS, *found.span())
