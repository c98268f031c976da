"""`python -m talent serve|work|migrate|seed|openapi`."""

from hrss_kit.command import main
from talent.main import SERVICE

main(SERVICE)
