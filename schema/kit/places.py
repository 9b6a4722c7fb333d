"""Positions."""

import strawberry


@strawberry.input(name="Point", description="A position (titik koordinat), WGS 84.")
class PointInput:
    latitude: float = strawberry.field(description="Its latitude (lintang), -90 to 90.")
    longitude: float = strawberry.field(description="Its longitude (bujur), -180 to 180.")
