"""`agencies.toml`: what is wrong is said with file, line, key and what was expected; all of it at once."""

import os
from datetime import date
from pathlib import Path

import pytest

from connectors.beds.records import Beds
from connectors.registry import CONNECTORS
from connectors.tax.records import Tax
from engine.app import create_app
from engine.configuration.agencies_file import connect_agencies, read_configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.reading import read_all
from engine.configuration.settings import Settings, names_of_settings
from sandbox.registry import environment
from tests.clock import FakeClock
from tests.profiles import here

ROOT = Path(__file__).parent.parent

DOMAINS = ", ".join(sorted({kind.domain for kind in CONNECTORS}))
GOOD = here("""\
[city]
name = "Kota"
code = "${city}"
timezone = "Asia/Jakarta"

[agencies.rs-contoh]
domain = "beds"
connector = "aplicares"
name = "RS Contoh"
url = "https://aplicares.example/aplicaresws"
credentials = { cons_id = "env:RS_CONS_ID", secret = "env:RS_SECRET" }
options = { ppk = "9901R001" }
limits = { timeout = 4, concurrency = 4, per_minute = 60 }
""")
DOMAINS = ", ".join(sorted({kind.domain for kind in CONNECTORS}))
ENVIRON = {"RS_CONS_ID": "id", "RS_SECRET": "a-very-secret-word"}


@pytest.fixture
def problems(tmp_path):
    def read(text, environ=None):
        path = tmp_path / "agencies.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError) as raised:
            read_configuration(path, CONNECTORS, ENVIRON if environ is None else environ)
        return [problem.replace(str(tmp_path), "") for problem in raised.value.problems]

    return read


AGREED = """
[purposes.layanan]
id = "Layanan"
en = "Service"
legal_basis = "UU 27/2022"

[agreements.loket]
client = "agency:rs-contoh"
purposes = ["layanan"]
fields = ["TaxObject.ownerName"]
until = 2030-12-31
signed_by = "rs-contoh"
"""


def test_agreements_are_read(tmp_path):
    path = tmp_path / "agencies.toml"
    path.write_text(GOOD + AGREED, encoding="utf-8")
    agreements = read_configuration(path, CONNECTORS, ENVIRON).agreements
    assert agreements.purposes["layanan"].legal_basis == "UU 27/2022"
    assert agreements.agreements["loket"].until == date(2030, 12, 31)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'purposes = ["layanan"]',
            'purposes = ["layaman"]',
            "22: agreements.loket.purposes: layaman is no purpose; there are layanan (did you mean layanan?)",
        ),
        ('signed_by = "rs-contoh"', 'signed_by = "rs-conto"', "25: agreements.loket.signed_by: rs-conto is no agency"),
        ('"agency:rs-contoh"', '"agency:rs-lain"', "21: agreements.loket.client: rs-lain is no agency"),
        ('"agency:rs-contoh"', '"officer"', "21: agreements.loket.client: expected"),
        ("until = 2030-12-31", 'until = "soon"', "24: agreements.loket.until: "),
        ("until = 2030-12-31\n", "", "20: agreements.loket.until: missing"),
        ('fields = ["TaxObject.ownerName"]', "fields = []", "23: agreements.loket.fields: expected"),
        ("[agreements.loket]", "[agreements.Loket]", "20: agreements.Loket: a code is lower-case words"),
        ('en = "Service"', 'eng = "Service"', "17: purposes.layanan.eng: unknown; expected one of en, id, legal_basis"),
    ],
)
def test_what_is_wrong_with_an_agreement_is_said_in_its_place(problems, old, new, problem):
    assert old in AGREED
    found = problems(GOOD + AGREED.replace(old, new))
    assert [each for each in found if each.startswith(f"/agencies.toml:{problem}")], found


