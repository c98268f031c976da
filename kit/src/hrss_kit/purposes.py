"""Purpose-of-use codes (domain §4.3, PIPL art. 13): why somebody reads personal data."""

from dataclasses import dataclass

EVERY_HANDLER = frozenset(
    {"partner", "cw", "window", "station", "supervisor", "citizen", "province", "service"}
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """A lawful reason to read, and which kinds of role may give it."""

    code: str
    meaning_zh: str
    meaning_en: str
    kinds: frozenset[str]


def _purpose(
    code: str, meaning_zh: str, meaning_en: str, kinds: frozenset[str] = EVERY_HANDLER
) -> Purpose:
    return Purpose(code, meaning_zh, meaning_en, kinds)


PURPOSES = {
    purpose.code: purpose
    for purpose in (
        _purpose("EMP_MATCH", "岗位匹配与推荐", "job matching and referral"),
        _purpose("EMP_GROUP_HELP", "重点群体帮扶", "help for key groups"),
        _purpose("SI_TRANSFER", "社保关系转移", "relation transfer"),
        _purpose("SI_DELEGATED_FILE", "人事档案认定", "delegated file recognition"),
        _purpose("SI_DELEGATED_INJURY", "工伤委托调查", "delegated work-injury survey"),
        _purpose("SI_DELEGATED_LIFE", "生存认证协查", "delegated life certification"),
        _purpose("SI_BENEFIT_EST", "待遇测算", "benefit estimate"),
        _purpose("TALENT_RECOG", "人才与职称互认", "recognition"),
        _purpose("TALENT_MOVE", "人才流动", "talent move"),
        _purpose("LI_COMPLAINT", "投诉举报办理", "complaint handling"),
        _purpose("LI_EVIDENCE", "监察取证", "evidence from other services"),
        _purpose("LI_ASSIST", "案件协查", "case assistance"),
        _purpose("LI_PUBLICITY", "违法公布", "publication"),
        _purpose("CARD_SERVICE", "社保卡业务", "card business"),
        _purpose("BENEFIT_PAY", "待遇发放", "paying benefits"),
        _purpose("ONE_NET", "一网通办", "one-net matter"),
        _purpose("LIFE_CERT", "批量生存核验", "batch alive check"),
        _purpose("STAT", "统计", "statistics"),
        _purpose("AUDIT", "审计", "audit", frozenset({"auditor"})),
        _purpose("OPS", "运维", "operations", frozenset()),
    )
}
