"""PERSON in a table: sealed, with its blind index (domain §0.9, §2)."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from hrss_kit import sealing
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.sealing import Sealed


class PersonColumns:
    """Name, document and mobile of one person; `id_hash` finds and joins without opening."""

    doc_type: Mapped[str] = mapped_column(String(2))
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)

    @declared_attr
    def person_name(cls) -> Mapped[str]:
        return mapped_column(Sealed(f"{cls.__tablename__}.person_name"))  # type: ignore[attr-defined]

    @declared_attr
    def doc_no(cls) -> Mapped[str]:
        return mapped_column(Sealed(f"{cls.__tablename__}.doc_no"))  # type: ignore[attr-defined]

    @declared_attr
    def doc_original(cls) -> Mapped[str | None]:
        return mapped_column(Sealed(f"{cls.__tablename__}.doc_original"))  # type: ignore[attr-defined]

    @declared_attr
    def mobile(cls) -> Mapped[str | None]:
        return mapped_column(Sealed(f"{cls.__tablename__}.mobile"))  # type: ignore[attr-defined]

    @property
    def person_ref(self) -> str:
        """What events and logs may carry: the first 24 hex digits of `id_hash`."""
        return sealing.person_ref(self.id_hash)

    def take_person(self, person: PersonIn) -> None:
        """Fills the columns from a request."""
        self.person_name, self.mobile = person.name, person.mobile
        self.doc_type, self.doc_no = person.doc_type, person.doc_no
        self.doc_original = person.doc_original
        self.id_hash = sealing.blind(person.doc_no)

    def masked(self) -> PersonMasked:
        """The person as anybody may see them."""
        return PersonMasked.of(self.person_name, self.doc_type, self.doc_no, self.mobile)
