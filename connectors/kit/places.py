"""Where the agencies of a hub are: what a connector may ask of the regions of the city."""

from collections.abc import Sequence
from typing import Protocol


class Places(Protocol):
    """The regions, by their Kemendagri codes."""

    @property
    def home(self) -> str:
        """The code of the city, or of the province of a hub over several."""
        ...

    def wards_in(self, code: str, /) -> Sequence[str]:
        """The kelurahan and desa of a region, in the order of their codes; none of a region that is not known."""
        ...

    def centre_of(self, ward: str, /) -> tuple[float, float] | None:
        """Latitude and longitude of the centre of a kelurahan or desa, if it is known."""
        ...


class Nowhere:
    """No regions, for a connector that is looked at by itself."""

    home = "99.71"

    def wards_in(self, _: str, /) -> Sequence[str]:
        """None."""
        return ()

    def centre_of(self, _: str, /) -> tuple[float, float] | None:
        """None."""
        return None
