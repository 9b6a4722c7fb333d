"""What `/metrics` says, as numbers."""

import math

from prometheus_client.parser import text_string_to_metric_families

METRICS = "/metrics"


async def scraped(hub, **headers):
    """All samples: their numbers by their names and labels."""
    async with hub.session.get(f"{hub.url}{METRICS}", headers=headers) as response:
        assert response.status == 200
        text = await response.text()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(samples, name, *labels, **given):
    """The numbers of one metric by the values of these labels, without zeros; of those samples that have the given ones."""
    found = {}
    for (each, pairs), value in samples.items():
        known = dict(pairs)
        if each == name and value and given.items() <= known.items():
            key = tuple(known[label] for label in labels)
            found[key[0] if len(key) == 1 else key] = found.get(key[0] if len(key) == 1 else key, 0) + value
    return found


def of_one(samples, name, **labels):
    """The number of one sample."""
    value = samples[name, tuple(sorted(labels.items()))]
    assert not math.isnan(value)
    return value
