"""The categories of personal data. Each domain declares its own, and by them readings are agreed on and recorded."""

from connectors.kit.bilingual import Bilingual


class Category(Bilingual, frozen=True, kw_only=True):
    """A kind of personal data.

    `name` stands in the schema, in entries of the audit log, and in the scopes of apps: an app that has the scope of
    this name may do for a person what `scope` says. `id` and `en` say to the person what was read of them, as in
    "You read …".
    """

    name: str
    description: str
    scope: str
