"""The way of a personnel file (流动人员人事档案管理服务规定, 人社部发〔2021〕112号). Pure."""

from typing import Final

from hrss_kit.states import Machine, transition

REQUESTED, CHECKING, SENT = "REQUESTED", "CHECKING", "SENT"
RECEIVED, RETURNED, CANCELLED = "RECEIVED", "RETURNED", "CANCELLED"
MACHINE_POST, COURIER, EMS = "MACHINE_POST", "COURIER", "EMS"

MACHINE: Final = Machine(
    transition("check", (REQUESTED, RETURNED), CHECKING),
    transition("send", CHECKING, SENT),
    transition("receive", SENT, RECEIVED),
    transition("return", SENT, RETURNED),
    transition("cancel", (REQUESTED, CHECKING), CANCELLED),
)


def may_go_by(method: str, *, is_restricted: bool) -> bool:
    """EMS is not for the files of former civil servants and managers of state units."""
    return not (method == EMS and is_restricted)
