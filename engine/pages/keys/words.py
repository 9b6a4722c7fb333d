"""What the page of keys says, in both languages."""

from connectors.kit.bilingual import Bilingual

TITLE = Bilingual(id="Kunci untuk aplikasi · {}", en="Keys for apps · {}")
ABOUT = Bilingual(
    id="Data publik dapat ditanyakan tanpa kunci. Kunci memberi aplikasi Anda kuota sendiri, dan aplikasi Anda diberi "
    "tahu sebelum sebuah bidang data dihapus. Pengelola memutuskan setiap permintaan.",
    en="Public data can be asked for without a key. A key gives your app a quota of its own, and your app is told "
    "before a field is given up. An administrator decides on each request.",
)
ASK = Bilingual(id="Minta kunci", en="Ask for a key")
APP = Bilingual(id="Kode aplikasi", en="Code of the app")
APP_HELP = Bilingual(
    id="Huruf kecil dan angka, digabung dengan tanda hubung, seperti jadwal-warga.",
    en="Lower-case words joined by dashes, such as city-hours.",
)
PURPOSE = Bilingual(id="Untuk apa aplikasi itu", en="What the app is for")
CONTACT = Bilingual(id="Cara menghubungi Anda", en="How to reach you")
CONTACT_HELP = Bilingual(
    id="Alamat surel, alamat https, atau nomor telepon. Hanya Anda dan pengelola yang membacanya.",
    en="An e-mail address, an https address or a telephone number. Only you and administrators read it.",
)
ORIGINS = Bilingual(id="Asal halaman web yang memakai kunci (boleh kosong)", en="Origins of web pages (may be empty)")
ORIGINS_HELP = Bilingual(
    id="Satu per baris, seperti https://app.example, dan untuk mencoba http://127.0.0.1:5173. Tanpa asal, kunci tidak "
    "dapat dipakai di halaman web.",
    en="One in each line, such as https://app.example, and to try it http://127.0.0.1:5173. Without one, no web page "
    "can use the key.",
)
SEND = Bilingual(id="Masuk dan kirim permintaan", en="Sign in and send the request")
AGREED = Bilingual(
    id="Kunci tunduk pada {}. Keputusan pengelola dapat dilihat di halaman ini.",
    en="The {} hold for a key. You see the decision on this page.",
)
TERMS = Bilingual(id="ketentuan penggunaan", en="terms of use")
MINE = Bilingual(id="Permintaan saya", en="My requests")
SEE = Bilingual(id="Masuk dan lihat permintaan saya", en="Sign in and see my requests")
NONE = Bilingual(id="Belum ada permintaan.", en="There is no request yet.")
SENT = Bilingual(
    id="Permintaan untuk {} sudah dikirim. Kembalilah ke halaman ini untuk melihat keputusannya.",
    en="The request for {} was sent. Come back to this page to see the decision.",
)
SHOWN_ONCE = Bilingual(
    id="Kunci untuk {}. Kunci ini hanya ditampilkan sekarang; simpanlah di tempat yang aman.",
    en="The key for {}. It is shown only now; keep it in a safe place.",
)
TRY = Bilingual(
    id="Kirim kunci di tajuk <code>x-api-key</code>. Cobalah:",
    en="Send it in the header <code>x-api-key</code>. Try it:",
)
ON = Bilingual(id="Lalu: {} · {}", en="Then: {} · {}")
FIRST_APP = Bilingual(id="buat aplikasi pertama", en="build a first app")
SPENDING = Bilingual(id="lihat pemakaian aplikasi Anda", en="see what your app spends")
QUOTA = Bilingual(id="Kuota: {} satuan per menit", en="Quota: {} units a minute")
ENDS = Bilingual(id="berlaku sampai {}", en="valid until {}")
ASKED_ON = Bilingual(id="diminta {}", en="asked for on {}")
DECIDED_ON = Bilingual(id="diputuskan {}", en="decided on {}")
PAGES = Bilingual(id="halaman dari {}", en="pages of {}")
NO_PAGES = Bilingual(id="tidak untuk halaman web", en="for no web page")
LOST = Bilingual(
    id="Jika hilang, {} dengan kode <code>{}</code>.", en="If it is lost, {} by its code, <code>{}</code>."
)
REPLACE = Bilingual(id="ganti kuncinya", en="replace it")
COLLECT = Bilingual(id="Masuk dan ambil kunci", en="Sign in and collect the key")
STATES = {
    "ASKED": Bilingual(id="Menunggu keputusan pengelola.", en="An administrator has not decided yet."),
    "GRANTED": Bilingual(id="Disetujui: ambil kuncinya.", en="Granted: collect the key."),
    "REFUSED": Bilingual(id="Ditolak: {}", en="Refused: {}"),
    "COLLECTED": Bilingual(id="Kunci sudah diambil.", en="The key was collected."),
}
ENDED = Bilingual(
    id="Proses masuk ini sudah berakhir atau tidak berasal dari peramban ini. Kirim formulirnya sekali lagi.",
    en="This sign-in has ended, or another browser began it. Send the form once more.",
)
AWAY = Bilingual(
    id="Penyedia identitas sedang tidak menjawab; coba lagi sebentar lagi.",
    en="The identity provider does not answer now; try again in a moment.",
)
PROBLEM = Bilingual(id="Belum berhasil", en="It did not work")
