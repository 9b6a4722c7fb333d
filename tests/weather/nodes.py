"""How each kind of node of weather is asked for."""

from auth.caller import Audience

ASKED = {
    "WeatherForecast": (Audience.PUBLIC, '{ weatherForecast(kelurahan: "36.71.01.1001") { id } }'),
    "WeatherWarningCheck": (Audience.PUBLIC, "{ weatherWarnings { id } }"),
    "WeatherWarning": (Audience.PUBLIC, "{ weatherWarnings { warnings(first: 1) { nodes { id } } } }"),
    "Earthquake": (Audience.PUBLIC, "{ earthquakes(first: 1) { nodes { id } } }"),
}
