"""The first page of the reference (`/docs`), its index of names, and a page for each domain."""

from collections.abc import Iterator, Mapping
from html import escape

from connectors.kit.bilingual import Bilingual
from engine.pages.site.documents import TITLE as DOCUMENTS
from engine.pages.site.documents import DocumentPages
from engine.pages.site.first_app import PATH as FIRST_APP
from engine.pages.site.first_app import TITLE as FIRST
from engine.pages.site.frame import Content, english, link
from engine.pages.site.reference import SHARED, ReferenceSection, SchemaReference
from engine.pages.site.reference_html import ReferenceHtml

TITLE = Bilingual(id="Acuan skema", en="Reference of the schema")
LEAD = Bilingual(
    id="Semua yang dapat ditanyakan siapa pun, dibuat dari skema yang sedang berjalan.",
    en="All that anybody can ask for, made from the schema that runs here.",
)
IN_ENGLISH = Bilingual(
    id="Keterangan setiap bidang berasal dari skema dan ditulis dalam bahasa Inggris, dengan istilah Indonesia "
    "di dalam kurung. Navigasi, judul, dan aturan akses ada dalam kedua bahasa.",
    en="The description of each field comes from the schema, in English, with the Indonesian term in brackets.",
)
HOW = Bilingual(
    id="Setiap bidang untuk semua orang, kecuali baris di bawahnya menyebut lain. Baris itu juga menyebut "
    "biayanya dalam satuan kuota; tanpa angka, biayanya 1. Bidang di dalam daftar dihitung sekali untuk setiap butir. "
    "Dengan token atau kunci, <code>/schema.graphql</code> memberi skema Anda sendiri.",
    en="Each field is for everybody, unless the line below it says otherwise. That line also says its cost in units of "
    "the quota; without a number it is 1. A field in a list counts once for each item. With a token or a key, "
    "<code>/schema.graphql</code> gives your own schema.",
)
SUBJECTS = Bilingual(id="Menurut topik", en="By subject")
NAMES = Bilingual(id="Menurut nama", en="By name")
NAMES_LEAD = Bilingual(id="Semua pertanyaan dan tipe, menurut abjad.", en="All questions and types, by the alphabet.")
QUESTIONS = Bilingual(id="{} pertanyaan", en="{} question")
TYPES = Bilingual(id="{} tipe", en="{} type")
BACK = Bilingual(id="Acuan", en="Reference")
READY = Bilingual(id="Contoh", en="Examples")


def docs_page(
    reference: SchemaReference, documents: DocumentPages, about: Mapping[str, Bilingual], language: str
) -> Content:
    """With what to begin."""
    shown = ReferenceHtml(reference, documents.titles, language)
    cards = []
    for name, section in sorted(reference.sections.items(), key=lambda each: _place(shown, each[0])):
        title = link(f"/docs/{name}", escape(shown.title(name)), language)
        text = f"<p>{escape(about[name][language])}</p>" if name in about else ""
        roots = ", ".join(map(shown.root_link, section.roots))
        listed = f'<p class="names">{roots}</p>' if roots else ""
        counts = ", ".join(_counted(section, language))
        cards.append(f'<li><h3>{title}</h3>{text}{listed}<p class="quiet">{counts}</p></li>')
    body = [
        f"<h1>{TITLE[language]}</h1>",
        f'<p class="lead">{LEAD[language]}</p>',
        f"<p>{IN_ENGLISH[language]} {HOW[language]}</p>",
        f"<p>{link('/docs/queries', DOCUMENTS[language], language)} · "
        f"{link('/docs/names', NAMES[language], language)} · "
        f"{link(FIRST_APP, FIRST[language], language)} · "
        '<a href="/schema.graphql">schema.graphql</a></p>',
        f"<h2>{SUBJECTS[language]}</h2>",
        f'<ul class="cards">{"".join(cards)}</ul>',
    ]
    return Content(TITLE[language], "\n".join(body), LEAD[language])


def names_page(reference: SchemaReference, documents: DocumentPages, language: str) -> Content:
    """The index of all names."""
    listed = ReferenceHtml(reference, documents.titles, language).names()
    body = (
        f'<p class="quiet back">&larr; {link("/docs", BACK[language], language)}</p><h1>{NAMES[language]}</h1>'
        f'<p>{NAMES_LEAD[language]}</p><ul class="columns">{listed}</ul>'
    )
    return Content(NAMES[language], body, NAMES_LEAD[language])


def section_page(
    name: str,
    reference: SchemaReference,
    documents: DocumentPages,
    about: Mapping[str, Bilingual],
    language: str,
) -> Content:
    """All of one domain."""
    shown = ReferenceHtml(reference, documents.titles, language)
    title = shown.title(name)
    text = f'<p class="lead">{escape(about[name][language])}</p>' if name in about else ""
    found = documents.of_domain(name)
    lines = "".join(
        f"<li>{link(f'/docs/queries/{each.name}', english(each.title, language, 'span'), language)} "
        f"{english(each.purpose, language, 'span', 'quiet')}</li>"
        for each in found
    )
    examples = f"<h2>{READY[language]}</h2><ul>{lines}</ul>" if lines else ""
    back = f'<p class="quiet back">&larr; {link("/docs", BACK[language], language)}</p>'
    body = f"{back}<h1>{escape(title)}</h1>{text}{examples}{shown.section(name)}"
    return Content(title, body, about[name][language] if name in about else "")


def _counted(section: ReferenceSection, language: str) -> Iterator[str]:
    for number, unit in ((len(section.roots), QUESTIONS), (len(section.types), TYPES)):
        if number:
            yield unit[language].format(number) + "s" * (language == "en" and number > 1)


def _place(shown: ReferenceHtml, name: str) -> tuple[bool, str]:
    return name == SHARED, shown.title(name).casefold()
