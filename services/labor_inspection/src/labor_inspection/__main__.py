"""`python -m labor_inspection serve|work|migrate|seed|openapi`."""

from hrss_kit.command import main
from labor_inspection.main import SERVICE

main(SERVICE)
