"""Whether the standard environment variables of OpenTelemetry switch tracing on."""

from collections.abc import Mapping

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SPOKEN = "http/protobuf"


def tracing(environ: Mapping[str, str]) -> bool:
    """Whether spans are made and sent; raises ValueError for what this hub cannot do."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = {each.strip() for each in environ.get("OTEL_TRACES_EXPORTER", "otlp").split(",")} - {""}
    if unknown := exporters - {"otlp", "none"}:
        raise ValueError(f"OTEL_TRACES_EXPORTER: expected otlp or none, and {len(unknown)} of these is neither")
    if "otlp" not in exporters or not any(environ.get(name) for name in ENDPOINTS):
        return False
    for name in PROTOCOLS:
        if environ.get(name, SPOKEN) not in {"", SPOKEN}:
            raise ValueError(f"{name}: expected {SPOKEN}; this hub speaks no other")
    return True
