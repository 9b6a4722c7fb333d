"""The hub's settings, from the environment."""

import os
import secrets
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from auth.keyring import Keyring
from auth.lookup_throttle import Bounds
from auth.origins import is_origin
from engine.configuration.city_folder import AGENCIES
from engine.configuration.secret_files import FILE, NoSecret, read_secret, secrets_directory
from engine.execution.admission import OperationLimits
from engine.execution.documents import Trust
from engine.execution.limits import DocumentLimits, Measure
from engine.execution.operation import QUERY_SECONDS
from engine.execution.prepared import KEPT
from engine.http.connection_limits import ConnectionLimits
from engine.http.websocket_limits import WebSocketLimits
from engine.pages.metrics import MetricsReaders
from engine.telemetry.logs import LogForm
from store.kit.database import READERS, TIMEOUT

ROOT = Path(__file__).parents[2]

AtLeastOne = Annotated[int, Field(ge=1)]


class LimitSettings(BaseModel):
    """`SIMPUL_LIMITS__DEPTH` and the others: what a document may ask for (engine/execution/limits.py)."""

    length: AtLeastOne = DocumentLimits().length
    tokens: AtLeastOne = DocumentLimits().tokens
    depth: AtLeastOne = DocumentLimits().depth
    breadth: AtLeastOne = DocumentLimits().breadth
    aliases: AtLeastOne = DocumentLimits().aliases
    directives: AtLeastOne = DocumentLimits().directives
    root_fields: AtLeastOne = DocumentLimits().root_fields
    values: AtLeastOne = DocumentLimits().values
    variables: AtLeastOne = DocumentLimits().variables
    cost: AtLeastOne = DocumentLimits().cost

    def allowed(self) -> DocumentLimits:
        """As the engine takes them."""
        return DocumentLimits(**self.model_dump())


class ServerSettings(BaseModel):
    """`SIMPUL_SERVER__CONNECTIONS` and the others: what connections may do (engine/http/connection_limits.py)."""

    connections: AtLeastOne = ConnectionLimits().connections
    per_address: AtLeastOne = ConnectionLimits().per_address
    header_bytes: Annotated[int, Field(ge=1_000)] = ConnectionLimits().header_bytes
    headers: AtLeastOne = ConnectionLimits().headers
    header_seconds: Annotated[float, Field(gt=0)] = ConnectionLimits().header_seconds
    body_seconds: Annotated[float, Field(gt=0)] = ConnectionLimits().body_seconds
    answer_seconds: Annotated[float, Field(gt=0)] = ConnectionLimits().answer_seconds
    keep_alive: AtLeastOne = 75
    shutdown: AtLeastOne = 20

    def connection_limits(self) -> ConnectionLimits:
        """As the protocol keeps them."""
        return ConnectionLimits(**self.model_dump(exclude={"keep_alive", "shutdown"}))


class OperationSettings(BaseModel):
    """`SIMPUL_OPERATIONS__AT_ONCE` and the others: how many operations run at once (engine/execution/admission.py)."""

    at_once: AtLeastOne = OperationLimits().at_once
    waiting: Annotated[int, Field(ge=0)] = OperationLimits().waiting
    patience: Annotated[float, Field(ge=0)] = OperationLimits().patience
    late: Annotated[float, Field(gt=0)] = OperationLimits().late

    def operation_limits(self) -> OperationLimits:
        """As the engine takes them."""
        return OperationLimits(**self.model_dump())


class LookupSettings(BaseModel):
    """`SIMPUL_LOOKUPS__MOST` and the others: how many numbers a caller may look up (auth/lookup_throttle.py)."""

    free: Annotated[int, Field(ge=0)] = Bounds().free
    most: AtLeastOne = Bounds().most
    window: AtLeastOne = Bounds().window
    delay: Annotated[float, Field(ge=0)] = Bounds().delay
    longest: Annotated[float, Field(ge=0)] = Bounds().longest
    known_times: AtLeastOne = Bounds().known_times

    def bounds(self) -> Bounds:
        """As they are counted by."""
        return Bounds(**self.model_dump())


class WebSocketSettings(BaseModel):
    """`SIMPUL_WEBSOCKET__OPERATIONS` and the others: what one client may have open at once."""

    operations: AtLeastOne = WebSocketLimits().operations
    connections_per_person: AtLeastOne = WebSocketLimits().connections_per_person
    connections_per_address: AtLeastOne = WebSocketLimits().connections_per_address
    subscriptions_per_person: AtLeastOne = WebSocketLimits().subscriptions_per_person
    subscriptions_per_address: AtLeastOne = WebSocketLimits().subscriptions_per_address

    def websocket_limits(self) -> WebSocketLimits:
        """As the engine takes them."""
        return WebSocketLimits(**self.model_dump())


LEAST_SECRET = 32
"""Characters of a secret."""
OF_SECRETS = (
    *("secret", "secret_next", "secrets_before"),
    *("identity_secret", "identity_secret_next", "identity_secrets_before"),
    *("store_url", "cache_url", "metrics_token"),
)
"""The settings that may stand in a file of their own."""


