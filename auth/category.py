"""The categories of personal data. Each domain declares its own; agreements, scopes and the audit log name them."""

from connectors.kit.bilingual import Bilingual


class Category(Bilingual, frozen=True, kw_only=True):
    """A category of personal data.

    `name` stands in the schema, in the audit log, and in the scopes of apps. `scope` describes what an app with the
    scope of this name may do for a person. `id` and `en` tell the person what was read, as in "You read …". `reader` is
    what readers are called where only one kind of them may read it.
    """

    name: str
    description: str
    scope: str
    reader: Bilingual | None = None
