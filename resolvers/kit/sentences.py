"""An entry of the audit log as a sentence for the person whose data were read."""

from collections.abc import Callable, Mapping

from auth.audit_entry import AuditEntry
from auth.caller import Audience
from auth.category import Category
from connectors.kit.bilingual import Bilingual

ONESELF = Bilingual(id="Anda sendiri", en="You yourself")


def sentence(
    entry: AuditEntry, mine: bool, known: Mapping[str, Category], name_of: Callable[[str], str], language: str
) -> str:
    """Who read what, in plain words.

    `language` is `id` or `en`. `known` are the categories by name. `name_of` gives the name of an agency. A category
    that is no longer declared is shown by its name.
    """
    reader = entry.reader
    only = next((known[each].reader for each in entry.categories if each in known and known[each].reader), None)
    kinds = ", ".join(known[each][language] if each in known else each for each in entry.categories)
    if mine:
        who = ONESELF[language]
    elif only:
        who = only[language]
    elif reader.audience is Audience.OFFICER and reader.agency:
        who = Bilingual(id="Petugas {}", en="An officer of {}")[language].format(name_of(reader.agency))
    elif reader.audience is Audience.ADMIN:
        who = Bilingual(id="Administrator simpul ini", en="An administrator of this hub")[language]
    elif reader.app:
        who = Bilingual(id="Aplikasi {}", en="The app {}")[language].format(reader.app)
    else:
        who = Bilingual(id="Pihak lain", en="Somebody else")[language]
    if mine and reader.app:
        who += Bilingual(id=" melalui aplikasi {}", en=", through the app {},")[language].format(reader.app)
    return Bilingual(id="{} membaca {}.", en="{} read {}.")[language].format(who, kinds)