def test_an_agreement_over_a_field_that_is_not_personal_is_a_mistake(tmp_path):
    path = tmp_path / "agencies.toml"
    path.write_text(GOOD + AGREED.replace("TaxObject.ownerName", "TaxObject.ownerNam"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        create_app(read_configuration(path, CONNECTORS, ENVIRON), Settings(store_url=f"sqlite:///{tmp_path}/s.db"))
    assert raised.value.problems == (
        "agreements.loket.fields: TaxObject.ownerNam is no personal field (did you mean TaxObject.ownerName?)",
    )


def test_the_committed_file_is_good_and_names_the_sandbox():
    configuration = read_configuration(ROOT / "city" / "agencies.toml", CONNECTORS, environment())
    agencies = connect_agencies(configuration, FakeClock())
    assert len(agencies.of(Beds)) == 15
    assert [each.agency.code for each in agencies.of(Tax)] == ["bapenda", "bapenda-sismiop"]
    places = ("http://127.0.0.1:8100/", "sqlite+aiosqlite:///.simpul/sandbox/")
    assert all(each.agency.url.startswith(places) for each in configuration.agencies if each.connector.schemes)


def test_the_example_of_real_agencies_is_good():
    text = (ROOT / "agencies.example.toml").read_text(encoding="utf-8")
    names = {word.strip('"}, ').removeprefix("env:") for word in text.split() if "env:" in word}
    configuration = read_configuration(
        ROOT / "agencies.example.toml", CONNECTORS, dict.fromkeys(names, "from the environment")
    )
    assert {each.agency.domain for each in configuration.agencies} == {kind.domain for kind in CONNECTORS}


def test_a_good_file_is_read_with_its_defaults(tmp_path):
    path = tmp_path / "agencies.toml"
    path.write_text(GOOD, encoding="utf-8")
    (agency,) = read_configuration(path, CONNECTORS, ENVIRON).agencies
    assert (agency.agency.limits.timeout, agency.agency.limits.retries) == (4, 1)
    assert agency.options.page_size == 100
    assert agency.credentials.secret == "a-very-secret-word"
    assert "a-very-secret-word" not in repr(agency)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "[city]",
            '[identity]\nissuer = "http://sso.example"\naudience = "x"\n\n[city]',
            "/agencies.toml:2: identity.issuer: expected https; plain http needs tls_exception = { reason = … }",
        ),
        (
            "[city]",
            '[identity]\nissuer = "https://sso.example"\naudience = "x"\nleeway = 61\n\n[city]',
            "/agencies.toml:4: identity.leeway: expected int <= 60",
        ),
        (
            "[city]",
            '[identity]\nissuer = "https://sso.example"\naudience = "x"\nalgorithms = ["none"]\n\n[city]',
            "/agencies.toml:4: identity.algorithms: invalid enum value 'none'",
        ),
        (
            "[city]",
            "[town]",
            "/agencies.toml:1: town: unknown; a file has [city], [examples], [identity], [purposes], [agreements], [agencies]",
        ),
        (
            here('code = "${city}"'),
            here('kode = "${city}"'),
            "/agencies.toml:3: city.kode: unknown; expected one of code, contact, kind, logo, name, security_contact, terms_url, texts, timezone"
            " (did you mean code?)",
        ),
        (
            "Asia/Jakarta",
            "WIB",
            "/agencies.toml:4: city.timezone: expected a name of the IANA time zones, like Asia/Jakarta",
        ),
        (
            'domain = "beds"',
            'domain = "bed"',
            f"/agencies.toml:7: agencies.rs-contoh.domain: unknown; expected one of {DOMAINS} (did you mean beds?)",
        ),
        (
            '"aplicares"',
            '"aplicare"',
            "/agencies.toml:8: agencies.rs-contoh.connector: unknown; beds is spoken to by aplicares, mapped_rest, rs_online"
            " (did you mean aplicares?)",
        ),
        ('name = "RS Contoh"\n', "", "/agencies.toml:6: agencies.rs-contoh.name: missing"),
        (
            "limits = {",
            "limit = {",
            "/agencies.toml:13: agencies.rs-contoh.limit: unknown; expected one of accepts, at_least, attribution,"
            " city, connector, credentials, domain, enabled, licence, limits, name, options, tls_exception, url (did you mean limits?)",
        ),
        (
            "timeout = 4",
            'timeout = "4"',
            "/agencies.toml:13: agencies.rs-contoh.limits.timeout: expected float, got str",
        ),
        (
            "timeout = 4",
            "timeout = 0",
            "/agencies.toml:13: agencies.rs-contoh.limits.timeout: expected float > 0.0",
        ),
        (
            "timeout = 4",
            "time_out = 4",
            "/agencies.toml:13: agencies.rs-contoh.limits.time_out: unknown; expected one of concurrency, max_bytes,"
            " per_minute, retries, retry_wait, timeout (did you mean timeout?)",
        ),
        ('ppk = "9901R001"', "", "/agencies.toml:12: agencies.rs-contoh.options.ppk: missing"),
        (
            'ppk = "9901R001"',
            'ppk = "9901R001", kelurahan = "9907011001"',
            r"/agencies.toml:12: agencies.rs-contoh.options.kelurahan: expected str matching regex"
            r" '^\\d{2}\\.\\d{2}\\.\\d{2}\\.\\d{4}$'",
        ),
        (
            '"env:RS_SECRET"',
            '"a-very-secret-word"',
            '/agencies.toml:11: agencies.rs-contoh.credentials.secret: expected "env:NAME" or "file:/path";'
            " the file names a place and never holds a value",
        ),
        (
            ', secret = "env:RS_SECRET"',
            "",
            "/agencies.toml:11: agencies.rs-contoh.credentials.secret: missing",
        ),
        (
            "https://",
            "http://",
            "/agencies.toml:10: agencies.rs-contoh.url: expected https; plain http needs tls_exception = { reason = … }",
        ),
        (
            "https://",
            "https://user:word@",
            "/agencies.toml:10: agencies.rs-contoh.url: holds a user or a password; those belong into credentials,"
            " as names of variables",
        ),
        (
            "https://",
            "ftp://",
            "/agencies.toml:10: agencies.rs-contoh.url: expected an address that begins with https://, http://",
        ),
        (
            "limits = {",
            "at_least = { beds = 3 }\nlimits = {",
            "/agencies.toml:13: agencies.rs-contoh.at_least.beds: unknown; the reads of aplicares are classes, rooms",
        ),
        (
            "[agencies.rs-contoh]",
            '[agencies."RS Contoh"]',
            "/agencies.toml:6: agencies.RS Contoh: a code is lower-case words joined by dashes",
        ),
    ],
)
def test_each_mistake_is_told(problems, old, new, problem):
    assert old in GOOD
    assert problem in problems(GOOD.replace(old, new, 1))


