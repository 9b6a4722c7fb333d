"""The terms of use (`/terms`): the city's own text or this one, and below it whose data may be used how."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from connectors.kit.bilingual import Bilingual
from engine.pages.site.frame import CityFacts, Content, Frame, contact_link, link, own_text, table, titled
from resolvers.kit.deprecation import NOTICE

TERMS_NOTICE_DAYS = 30
"""How long before they hold new terms are announced."""
TITLE = Bilingual(id="Ketentuan penggunaan", en="Terms of use")
DATA = Bilingual(id="Data setiap instansi", en="The data of each agency")
DATA_LEAD = Bilingual(
    id="Lisensi dan atribusi di bawah ini berlaku untuk data setiap sistem. Setiap jawaban juga menyebutkannya: "
    "<code>source</code> dan <code>extensions.sources</code>.",
    en="The licence and the attribution below hold for the data of each system. Every answer names them too: "
    "<code>source</code> and <code>extensions.sources</code>.",
)
COLUMNS = {
    "id": ("sistem", "topik", "lisensi", "atribusi"),
    "en": ("system", "subject", "licence", "attribution"),
}
UNSAID = Bilingual(id="tidak disebut", en="not stated")
OWN = Bilingual(id="Ketentuan {city} ada di {at}.", en="The terms of {city} are at {at}.")
SECTIONS = (
    (
        Bilingual(id="Apa yang boleh Anda lakukan", en="What you may do"),
        Bilingual(
            id="Siapa pun boleh memakai data umum dari simpul ini, juga dalam aplikasi berbayar, selama lisensi setiap "
            "instansi dipatuhi. Tunjukkan umur data kepada pengguna Anda bila umur itu penting bagi mereka.",
            en="Anybody may use the public data of this hub, also in an app that costs money, as long as the licence "
            "of each agency is kept. Show your users how old the data are, if the age matters to them.",
        ),
    ),
    (
        Bilingual(id="Atribusi", en="Attribution"),
        Bilingual(
            id="Sebutkan sumber data seperti tertulis di bawah, di tempat data itu ditampilkan. Jangan memberi kesan "
            "bahwa {city} atau instansinya mendukung aplikasi Anda.",
            en="Name the source of the data as it is written below, where the data are shown. Do not suggest that "
            "{city} or an agency of it recommends your app.",
        ),
    ),
    (
        Bilingual(id="Pemakaian yang wajar", en="Fair use"),
        Bilingual(
            id="Setiap klien punya kuota per menit. Header <code>ratelimit</code> menyebut sisanya, dan "
            "<code>simpul-cost</code> menyebut biaya sebuah jawaban. Simpan jawaban selama "
            "<code>Cache-Control</code> mengizinkan, dan tunggu selama <code>Retry-After</code> meminta. Klien yang "
            "membebani instansi dapat dibatasi.",
            en="Each client has a quota for a minute. The header <code>ratelimit</code> says what is left, and "
            "<code>simpul-cost</code> what an answer has cost. Keep answers for as long as <code>Cache-Control</code> "
            "allows, and wait as long as <code>Retry-After</code> asks. A client that overloads an agency may be "
            "limited.",
        ),
    ),
    (
        Bilingual(id="Kunci", en="Keys"),
        Bilingual(
            id="Sebuah kunci berlaku untuk satu aplikasi dan satu tujuan. Jangan membagikannya. Kunci yang bocor atau "
            "disalahgunakan dicabut.",
            en="A key is for one app and one purpose. Do not share it. A key that has leaked or is misused is revoked.",
        ),
    ),
    (
        Bilingual(id="Data pribadi", en="Personal data"),
        Bilingual(
            id="Data pribadi disamarkan kecuali aturannya mengizinkan, dan setiap pembacaan dicatat untuk orang yang "
            "bersangkutan (UU 27/2022). Jangan menyimpan data pribadi lebih lama dari yang diperlukan tujuan Anda.",
            en="Personal data are masked unless their rules allow more, and each reading is on record for the person "
            "whose data they are (UU 27/2022). Do not keep personal data for longer than your purpose needs.",
        ),
    ),
    (
        Bilingual(id="Perubahan", en="Changes"),
        Bilingual(
            id="Skema hanya bertambah. Bidang yang akan dihapus ditandai <code>@deprecated</code> dengan penggantinya, "
            "diumumkan di {changes}, dan tetap menjawab sedikitnya {notice} hari. Ketentuan baru diumumkan di "
            "halaman ini sedikitnya {days} hari sebelum berlaku.",
            en="The schema only grows. A field that will be removed is marked <code>@deprecated</code> with what to "
            "use instead, is announced in the {changes}, and answers for at least {notice} days more. New terms are "
            "announced on this page at least {days} days before they hold.",
        ),
    ),
    (
        Bilingual(id="Tanpa jaminan", en="No warranty"),
        Bilingual(
            id="Data diberikan sebagaimana adanya dari instansi. Dokumen resmi instansi tetap yang menentukan. Keadaan "
            "setiap sistem ada di halaman {status}.",
            en="The data are given as the agencies give them. The official documents of an agency prevail. How each "
            "system does is told on the page {status}.",
        ),
    ),
)
CHANGES = Bilingual(id="catatan perubahan", en="changelog")
STATUS = Bilingual(id="status", en="status")
QUESTIONS = Bilingual(id="Pertanyaan", en="Questions")


class AgencyTerms(NamedTuple):
    """Under which terms the data of one system may be used."""

    name: str
    domain: str
    licence: str | None
    attribution: str | None


def terms_page(
    frame: Frame, agencies: Iterable[AgencyTerms], titles: Mapping[str, Bilingual], language: str
) -> Content:
    """The page."""
    parts = [f"<h1>{TITLE[language]}</h1>", *_text(frame, language), f'<h2 id="data">{DATA[language]}</h2>']
    parts += [f"<p>{DATA_LEAD[language]}</p>", agencies_table(agencies, titles, language)]
    if frame.city.contact:
        parts.append(f"<h2>{QUESTIONS[language]}</h2><p>{contact_link(frame.city.contact)}</p>")
    return Content(TITLE[language], "\n".join(parts))


def agencies_table(agencies: Iterable[AgencyTerms], titles: Mapping[str, Bilingual], language: str) -> str:
    """Whose data may be used how, by subject."""
    rows = sorted(
        ((each, titled(titles, each.domain, language)) for each in agencies),
        key=lambda row: (row[1].casefold(), row[0].name.casefold()),
    )
    quiet = f'<span class="quiet">{UNSAID[language]}</span>'
    cells = [
        (escape(each.name), escape(title), escape(each.licence or "") or quiet, escape(each.attribution or "") or quiet)
        for each, title in rows
    ]
    return table(COLUMNS[language], cells)


def _text(frame: Frame, language: str) -> Iterator[str]:
    city: CityFacts = frame.city
    own = own_text(city, "terms", language)
    if city.terms_url:
        url = escape(city.terms_url)
        at = f'<a href="{url}">{url}</a>'
        yield f'<p class="note">{OWN[language].format(city=escape(city.name), at=at)}</p>'
    if own:
        yield own
    if own or city.terms_url:
        return
    ways = {
        "city": escape(city.name),
        "changes": link("/changelog", CHANGES[language], language),
        "status": link("/status", STATUS[language], language),
        "notice": NOTICE.days,
        "days": TERMS_NOTICE_DAYS,
    }
    for title, text in SECTIONS:
        yield f"<h2>{title[language]}</h2><p>{text[language].format(**ways)}</p>"
