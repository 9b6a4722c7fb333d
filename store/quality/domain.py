"""The quality of answers: no copies, but a keeper that observes, and writes behind the scenes."""

from store.kit.domains import StoreDomain
from store.quality.keeper import QualityKeeper

DOMAIN = StoreDomain(background=(QualityKeeper,))
