"""The page that leads from nothing to a first app (`/docs/first-app`)."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from connectors.kit.bilingual import Bilingual
from engine.pages.site.documents import DocumentPages
from engine.pages.site.frame import Content, Frame, contact_link, link, table

PATH = "/docs/first-app"
APP = (Path(__file__).parent / "first_app.html").read_text(encoding="utf-8")
"""The app. `docs/clients.md` has it too."""
SERVE = "python3 -m http.server --bind 127.0.0.1 5173"
SERVED = "http://127.0.0.1:5173"
"""Where that command serves the app: the origin that its key has to name."""
SPENDING = "my-app"
"""The document by which an app sees what it spends."""

TITLE = Bilingual(id="Aplikasi pertama", en="A first app")
LEAD = Bilingual(
    id="Sebuah halaman web yang bertanya ke simpul ini, dari nol sampai berjalan.",
    en="A web page that asks this hub, from nothing until it runs.",
)
KEY = Bilingual(id="Minta kunci", en="Ask for a key")
WHY = Bilingual(
    id="Program bertanya tanpa kunci. Halaman web perlu kunci: peramban hanya memberikan jawaban kepada halaman yang "
    "asalnya (origin) disebut oleh sebuah kunci. Untuk mencoba, sebutkan asal <code>{}</code>.",
    en="Programs ask without a key. A web page needs one: a browser gives an answer only to a page whose origin a key "
    "names. To try it, name the origin <code>{}</code>.",
)
WHERE = Bilingual(id="Kunci diminta lewat", en="A key is asked for at")
DECIDED = Bilingual(
    id="Setelah pengelola menyetujuinya, ambil kuncinya di halaman yang sama.",
    en="When an administrator has granted it, collect the key on the same page.",
)
SAVE = Bilingual(id="Simpan halamannya", en="Save the page")
AS = Bilingual(
    id="Simpan sebagai <code>index.html</code> di folder kosong, dan tulis kunci Anda di tempat <code>YOUR-KEY</code>.",
    en="Save this as <code>index.html</code> in an empty folder, and write your key in place of <code>YOUR-KEY</code>.",
)
OPEN = Bilingual(id="Buka di peramban", en="Open it in a browser")
THEN = Bilingual(
    id="Jalankan perintah ini di folder itu, lalu buka {}.", en="Run this command in that folder, and open {}."
)
LOOK = Bilingual(id="Ubah, dan perhatikan", en="Change it, and see what you are told")
CHANGE = Bilingual(
    id="Ganti pertanyaannya: {}. Jawaban membawa tajuk berikut.",
    en="Ask something else: {}. These headers come with an answer.",
)
READY = Bilingual(id="dokumen siap pakai", en="ready documents")
COLUMNS = {"id": ("tajuk", "artinya"), "en": ("header", "what it says")}
HEADERS = (
    (
        "simpul-cost",
        Bilingual(id="Biaya jawaban ini dalam satuan kuota.", en="What this answer has cost, in units of the quota."),
    ),
    (
        "ratelimit-policy, ratelimit",
        Bilingual(
            id="Kuota Anda: <code>q</code> satuan dalam <code>w</code> detik, dan <code>r</code> yang tersisa.",
            en="Your quota: <code>q</code> units in <code>w</code> seconds, and <code>r</code> that are left.",
        ),
    ),
    (
        "deprecation, sunset",
        Bilingual(
            id="Ada bidang yang dipakai dan akan dihapus: sejak kapan, dan sampai kapan masih menjawab.",
            en="A field that was asked for will be removed: since when this is known, and until when it answers.",
        ),
    ),
)
OWN = Bilingual(
    id="Aplikasi melihat kuota, pemakaian, dan bidang usangnya sendiri dengan {}.",
    en="An app sees its own quota, what it has used, and the deprecated fields among that, with {}.",
)
NEXT = Bilingual(
    id="Sebelum menerbitkannya, baca {} dan ikuti {}.", en="Before you publish it, read the {} and follow the {}."
)
TERMS = Bilingual(id="ketentuan penggunaan", en="terms of use")
CHANGES = Bilingual(id="perubahan skema", en="changes of the schema")


def first_app_page(frame: Frame, documents: DocumentPages, language: str) -> Content:
    """The page, with a place for the hub's address."""
    title = TITLE[language]
    body = [f"<h1>{title}</h1>", f'<p class="lead">{LEAD[language]}</p>', *_steps(frame, documents, language)]
    return Content(title, "\n".join(body), LEAD[language])


def _steps(frame: Frame, documents: DocumentPages, language: str) -> Iterator[str]:
    yield f"<h2>1. {KEY[language]}</h2><p>{WHY[language].format(SERVED)}</p>"
    if frame.has("/keys"):
        yield f"<p>{link('/keys', KEY[language], language, kind='button')}</p><p>{DECIDED[language]}</p>"
    elif frame.city.contact:
        yield f"<p>{WHERE[language]} {contact_link(frame.city.contact)}.</p>"
    yield f"<h2>2. {SAVE[language]}</h2><p>{AS[language]}</p>{_code(APP)}"
    opened = f"<code>{SERVED}</code>"
    yield f"<h2>3. {OPEN[language]}</h2><p>{THEN[language].format(opened)}</p>{_code(SERVE)}"
    ready = link("/docs/queries", READY[language], language)
    rows = [(f"<code>{name}</code>", text[language]) for name, text in HEADERS]
    yield f"<h2>4. {LOOK[language]}</h2><p>{CHANGE[language].format(ready)}</p>{table(COLUMNS[language], rows)}"
    if SPENDING in documents.documents:
        own = link(f"/docs/queries/{SPENDING}", f"<code>{SPENDING}</code>", language)
        yield f"<p>{OWN[language].format(own)}</p>"
    terms, changes = link("/terms", TERMS[language], language), link("/changelog", CHANGES[language], language)
    yield f"<p>{NEXT[language].format(terms, changes)}</p>"


def _code(text: str) -> str:
    return f'<pre tabindex="0"><code>{escape(text.strip())}</code></pre>'
