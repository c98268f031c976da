"""pytest names this folder's modules ``gateway.tests…``; the installed package must come first."""

import sys

if getattr(sys.modules.get("gateway"), "__file__", None) is None:
    sys.modules.pop("gateway", None)

from gateway.testing import stage

__all__ = ["stage"]
