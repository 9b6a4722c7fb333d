"""What is personal about the keys of apps, and by which rules it is given."""

from auth.caller import Audience
from auth.category import Category
from auth.lacks import Lack, LackKind
from auth.policies import Rule, audience, owner, personal, scope, signed_in

API_KEYS = Category(
    name="API_KEYS",
    description="The keys for apps that a person has asked for, and how to reach the person (kunci aplikasi).",
    scope="Ask for keys for the person, and collect, rotate and revoke them (kunci aplikasi).",
    id="kunci aplikasi Anda dan cara menghubungi Anda",
    en="your keys for apps and how to reach you",
)

runs_the_hub = Rule(
    "the administrator decides on it",
    lambda asked: asked.caller.audience is Audience.ADMIN,
    lambda _: Lack(LackKind.ROLE),
)

MY_KEYS = personal(signed_in, API_KEYS, (owner, scope(API_KEYS)))
"""Whoever asks for a key handles it, and nobody else."""
CONTACT = personal(signed_in, API_KEYS, (owner, scope(API_KEYS)), (runs_the_hub,))
"""The person who asks, and administrators, who may have to ask back."""
KEY_HOLDERS = audience(
    Audience.PARTNER,
    Audience.CITIZEN,
    Audience.OFFICER,
    Audience.ADMIN,
    because="It is about a key of an app: for the person who asked for it, the app itself and administrators.",
)
"""Nothing of it is the key."""
OF_APPS = audience(
    Audience.PARTNER,
    Audience.ADMIN,
    because="It is about what an app asks for, and not about people: for the app itself and for administrators.",
)
"""Counts, and nothing else."""
