"""What the hub says of a request that it does not take, in Indonesian; in English it stands where it happens."""

import re

INDONESIAN = {
    "Send Authorization with Bearer and an access token, or not at all.": "Kirim Authorization dengan Bearer dan token "
    "akses, atau jangan kirim sama sekali.",
    "This city has no identity provider: nobody can sign in.": "Kota ini belum punya penyedia identitas: belum ada "
    "yang dapat masuk.",
    "The access token is not valid, or no longer valid.": "Token akses tidak berlaku, atau tidak "
    "lagi; masuklah kembali.",
    "The hub cannot check the access token now.": "Simpul ini sedang tidak dapat memeriksa token akses.",
    "This city offers no keys for apps.": "Kota ini tidak menyediakan kunci untuk aplikasi.",
    "The hub cannot check the key now.": "Simpul ini sedang tidak dapat memeriksa kunci.",
    "The key is not valid, or no longer valid.": "Kunci tidak berlaku, atau tidak lagi.",
    "Pages of this origin may not use this key.": "Halaman dari asal ini tidak boleh memakai kunci ini.",
    "simpul-purpose and simpul-case come together.": "simpul-purpose dan simpul-case dikirim bersama.",
    "simpul-purpose is none of this city's purposes.": "simpul-purpose bukan tujuan yang dikenal kota ini.",
    "simpul-case is a reference of at most 64 letters, digits and ./_- with no identity number in it.": "simpul-case "
    "adalah nomor perkara dari paling banyak 64 huruf, angka, dan ./_- tanpa nomor identitas di dalamnya.",
    "Send one header {}, or none.": "Kirim satu header {}, atau tidak sama sekali.",
    "Sign in first.": "Masuk terlebih dahulu.",
    "Unknown parameters.": "Ada parameter yang tidak dikenal.",
    "This costs {}, and your minute allows {}.": "Ini berbiaya {}, sedangkan kuota semenit Anda {}.",
    "The minute's quota is used up.": "Kuota menit ini sudah habis; coba lagi sebentar lagi.",
    "The record cannot be read.": "Catatan akses tidak dapat dibaca.",
    "{} is a number of seconds from {} to {}.": "{} adalah bilangan detik dari {} sampai {}.",
    "{} is a number from {} to {}.": "{} adalah bilangan dari {} sampai {}.",
    "There is nothing at this address.": "Tidak ada apa pun di alamat ini.",
    "This address does not take such a request.": "Alamat ini tidak menerima permintaan seperti itu.",
    "lang is id or en.": "lang adalah id atau en.",
    "{} is a day, or a moment with its zone.": "{} adalah tanggal, atau waktu dengan zonanya.",
    "{} is a day between {} and {}, as in 2026-01-31.": "{} adalah tanggal antara {} dan {}, seperti 2026-01-31.",
    "{} is a moment with its zone, between {} and {}, as in 2026-01-31T00:00:00Z.": "{} adalah waktu dengan zonanya, "
    "antara {} dan {}, seperti 2026-01-31T00:00:00Z.",
    "Answers come as {}, {} or {}.": "Jawaban berupa {}, {}, atau {}.",
    "Send {}, in UTF-8.": "Kirim {}, dalam UTF-8.",
    "This page is for administrators.": "Halaman ini untuk pengelola.",
    "Send this form from its own page.": "Kirim formulir ini dari halamannya sendiri.",
    "Send the body as it is, not compressed.": "Kirim isi permintaan apa adanya, tanpa pemampatan.",
    "The body did not come to its end.": "Isi permintaan tidak sampai ke akhirnya.",
    "The body is larger than {} bytes.": "Isi permintaan lebih besar dari {} bita.",
    "The body is not JSON.": "Isi permintaan bukan JSON.",
    "{} is not JSON.": "{} bukan JSON.",
    "Send one operation in each request.": "Kirim satu operasi dalam satu permintaan.",
    "The body is a JSON object with a query.": "Isi permintaan adalah objek JSON dengan query.",
    "query is a string, and not blank.": "query adalah teks, dan tidak kosong.",
    "documentId is a string.": "documentId adalah teks.",
    "documentId is sha256: and 64 hexadecimal digits.": "documentId adalah sha256: dan 64 digit heksadesimal.",
    "{} is an object or null.": "{} adalah objek atau null.",
    "operationName is a string or null.": "operationName adalah teks atau null.",
    "operationName names none of the operations.": "operationName tidak menyebut satu pun operasi.",
    "Of several operations, operationName says which one.": "Dari beberapa operasi, operationName menyebut yang mana.",
    "GET runs queries, POST queries and mutations; subscriptions come over a WebSocket or as text/event-stream.": "GET "
    "menjalankan query, POST query dan mutation; subscription lewat WebSocket atau sebagai text/event-stream.",
    "The credentials of this connection have ended.": "Token atau kunci sambungan ini sudah berakhir.",
    "The hash belongs to another document.": "Hash ini milik dokumen lain.",
    "This hub runs only trusted documents.": "Simpul ini hanya menjalankan dokumen yang tepercaya.",
    "persistedQuery has version 1 and a sha256Hash of 64 hexadecimal digits.": "persistedQuery punya version 1 dan "
    "sha256Hash dari 64 digit heksadesimal.",
    "There is no document of this name; /rest/openapi.json lists them.": "Tidak ada dokumen bernama demikian; "
    "/rest/openapi.json mendaftar semuanya.",
    "This document comes by {}.": "Dokumen ini dijawab lewat {}.",
    "Only these may run this document: {}.": "Hanya ini yang boleh menjalankan dokumen ini: {}.",
    "The parameters of this document stand in the body, not in the address.": "Parameter dokumen ini ada di isi "
    "permintaan, bukan di alamatnya.",
    "Pages of this origin may not ask here.": "Halaman dari asal ini tidak boleh bertanya di sini.",
    "Messages come by POST.": "Pesan dikirim lewat POST.",
    "Send one message of JSON-RPC 2.0, not several.": "Kirim satu pesan JSON-RPC 2.0, bukan beberapa.",
    "id is a text or a whole number.": "id adalah teks atau bilangan bulat.",
    "method is a text, and params an object.": "method adalah teks, dan params objek.",
    "This revision is not supported.": "Revisi ini tidak didukung.",
    "_meta has {} and {}.": "_meta memuat {} dan {}.",
    "_meta has {}, an object.": "_meta memuat {}, sebuah objek.",
    "These headers do not repeat the body: {}.": "Header ini tidak mengulang isi permintaan: {}.",
    "You have no tool of this name; tools/list has yours.": "Tidak ada alat bernama demikian untuk Anda; tools/list "
    "mendaftar alat Anda.",
    "arguments is an object.": "arguments adalah objek.",
    "This method is not known here.": "Metode ini tidak dikenal di sini.",
    "Answers come as application/json.": "Jawaban berupa application/json.",
    "The body is a JSON object of parameters.": "Isi permintaan adalah objek JSON berisi parameter.",
}
"""By what is said in English; `{}` stands for what differs."""

FOR_PROGRAMS = frozenset({"PersistedQueryNotFound"})
"""What clients look for, word by word."""


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(re.escape(english).replace(re.escape("{}"), "(.*?)"))


_WITH_GAPS = [(_pattern(english), text) for english, text in INDONESIAN.items() if "{}" in english]


def said(message: str, language: str) -> str:
    """The message in this language; as it is, where there is no other for it."""
    if language == "en":
        return message
    if text := INDONESIAN.get(message):
        return text
    found = ((pattern.fullmatch(message), text) for pattern, text in _WITH_GAPS)
    return next((text.format(*match.groups()) for match, text in found if match), message)