def test_a_variable_that_is_not_set_is_named(problems):
    assert problems(GOOD, {"RS_CONS_ID": "id"}) == [
        "/agencies.toml:11: agencies.rs-contoh.credentials.secret: the environment variable RS_SECRET is not set"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: no such file or directory"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\xff", "is not UTF-8"),
        (b"a\0b", "has a zero byte"),
        (b"x" * 65_537, "is larger than 65536 bytes"),
    ],
)
def test_a_file_that_holds_no_secret_is_named_and_never_quoted(problems, tmp_path, content, problem):
    secret = tmp_path / "rsud"
    if content is not None:
        secret.write_bytes(content)
    text = GOOD.replace("env:RS_SECRET", f"file:{secret}")
    assert problems(text, {"RS_CONS_ID": "id"}) == [
        f"/agencies.toml:11: agencies.rs-contoh.credentials.secret: the file /rsud {problem}"
    ]


def test_a_secret_comes_from_a_file_by_its_path_or_from_a_directory_by_its_name(tmp_path):
    (tmp_path / "rsud").write_text("a-very-secret-word\n", encoding="utf-8")
    path = tmp_path / "agencies.toml"
    for reference, more in (
        (f"file:{tmp_path}/rsud", {}),
        ("file:rsud", {"SIMPUL_SECRETS_DIR": str(tmp_path)}),
        ("file:rsud", {"CREDENTIALS_DIRECTORY": str(tmp_path)}),
    ):
        path.write_text(GOOD.replace("env:RS_SECRET", reference), encoding="utf-8")
        (agency,) = read_configuration(path, CONNECTORS, {"RS_CONS_ID": "id", **more}).agencies
        assert agency.credentials.secret == "a-very-secret-word"


def test_a_name_without_a_directory_is_told(problems):
    assert problems(GOOD.replace("env:RS_SECRET", "file:rsud"), {"RS_CONS_ID": "id"}) == [
        "/agencies.toml:11: agencies.rs-contoh.credentials.secret: rsud has no directory; write file:/path, or name a"
        " directory in SIMPUL_SECRETS_DIR"
    ]


