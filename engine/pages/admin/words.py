"""What the page of administrators says, in both languages."""

from connectors.kit.bilingual import Bilingual

TITLE = Bilingual(id="Yang berjalan", en="What runs")
DOOR = Bilingual(
    id="Halaman ini untuk pengelola simpul. Setelah masuk, Anda melihatnya paling lama sepuluh menit.",
    en="This page is for administrators of the hub. After you have signed in, you see it for ten minutes at most.",
)
SIGN_IN = Bilingual(id="Masuk sebagai pengelola", en="Sign in as an administrator")
LEAVE = Bilingual(id="Keluar", en="Sign out")
ENDED = Bilingual(
    id="Proses masuk ini sudah berakhir atau tidak berasal dari peramban ini. Masuklah sekali lagi.",
    en="This sign-in has ended, or another browser began it. Sign in once more.",
)
AWAY = Bilingual(
    id="Penyedia identitas sedang tidak menjawab; coba lagi sebentar lagi.",
    en="The identity provider does not answer now; try again in a moment.",
)
PROBLEM = Bilingual(id="Sebagian tidak dapat dibaca", en="Some of it could not be read")
UNREAD = Bilingual(id="Bagian ini tidak dapat dibaca sekarang.", en="This part cannot be read now.")
SEEN = Bilingual(
    id="Keadaan pukul {}. Anda keluar dengan sendirinya pukul {}. Muat ulang halaman untuk keadaan terbaru.",
    en="As it was at {}. You are signed out at {}. Reload the page to see it anew.",
)
SUMMARY = Bilingual(
    id="{agencies} instansi: {up} menjawab, {degraded} terganggu, {down} tidak menjawab, {unknown} belum diketahui. "
    "{findings} temuan terbuka. {feeds} dari {all_feeds} umpan gagal.",
    en="{agencies} agencies: {up} answer, {degraded} are disturbed, {down} do not answer, {unknown} are not known yet. "
    "{findings} findings are open. {feeds} of {all_feeds} feeds fail.",
)
MORE = Bilingual(
    id="Ditampilkan {} dari {}; sisanya ada di graf.", en="{} of {} are shown; the others are in the graph."
)
OTHERS = Bilingual(id="(lainnya)", en="(others)")
NAMELESS = Bilingual(id="(tanpa nama)", en="(no name)")
NO_KEY = Bilingual(id="(tanpa kunci)", en="(no key)")
NO_BOUND = Bilingual(id="tanpa batas", en="no bound")
SHARED = Bilingual(id="bersama di Redis", en="shared in Redis")
EVERY = Bilingual(id="setiap {}", en="every {}")
OF = Bilingual(id="{} dari {}", en="{} of {}")
STATES = {
    "UP": Bilingual(id="menjawab", en="up"),
    "DEGRADED": Bilingual(id="terganggu", en="disturbed"),
    "DOWN": Bilingual(id="tidak menjawab", en="down"),
    "UNKNOWN": Bilingual(id="belum diketahui", en="not known yet"),
}
BREAKERS = {
    "CLOSED": Bilingual(id="tertutup", en="closed"),
    "HALF_OPEN": Bilingual(id="setengah terbuka", en="half open"),
    "OPEN": Bilingual(id="terbuka", en="open"),
}
CACHES = {
    "READINGS": Bilingual(id="Kata instansi", en="What agencies said"),
    "ANSWERS": Bilingual(id="Jawaban utuh", en="Whole answers"),
    "DOCUMENTS": Bilingual(id="Dokumen GraphQL", en="GraphQL documents"),
}
REQUESTS = Bilingual(id="Permintaan kunci yang menunggu", en="Requests for keys that wait")
GRANT = Bilingual(id="setujui", en="grant")
REFUSE = Bilingual(id="tolak", en="refuse")
AGENCIES = Bilingual(id="Instansi", en="Agencies")
FINDINGS = Bilingual(id="Temuan terbuka", en="Open findings")
FEEDS = Bilingual(id="Umpan", en="Feeds")
CACHE = Bilingual(id="Tembolok proses ini", en="Caches of this process")
APPS = Bilingual(id="Kuota per aplikasi", en="Quotas by app")
SLOWEST = Bilingual(id="Operasi paling lambat, tujuh hari", en="Slowest operations, seven days")
DEAREST = Bilingual(id="Operasi paling mahal, tujuh hari", en="Dearest operations, seven days")
DEPRECATED = Bilingual(
    id="Bidang data yang akan dihapus dan masih dipakai, tujuh hari", en="Deprecated fields in use, seven days"
)
NONE = {
    REQUESTS: Bilingual(id="Tidak ada permintaan yang menunggu.", en="No request waits."),
    AGENCIES: Bilingual(id="Belum ada instansi.", en="There is no agency."),
    FINDINGS: Bilingual(id="Tidak ada temuan terbuka.", en="No finding is open."),
    FEEDS: Bilingual(id="Tidak ada umpan.", en="There is no feed."),
    CACHE: Bilingual(id="Tidak ada tembolok.", en="There is no cache."),
    APPS: Bilingual(id="Belum ada aplikasi dengan kunci.", en="No app has a key yet."),
    SLOWEST: Bilingual(id="Belum ada yang dihitung.", en="Nothing was counted yet."),
    DEAREST: Bilingual(id="Belum ada yang dihitung.", en="Nothing was counted yet."),
    DEPRECATED: Bilingual(id="Tidak ada yang memakainya.", en="Nobody uses one."),
}
HEADS = {
    REQUESTS: Bilingual(
        id="aplikasi|tujuan|halaman web|diminta|kode|putuskan", en="app|purpose|web pages|asked|code|decide"
    ),
    AGENCIES: Bilingual(
        id="instansi|keadaan|pemutus|umur data|p95|gagal|temuan|sebab",
        en="agency|state|breaker|age of its data|p95|failed|findings|cause",
    ),
    FINDINGS: Bilingual(
        id="instansi|pertanyaan|jenis|temuan|kali|terakhir", en="agency|question|kind|finding|times|last"
    ),
    FEEDS: Bilingual(id="umpan|dokumen|umur|ditanya|masalah", en="feed|documents|age|asked|problem"),
    CACHE: Bilingual(id="tembolok|isi|KiB|kena|luput|bagian kena", en="cache|entries|KiB|hits|misses|hit ratio"),
    APPS: Bilingual(
        id="aplikasi|kuota per menit|menit ini|hari ini|operasi hari ini|terakhir",
        en="app|quota of a minute|this minute|today|operations today|last used",
    ),
    SLOWEST: Bilingual(id="operasi|p95|p50|kali|gagal|biaya rata-rata", en="operation|p95|p50|times|failed|mean cost"),
    DEAREST: Bilingual(
        id="operasi|biaya seluruhnya|rata-rata|paling banyak|kali|gagal",
        en="operation|cost in all|mean|at most|times|failed",
    ),
    DEPRECATED: Bilingual(
        id="bidang data|aplikasi|kali|terakhir|berlaku sampai|gantinya",
        en="field|app|times|last|works until|use instead",
    ),
}
"""The heads of the columns of each table."""
