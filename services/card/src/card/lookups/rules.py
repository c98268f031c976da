"""Which fields a look-up may return for which purpose, and how they are shown (§2.5, §4.3)."""

from typing import Final

STATE: Final = ("generation", "state", "issuing_city", "valid_to", "has_successor", "offer")
#: purpose -> what a status look-up returns: the card's number is card business only.
STATUS: Final[dict[str, tuple[str, ...]]] = {
    "CARD_SERVICE": (*STATE, "card_no"),
    "SI_TRANSFER": STATE,
    "LI_COMPLAINT": STATE,
    "BENEFIT_PAY": (*STATE, "deceased"),
}
#: purpose -> what a profile look-up returns; whoever pays needs the bank, not the home.
PROFILE: Final[dict[str, tuple[str, ...]]] = {
    "CARD_SERVICE": (*STATUS["CARD_SERVICE"], "bank_name", "bank_last4", "residence_division"),
    "BENEFIT_PAY": (*STATUS["BENEFIT_PAY"], "bank_code", "bank_name", "bank_last4"),
}
# 支付系统行号 begin with three digits for the bank; 999 is nobody's and stands in synthetic data.
BANKS: Final = {
    "102": "中国工商银行",
    "103": "中国农业银行",
    "104": "中国银行",
    "105": "中国建设银行",
    "301": "交通银行",
    "403": "中国邮政储蓄银行",
    "999": "合成测试银行",
}
LAST: Final = 4
SHOWN_OF_A_BANK: Final = 2


def bank_name(bank_code: str | None) -> str | None:
    """The bank's name, masked: 中国建设银行 -> 中国****."""
    name = BANKS.get((bank_code or "")[:3])
    return name and name[:SHOWN_OF_A_BANK] + "*" * (len(name) - SHOWN_OF_A_BANK)
