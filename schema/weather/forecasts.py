"""Weather forecasts (prakiraan cuaca)."""

from datetime import date, datetime

from auth.policies import public
from resolvers.weather import forecasts
from resolvers.weather.sources import WeatherForecast
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL
from schema.regions.regions import KecamatanType, KelurahanType

TIMES = {
    "since": "Only those that begin then or later, such as `2026-11-24T00:00:00+07:00`.",
    "until": "Only those that begin before then, such as `2026-11-25T00:00:00+07:00`.",
}


@object_type(public, "The weather of three hours, as it is forecast (prakiraan per 3 jam).")
class WeatherForecastPointType:
    starts_at: datetime = field("When the three hours begin.")
    condition: int | None = field("The agency's code for the weather (kode cuaca), such as 61.")
    description: str | None = field(
        "What the weather will be (cuaca), in the language of the request.", resolver=forecasts.description, weight=1
    )
    temperature: float | None = field("The temperature of the air in °C (suhu udara).")
    humidity: int | None = field("The humidity of the air in per cent (kelembapan udara).")
    cloud_cover: int | None = field("How much of the sky is cloudy, in per cent (tutupan awan).")
    rainfall: float | None = field("How much rain falls, in mm (curah hujan).")
    wind_speed: float | None = field("How fast the wind is, in km/h (kecepatan angin).")
    wind_direction: int | None = field("Where the wind comes from, in degrees from north (arah angin): 90 is east.")
    visibility: int | None = field("How far one can see, in metres (jarak pandang).")
    image: URL | None = field("A picture of the weather, where the agency has one.")


@object_type(public, "The points of one day of the city, summed up (ringkasan harian).")
class WeatherForecastDayType:
    day: date = field("The day.")
    lowest: float | None = field("The lowest temperature that is forecast, in °C (suhu terendah).")
    highest: float | None = field("The highest temperature that is forecast, in °C (suhu tertinggi).")
    rainfall: float | None = field("How much rain falls in all, in mm.")
    whole: bool = field("Whether it is forecast from its beginning to its end: of today only the rest is.")


@object_type(public, "What is forecast for a kelurahan (prakiraan cuaca), from now on.")
@node_of(WeatherForecast)
class WeatherForecastType(NodeType):
    code: str = field("The code of its kelurahan, such as `99.07.01.2001`.")
    kelurahan: KelurahanType = field("The kelurahan.")
    kecamatan: KecamatanType | None = field("The kecamatan that it lies in.", resolver=forecasts.kecamatan, weight=10)
    latitude: float | None = field("The latitude (lintang) for which it is reckoned, WGS 84.")
    longitude: float | None = field("The longitude (bujur) for which it is reckoned, WGS 84.")
    issued_at: datetime | None = field("When the agency reckoned it, where it says so.")
    current: WeatherForecastPointType | None = field(
        "That of these three hours; null where the forecast begins later.", resolver=forecasts.current, weight=10
    )
    points: ConnectionType[WeatherForecastPointType] = field(
        "Every three hours, those that are over left out.", resolver=forecasts.points, weight=10, arguments=TIMES
    )
    days: ConnectionType[WeatherForecastDayType] = field(
        "Day by day, in the city's time.", resolver=forecasts.days, weight=10
    )
    attribution: str = field("Whom to name as the source wherever it is shown (sumber data).")
    source: SourceType = field("The agency that forecasts, and when the hub had this forecast from it.")


@object_type(public, "A page of forecasts, by the codes of their kelurahan.")
class WeatherForecastConnectionType(ConnectionType[WeatherForecastType]):
    without_forecasts: ConnectionType[KelurahanType] = field(
        "The kelurahan that were asked for and of which there is no forecast now.",
        resolver=forecasts.without_forecast,
        weight=10,
    )
    unavailable: list[SourceType] = field(
        "Agencies whose forecasts could not be had: they may be missing from this list."
    )


@object_type(public)
class ForecastsQuery:
    weather_forecast: WeatherForecastType | None = field(
        "The forecast for one kelurahan (prakiraan cuaca); null where the agency has none, or only an old one.",
        resolver=forecasts.weather_forecast,
        arguments={"kelurahan": "The kelurahan, such as `99.07.01.2001`."},
        weight=60,
    )
    weather_forecasts: WeatherForecastConnectionType | None = field(
        "The forecasts for all kelurahan of the city (prakiraan cuaca), or of one kecamatan.",
        resolver=forecasts.weather_forecasts,
        arguments={"kecamatan": "Only those in this kecamatan, such as `99.07.01`."},
        weight=300,
    )
