"""The audiences that somebody can ask as."""

from auth.caller import Audience
from tests.conftest import ACCOUNTS

ASKING = (Audience.PUBLIC, *ACCOUNTS)
"""PARTNER comes with keys for apps."""