def test_an_agency_that_is_switched_off_is_not_there_but_its_mistakes_are_told(tmp_path, problems):
    off = GOOD.replace('domain = "beds"', 'enabled = false\ndomain = "beds"')
    path = tmp_path / "agencies.toml"
    path.write_text(off, encoding="utf-8")
    assert read_configuration(path, CONNECTORS, {}).agencies == ()
    assert problems(off.replace("timeout = 4", "timeout = 0"), {}) == [
        "/agencies.toml:14: agencies.rs-contoh.limits.timeout: expected float > 0.0"
    ]
    assert problems(off.replace("enabled = false", 'enabled = "no"'), ENVIRON) == [
        "/agencies.toml:7: agencies.rs-contoh.enabled: expected true or false"
    ]


class TestSettings:
    def test_each_secret_comes_from_a_file_or_from_the_directory_of_secrets(self, tmp_path, monkeypatch):
        (tmp_path / "key").write_text("k" * 40 + "\n", encoding="utf-8")
        (tmp_path / "simpul_identity_secret").write_text("i" * 40 + "\n", encoding="utf-8")
        monkeypatch.setenv("SIMPUL_SECRET", f"file:{tmp_path}/key")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        monkeypatch.delenv("SIMPUL_IDENTITY_SECRET", raising=False)
        settings = Settings()
        assert settings.secret.get_secret_value() == "k" * 40
        assert settings.identity_secret.get_secret_value() == "i" * 40

    def test_all_mistakes_of_the_environment_and_of_the_file_are_told_together(self, tmp_path, monkeypatch):
        path = tmp_path / "agencies.toml"
        path.write_text(GOOD.replace("Asia/Jakarta", "WIB"), encoding="utf-8")
        monkeypatch.setenv("SIMPUL_AGENCIES", str(path))
        monkeypatch.setenv("SIMPUL_SECRET", f"file:{tmp_path}/none")
        monkeypatch.setenv("SIMPUL_CACHE_BYTES", "1")
        environ = {**os.environ, "SIMPUL_QUOTTA": "0", "SIMPUL_LIMITS__DEPHT": "3", "simpul_quota": "1"}
        with pytest.raises(ConfigurationError) as raised:
            read_all(CONNECTORS, environ)
        assert [each.replace(str(tmp_path), "") for each in raised.value.problems] == [
            "SIMPUL_LIMITS__DEPHT: unknown; docs/configuration.md lists the settings"
            " (did you mean SIMPUL_LIMITS__DEPTH?)",
            "SIMPUL_QUOTTA: unknown; docs/configuration.md lists the settings (did you mean SIMPUL_QUOTA?)",
            "SIMPUL_CACHE_BYTES: Input should be greater than or equal to 1000000",
            "SIMPUL_SECRET: Value error, the file /none cannot be read: no such file or directory",
            "/agencies.toml:4: city.timezone: expected a name of the IANA time zones, like Asia/Jakarta",
            "/agencies.toml:11: agencies.rs-contoh.credentials.cons_id: the environment variable RS_CONS_ID is not set",
            "/agencies.toml:11: agencies.rs-contoh.credentials.secret: the environment variable RS_SECRET is not set",
        ]

    def test_each_setting_is_known_and_stands_in_the_documents(self):
        documents = [
            (ROOT / each).read_text(encoding="utf-8") for each in ("docs/configuration.md", "docs/id/configuration.md")
        ]
        known = {name.partition("__")[0] for name in names_of_settings()}
        assert [name for name in known for text in documents if f"SIMPUL_{name.upper()}" not in text] == []


def test_an_agency_that_stands_twice_is_told_with_its_line(problems):
    (problem,) = problems(GOOD + GOOD[GOOD.index("[agencies") :])
    assert problem.startswith("/agencies.toml: the agency rs-contoh stands twice; each code stands once (at line 14")


def test_what_is_not_toml_is_told_with_its_line(problems):
    (problem,) = problems("[city]\nname = Kota\n")
    assert problem == "/agencies.toml: invalid value (at line 2, column 8)"


def test_all_mistakes_are_told_at_once(problems):
    assert len(problems(GOOD.replace("Asia/Jakarta", "WIB").replace("https://", "http://"), {})) == 4


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: No such file or directory"):
        read_configuration(tmp_path / "none.toml", CONNECTORS, {})


def test_no_secret_is_told(problems):
    told = problems(GOOD.replace('secret = "env', 'secrets = "env'))
    assert told
    assert "a-very-secret-word" not in str(told)
