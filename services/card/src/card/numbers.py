"""Numbers on and in a card: 卡号 and 卡识别码, and how they are found without being opened."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from hrss_kit import sealing
from hrss_kit.divisions import city_of

#: code -> (zh, en). A text never holds the value that was refused.
MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "CARD_NO": ("卡号格式不正确", "The card number is not well formed"),
    "CARD_IDENT": ("卡识别码应为32位十六进制", "A card identification code has 32 hex characters"),
    "CARD_ISSUER": (
        "卡识别码前六位与发卡地区不符",
        "The identification code does not begin with the issuing division",
    ),
    "CARD_VALIDITY": (
        "卡有效期必须晚于发卡日期",
        "A card is valid to a day after its day of issue",
    ),
    "ETHNICITY": ("民族代码不在 GB/T 3304 代码表中", "The ethnicity is not a code of GB/T 3304"),
    "READER_LINE": ("读卡信息格式不正确", "The card reader's line is not well formed"),
    "SECOND_FACTOR": (
        "核验需同时提供姓名和证件号码，或出示卡片",
        "A verification takes the name and the number together, or the card",
    ),
    "ONE_WAY": (
        "请只用一种方式：姓名和证件号码、读卡信息或电子社保卡动态码",
        "Use one way only: name and number, the reader's line, or the e-card token",
    ),
    "SHOWN_ONCE": (
        "请只用一种方式出示卡片：读卡信息、动态码、card_id 或 verification_id",
        "Show the card in one way: reader_line, ecard_token, card_id or verification_id",
    ),
    "HOLDER": ("请填写 holder 或 holder_id 之一", "Give either holder or holder_id"),
    "HOLDER_UNKNOWN": ("持卡人不存在", "There is no such holder"),
    "IDENTITY_FACTS": (
        "身份核对所需信息不足",
        "More facts are needed to show who this is",
    ),
    "PHOTO": ("须先核对照片", "The photograph must have been checked"),
    "CARD_OR_HOLDER": (
        "请填写 card_id、holder_id 或 person 之一",
        "Give card_id, holder_id or person",
    ),
    "CARD_NEEDED": ("此业务须指明卡片", "This needs the card it is about"),
    "CARD_UNKNOWN": ("卡不存在", "There is no such card"),
    "DELIVERY_ADDRESS": ("邮寄须填写地址", "Posting needs an address"),
    "DAMAGE_PROOF": ("补换损坏卡须说明凭据", "A damaged card needs a proof of the damage"),
    "CORRECTION": ("请说明更正内容", "Say what is to be corrected"),
    "FIXED": ("此项由申请决定", "This follows from the request"),
    "NEW_CARD": ("须提供制成的新卡", "The card that has been made has to be given"),
    "DATE_ORDER": ("日期先后顺序不正确", "The date is out of order"),
}

_CARD_NO: Final = re.compile(r"[A-Z0-9][0-9]{8}")
_IDENTIFICATION_CODE: Final = re.compile(r"[0-9]{6}[0-9A-F]{26}")


def refusal(code: str) -> PydanticCustomError:
    """The validation error of a field refused under this code."""
    message_zh, message_en = MESSAGES[code]
    return PydanticCustomError(
        code, "{message_en}", {"message_zh": message_zh, "message_en": message_en}
    )


def normal_card_no(text: str) -> str | None:
    """卡号 in its normal form, None when it is none (domain §2.5)."""
    upper = text.strip().upper()
    return upper if _CARD_NO.fullmatch(upper) else None


def normal_identification_code(text: str) -> str | None:
    """卡识别码 in its normal form, None when it is none (domain §2.5)."""
    upper = text.strip().upper()
    return upper if _IDENTIFICATION_CODE.fullmatch(upper) else None


def issuing_city(division: str) -> str | None:
    """The city whose authority issued under this division; None when it is nobody's."""
    return city_of(division) if len(division) == 6 else None


def card_no_hash(division: str, card_no: str) -> bytes:
    """Blind index of a card number, which is unique within its issuing division."""
    return sealing.blind(f"card.card_no\0{division}\0{card_no}")


def identification_hash(identification_code: str) -> bytes:
    """Blind index of a card identification code."""
    return sealing.blind(f"card.identification_code\0{identification_code}")


def _card_no(text: str) -> str:
    found = normal_card_no(text)
    if found is None:
        raise refusal("CARD_NO")
    return found


def _identification_code(text: str) -> str:
    found = normal_identification_code(text)
    if found is None:
        raise refusal("CARD_IDENT")
    return found


_Short = StringConstraints(strip_whitespace=True, max_length=64)
# Where a number may be missing, these stand in the union and the field's own words outside.
CardNoText = Annotated[str, _Short, AfterValidator(_card_no)]
IdentificationCodeText = Annotated[str, _Short, AfterValidator(_identification_code)]
CardNo = Annotated[
    CardNoText,
    Field(description="卡号", examples=["E00000019"], repr=False),
]
IdentificationCode = Annotated[
    IdentificationCodeText,
    Field(description="卡识别码", examples=["420799D15600000500BF7C7A48FB0001"], repr=False),
]
