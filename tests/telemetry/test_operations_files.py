"""docs/operations: every metric and label that is named there exists, and everything that exists is explained."""

import json
import re

import pytest
import yaml

from connectors.kit.agency import Agency
from connectors.kit.clock import SystemClock
from connectors.kit.observer import BreakerState, Outcome
from connectors.kit.reading import State
from engine.telemetry.agency_metrics import AgencyMetrics
from engine.telemetry.metrics import Metrics
from tests.conftest import ROOT

OPERATIONS = ROOT / "docs" / "operations"
PAGE = (OPERATIONS / "monitoring.md").read_text(encoding="utf-8")
RULES = [
    rule
    for group in yaml.safe_load((OPERATIONS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((OPERATIONS / "grafana-dashboard.json").read_text(encoding="utf-8"))
FROM_PROMETHEUS = {"instance", "job", "le"}
"""Labels that the scrape adds, and that of buckets."""
VALUES = {
    "outcome": {*(each.value for each in Outcome), "partial", "refused", "left", "broken"},
    "state": {*(each.value for each in BreakerState), *(each.value for each in State), "NONE"},
    "why": {"breaker", "queue", "asked_to_wait"},
    "kind": {"query", "mutation", "subscription", "none"},
    "work": {"read", "write"},
}
NAME = re.compile(r"\b(?:simpul|process|python)_[a-z_]+\b")
SELECTOR = re.compile(r"\b((?:simpul|process|python)_[a-z_]+|up)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')


@pytest.fixture(scope="module")
def exposed():
    """The labels of each sample that `/metrics` can have."""
    metrics, agency = Metrics(SystemClock()), Agency(code="x", domain="beds", connector="y", name="X")
    agencies: AgencyMetrics = metrics.agencies
    agencies.know(agency)
    agencies.call_ended(agency, "rooms", Outcome.OK, 0.1, None)
    agencies.call_refused(agency, "rooms", "queue")
    agencies.served(agency, "rooms", State.STALE, 60)
    metrics.operation_ended("PUBLIC", "query", "ok", 0.1)
    metrics.field_ended("query", "hospitals", "ok", 0.1)
    metrics.error_told("AGENCY_UNAVAILABLE")
    metrics.request_refused("BAD_REQUEST")
    for gauge in (metrics.feed_lag, metrics.feed_failing, metrics.feed_documents):
        gauge.labels("x", "beds", "rooms").set(1)
    found = {}
    for family in metrics.registry.collect():
        for sample in family.samples:
            found.setdefault(sample.name, (family.type, set()))[1].update(sample.labels)
    return found


def queries():
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for number, block in enumerate(re.findall(r"```promql\n(.*?)```", PAGE, re.DOTALL)):
        yield f"monitoring.md {number}", block


@pytest.mark.parametrize(("where", "query"), list(queries()))
def test_a_query_names_metrics_labels_and_values_that_exist(where, query, exposed):
    assert query.count("(") == query.count(")")
    assert query.count("{") == query.count("}")
    told = SELECTOR.findall(query)
    assert told
    known = set(FROM_PROMETHEUS)
    for name, matchers in told:
        assert name in exposed or name == "up", name
        labels = exposed.get(name, ("", set()))[1] | FROM_PROMETHEUS
        known |= labels
        for label, value in MATCHER.findall(matchers):
            assert label in labels, f"{name} has no label {label}"
            if label in VALUES and not value.startswith("$"):
                assert set(value.split("|")) <= VALUES[label]
        if exposed.get(name, ("",))[0] in {"counter", "histogram"} and "_bucket" not in name:
            assert re.search(rf"(rate|increase)\({name}", query), f"{name} is a counter"
    for grouped in re.findall(r"\bby \(([^)]*)\)", query):
        assert {each.strip() for each in grouped.split(",")} <= known, grouped
    for quantile in re.findall(r"histogram_quantile\((.*)", query):
        assert re.search(r"by \([^)]*\ble\b[^)]*\) \(rate\(simpul_\w+_bucket", quantile)


def families(exposed):
    return {
        re.sub(r"_(bucket|sum|count)$", "", name) if kind == "histogram" else name
        for name, (kind, _) in exposed.items()
    }


def test_the_page_explains_exactly_the_metrics_of_the_hub_with_their_kinds_and_labels(exposed):
    table = {}
    for line in PAGE.splitlines():
        if row := re.match(r"\| `(simpul_\w+)` \| (\w+) \| ([^|]*)\|", line):
            table[row[1]] = (row[2], set(re.findall(r"`(\w+)`", row[3])))
    there = {}
    for name, (kind, labels) in exposed.items():
        if name.startswith("simpul_"):
            family = re.sub(r"_(bucket|sum|count)$", "", name) if kind == "histogram" else name
            there.setdefault(family, (kind, set()))[1].update(labels - {"le"})
    assert table == there
    assert set(NAME.findall(PAGE)) - {"process_", "python_"} <= families(exposed)


def test_each_alert_is_whole_and_its_runbook_is_a_heading_of_the_page():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-")
        for each in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 12
    for rule in RULES:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert re.fullmatch(r"Simpul[A-Z]\w+", rule["alert"])
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))
        assert rule["labels"].keys() == {"severity"}
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "description", "runbook"}
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (page, anchor in headings) == ("docs/operations/monitoring.md", True), anchor
        grouped = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", rule["expr"]))))
        for text in rule["annotations"].values():
            asked = set(re.findall(r"\$labels\.(\w+)", text))
            assert asked <= grouped | ({"instance"} if "up{" in rule["expr"] else set()), rule["alert"]
    runbooks = {rule["annotations"]["runbook"].partition("#")[2] for rule in RULES}
    to_do = PAGE.partition("## What to do")[2]
    told = {each.lower().replace(" ", "-") for each in re.findall(r"^### (.+)$", to_do, re.MULTILINE)}
    assert runbooks == told


def test_the_dashboard_is_one_that_grafana_reads():
    panels = DASHBOARD["panels"]
    assert len({each["id"] for each in panels}) == len(panels) > 20
    variables = {each["name"] for each in DASHBOARD["templating"]["list"]}
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["type"] in {"row", "stat", "timeseries"}
        for target in panel.get("targets", ()):
            assert target["datasource"] == panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert set(re.findall(r"\$(\w+)", target["expr"])) <= variables | {"__rate_interval"}
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= set(
                re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", target["expr"])))
            ) | {"instance"}
    spots = {(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels}
    assert len(spots) == len(panels)
