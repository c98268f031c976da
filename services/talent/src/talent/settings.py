"""What the talent service is told from outside."""

from hrss_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """What talent is told besides what every member takes."""

    #: The suite's address as everybody reaches it, for credentials and codes; the issuer's if none.
    public_url: str = ""

    @property
    def origin(self) -> str:
        """The address that stands in credentials, status lists and QR codes."""
        return self.public_url or self.issuer