class Settings(BaseSettings):
    """From the environment, with `SIMPUL_` before each name; docs/configuration.md lists them."""

    model_config = SettingsConfigDict(env_prefix="SIMPUL_", env_nested_delimiter="__")

    city: Path = ROOT / "city"
    agencies: Path = Field(default_factory=lambda given: given["city"] / AGENCIES)
    cache_url: SecretStr = SecretStr("memory://")
    cache_bytes: Annotated[int, Field(ge=1_000_000)] = 256_000_000
    answer_bytes: Annotated[int, Field(ge=0)] = 64_000_000
    secret: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_hex(32)), min_length=LEAST_SECRET)
    secret_next: Annotated[SecretStr, Field(min_length=LEAST_SECRET)] | None = None
    secrets_before: SecretStr | None = None
    identity_secret: Annotated[SecretStr, Field(min_length=LEAST_SECRET)] | None = None
    identity_secret_next: Annotated[SecretStr, Field(min_length=LEAST_SECRET)] | None = None
    identity_secrets_before: SecretStr | None = None
    store_url: SecretStr = SecretStr(f"sqlite:///{ROOT / '.simpul' / 'store.db'}")
    store_connections: AtLeastOne = READERS
    store_timeout: Annotated[float, Field(gt=0)] = TIMEOUT
    store_tls_exception: Annotated[str, Field(min_length=10)] | None = None
    heads: str = str(ROOT / ".simpul" / "heads")
    heads_every: AtLeastOne = 300
    snapshot_bytes: Annotated[int, Field(ge=0)] = 256_000_000
    follow: bool = True
    query_seconds: Annotated[float, Field(ge=0.05)] = QUERY_SECONDS
    document_bytes: Annotated[int, Field(ge=0)] = KEPT
    max_request_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    limits: LimitSettings = LimitSettings()
    operations: OperationSettings = OperationSettings()
    server: ServerSettings = ServerSettings()
    lookups: LookupSettings = LookupSettings()
    websocket: WebSocketSettings = WebSocketSettings()
    cors_origins: str = ""
    emergency_apps: str = ""
    quota: Annotated[int, Field(ge=0)] = 3_000_000
    measure_only: str = ""
    metrics: MetricsReaders = MetricsReaders.PRIVATE
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    metrics_token_file: Path | None = None
    continue_traces: bool = False
    wire: bool = True
    plans: bool = True
    logs: LogForm | None = None
    trusted_documents: Path | None = None
    trust: Trust = Trust.OFF

    def measuring(self) -> frozenset[str]:
        """The limits that are measured and not enforced."""
        return frozenset(listed(self.measure_only))

    def heads_file(self) -> Path | None:
        """Where the record's heads are kept; None where the log alone has them."""
        return Path(self.heads) if self.heads else None

    def keyring(self) -> Keyring:
        """`SIMPUL_SECRET`, and the others that are read."""
        return _ring(self.secret, self.secrets_before, self.secret_next)

    def identity_keyring(self) -> Keyring | None:
        """The same of `SIMPUL_IDENTITY_SECRET`."""
        if self.identity_secret is None:
            return None
        return _ring(self.identity_secret, self.identity_secrets_before, self.identity_secret_next)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  there is no such file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  its directory is known here, and not before
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and then the files of a directory of secrets, named as the variables are."""
        directory = secrets_directory(os.environ)
        files = (SecretsSettingsSource(settings_cls, directory),) if directory and directory.is_dir() else ()
        return init_settings, env_settings, *files

    @field_validator(*OF_SECRETS, mode="before")
    @classmethod
    def _from_a_file(cls, value: object) -> object:
        if not isinstance(value, str) or not value.startswith(FILE):
            return value
        try:
            return read_secret(value, os.environ)
        except NoSecret as why:
            raise ValueError(str(why)) from None

    @field_validator("secrets_before", "identity_secrets_before")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and any(len(each) < LEAST_SECRET for each in value.get_secret_value().splitlines()):
            raise ValueError(f"expected a secret a line, each of at least {LEAST_SECRET} characters")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        if not all(map(is_origin, listed(value))):
            raise ValueError("expected origins like https://app.example, with commas between")
        return value

    @field_validator("measure_only")
    @classmethod
    def _known(cls, value: str) -> str:
        if unknown := {*listed(value)} - {*Measure.__struct_fields__}:
            raise ValueError(f"{len(unknown)} of these are no limits; they are {', '.join(Measure.__struct_fields__)}")
        return value


def _ring(secret: SecretStr, before: SecretStr | None, coming: SecretStr | None) -> Keyring:
    lines = before.get_secret_value().splitlines() if before else []
    following = coming.get_secret_value().encode() if coming else None
    return Keyring(secret.get_secret_value().encode(), tuple(each.encode() for each in lines), following)


def names_of_settings() -> list[str]:
    """The names of all settings, those of a group behind its name: `quota`, `limits__depth`."""
    names = []
    for name, field in Settings.model_fields.items():
        names.append(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += [f"{name}__{inner}" for inner in field.annotation.model_fields]
    return names


def listed(value: str) -> list[str]:
    """What stands between commas."""
    return [each for each in map(str.strip, value.split(",")) if each]
