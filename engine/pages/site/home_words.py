"""What the first page says, in both languages."""

from typing import NamedTuple

from connectors.kit.bilingual import Bilingual

TITLE = Bilingual(id="Data dan layanan {} dari satu alamat", en="Data and services of {} at one address")
ABOUT = Bilingual(
    id="Simpul menghubungkan sistem instansi {} dalam satu API GraphQL. Satu pertanyaan dapat menyangkut beberapa "
    "instansi sekaligus. Setiap jawaban menyebut instansi asalnya dan umur datanya.",
    en="Simpul joins the systems of the agencies of {} in one GraphQL API. One question can concern several agencies "
    "at once. Every answer names the agency that it comes from, and how old the data are.",
)
NOTICE = Bilingual(id="Pengumuman", en="Notice")
BUTTONS = (
    ("/graphql", "button", Bilingual(id="Coba di peramban", en="Try it in the browser")),
    ("/docs/first-app", "button plain", Bilingual(id="Buat aplikasi pertama", en="Build a first app")),
    ("/docs", "button plain", Bilingual(id="Baca acuan", en="Read the reference")),
)
"""The first steps of who builds an app."""
FIRST_QUESTION = Bilingual(id="Pertanyaan pertama", en="A first question")
QUESTION = "{ city { name } agencies(first: 3) { nodes { name state } } }"
"""It can be asked in every city, and asks no agency."""
FIRST_ANSWER = Bilingual(
    id='Tidak perlu kunci untuk mulai. Skema lengkapnya ada di <a href="/schema.graphql">/schema.graphql</a>, untuk '
    "alat yang membuat klien.",
    en='You need no key to begin. The whole schema is at <a href="/schema.graphql">/schema.graphql</a>, for tools that '
    "generate clients.",
)
SEVERAL = Bilingual(
    id="Dokumen berikut bertanya ke beberapa instansi sekaligus.", en="These ask several agencies at once."
)
GRAPHIQL = Bilingual(id="GraphiQL", en="GraphiQL")
ASK = Bilingual(id="Yang dapat ditanyakan", en="What can be asked")
DESCRIBED = Bilingual(
    id="Setiap topik punya halaman acuan dengan semua bidangnya. Keterangan bidang ditulis dalam bahasa Inggris.",
    en="Each subject has a page of the reference with all its fields.",
)
ALL_DOCUMENTS = Bilingual(id="Semua dokumen siap pakai", en="All ready documents")
MORE = Bilingual(
    id="Warga yang masuk dan aplikasi yang punya kunci dapat bertanya lebih banyak, misalnya tentang pengaduan dan "
    "pemesanan sendiri.",
    en="Citizens who sign in and apps with a key can ask for more, such as their own complaints and bookings.",
)
KEYS_TITLE = Bilingual(id="Kunci untuk aplikasi", en="A key for your app")
KEYS = Bilingual(
    id="Kunci memberi aplikasi kuota sendiri, asal halaman sendiri (CORS), dan pemberitahuan sebelum sebuah bidang "
    "yang dipakainya dihapus. Sebutkan tujuan aplikasi, kontak, dan alamat halamannya.",
    en="A key gives an app a quota of its own, the origins of its own pages (CORS), and a warning before a field that "
    "it uses is removed. Say what the app is for, whom to write to, and where its pages are.",
)


class _WaysToAKey(NamedTuple):
    page: str
    mutation: str
    contact: str


WAYS_TO_A_KEY = {
    "id": _WaysToAKey(
        page="Minta kunci",
        mutation="Minta kunci dengan mutation <code>requestApiKey</code>",
        contact="Minta kunci lewat",
    ),
    "en": _WaysToAKey(
        page="Ask for a key",
        mutation="Ask for a key with the mutation <code>requestApiKey</code>",
        contact="Ask for a key at",
    ),
}
OTHER_DOORS = Bilingual(
    id="Dokumen yang sama juga dapat dipanggil lewat:", en="The same documents are there in other ways too:"
)
DOORS = {
    "/rest/openapi.json": Bilingual(id="REST, dengan OpenAPI", en="REST, with OpenAPI"),
    "/mcp": Bilingual(id="MCP, untuk asisten AI", en="MCP, for assistants"),
}
"""Further ways to ask, where this hub has them."""
STATUS = Bilingual(id="Keadaan sekarang", en="How it does now")
STATUS_MORE = Bilingual(id="Keadaan setiap sistem", en="How each system does")
NEWS = Bilingual(id="Perubahan skema", en="Changes of the schema")
ALL_CHANGES = Bilingual(id="Semua perubahan", en="All changes")
TERMS = Bilingual(id="Ketentuan dan atribusi", en="Terms and attribution")
ATTRIBUTED = Bilingual(id="Sumber yang harus disebut: {}.", en="Sources that have to be named: {}.")
ALL_TERMS = Bilingual(
    id="Ketentuan penggunaan, dengan lisensi data setiap instansi",
    en="Terms of use, with the licence of each agency's data",
)
CONTACT = Bilingual(id="Kontak", en="Contact")
FOR_WHOM = Bilingual(
    id="Pertanyaan tentang simpul ini: {}. Pertanyaan tentang sebuah layanan dijawab oleh instansinya.",
    en="Questions about this hub: {}. Questions about a service are answered by its agency.",
)
