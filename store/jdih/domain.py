"""The copies of regulations."""

from store.jdih.regulations import REGULATION_COPIES
from store.kit.domains import StoreDomain

DOMAIN = StoreDomain(copies={"regulations": REGULATION_COPIES})
