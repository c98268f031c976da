"""What a clerk is told when one field is refused, in Chinese and English, by code."""

from typing import Final

from pydantic_core import PydanticCustomError

#: code -> (zh, en). A text never holds the value that was refused.
MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "ID_FORMAT": ("证件号码格式不正确", "The document number is not well formed"),
    "ID_PROVINCE": ("证件号码的地区前缀无效", "The document number has no valid region prefix"),
    "ID_BIRTH": ("证件号码中的出生日期无效", "The birth date in the document number is not valid"),
    "ID_CHECKSUM": ("证件号码校验位不正确", "The document number fails its check digit"),
    "ID_DIVISION_UNKNOWN": (
        "证件号码前六位不在区划表中，请核对",
        "The first six digits are not in the division table; please verify",
    ),
    "DOC_TYPE": ("证件类型代码未知", "The document type is unknown"),
    "GENDER_ID_MISMATCH": ("性别与身份证号码不一致", "The gender differs from the resident ID"),
    "USCC_FORMAT": (
        "统一社会信用代码格式不正确",
        "The unified social credit code is not well formed",
    ),
    "USCC_CHECKSUM": (
        "统一社会信用代码校验位不正确",
        "The unified social credit code fails its check character",
    ),
    "USCC_ORG_CHECK": (
        "统一社会信用代码中的组织机构代码校验不符，请核对",
        "The organisation code inside fails its own check; please verify",
    ),
    "BANKCARD_FORMAT": ("银行卡号应为16至19位数字", "A bank card number has 16 to 19 digits"),
    "BANKCARD_LUHN": ("银行卡号校验位不正确", "The bank card number fails its check digit"),
    "MOBILE_FORMAT": ("手机号码格式不正确", "The mobile number is not well formed"),
    "DIVISION_UNKNOWN": ("行政区划代码未知", "The division code is unknown"),
    "MONTH_FORMAT": ("月份格式应为YYYY-MM", "A month is written YYYY-MM"),
    "NAME_FORMAT": ("姓名含有不可见字符", "The name holds invisible characters"),
    "MONEY_FORMAT": (
        "金额应为字符串，最多两位小数，不得为负",
        "An amount is a string, not negative, with at most two decimals",
    ),
}


def refusal(code: str) -> PydanticCustomError:
    """The validation error of a field refused under this code."""
    message_zh, message_en = MESSAGES[code]
    # The English text goes through the context, so that a brace in it is never a placeholder.
    context = {"message_zh": message_zh, "message_en": message_en}
    return PydanticCustomError(code, "{message_en}", context)
