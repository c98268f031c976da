"""Refusals that more than one part of social insurance gives."""

from hrss_kit.problems import Conflict


class IdentityConflict(Conflict):
    """Says nothing of which part does not agree."""

    code = "IDENTITY_CONFLICT"
    title_zh, title_en = "身份信息与记录不一致", "The identity does not agree with the record"


class BenefitStarted(Conflict):
    """A pension is paid already: a relation moves no more (国办发〔2009〕66号 art. 2)."""

    code = "BENEFIT_STARTED"
    title_zh, title_en = "已开始领取养老待遇", "A pension is being paid already"
