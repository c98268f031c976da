"""`python -m card serve|work|migrate|seed|openapi`."""

from card.main import SERVICE
from hrss_kit.command import main

main(SERVICE)
