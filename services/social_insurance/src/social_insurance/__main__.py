"""`python -m social_insurance serve|work|migrate|seed|openapi`."""

from hrss_kit.command import main
from social_insurance.main import SERVICE

main(SERVICE)
