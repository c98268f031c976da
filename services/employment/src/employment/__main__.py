"""`python -m employment serve|work|migrate|seed|openapi`."""

from employment.main import SERVICE
from hrss_kit.command import main

main(SERVICE)
