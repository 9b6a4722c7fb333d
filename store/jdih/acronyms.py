"""Acronyms that people use and titles of regulations write out, or the other way round."""

from collections.abc import Iterator, Sequence

ACRONYMS = {
    "apbd": "anggaran pendapatan dan belanja daerah",
    "apbn": "anggaran pendapatan dan belanja negara",
    "asn": "aparatur sipil negara",
    "blud": "badan layanan umum daerah",
    "bphtb": "bea perolehan hak atas tanah dan bangunan",
    "bumd": "badan usaha milik daerah",
    "dprd": "dewan perwakilan rakyat daerah",
    "imb": "izin mendirikan bangunan",
    "ktr": "kawasan tanpa rokok",
    "lp2b": "lahan pertanian pangan berkelanjutan",
    "opd": "organisasi perangkat daerah",
    "pbb": "pajak bumi dan bangunan",
    "pbg": "persetujuan bangunan gedung",
    "pdrd": "pajak daerah dan retribusi daerah",
    "pkl": "pedagang kaki lima",
    "pns": "pegawai negeri sipil",
    "ppns": "penyidik pegawai negeri sipil",
    "psu": "prasarana sarana dan utilitas umum",
    "rdtr": "rencana detail tata ruang",
    "rkpd": "rencana kerja pemerintah daerah",
    "rpjmd": "rencana pembangunan jangka menengah daerah",
    "rpjpd": "rencana pembangunan jangka panjang daerah",
    "rth": "ruang terbuka hijau",
    "rtrw": "rencana tata ruang wilayah",
    "sotk": "susunan organisasi dan tata kerja",
    "spbe": "sistem pemerintahan berbasis elektronik",
    "tpp": "tambahan penghasilan pegawai",
    "umkm": "usaha mikro kecil dan menengah",
}

_WRITTEN_OUT = {short: tuple(words.split()) for short, words in ACRONYMS.items()}
_BY_FIRST = {
    first: [(words, short) for short, words in _WRITTEN_OUT.items() if words[0] == first]
    for first in {words[0] for words in _WRITTEN_OUT.values()}
}


def also_called(words: Sequence[str], place: int) -> Iterator[str]:
    """Further words for the word at this place: the words of an acronym, or the acronym of words."""
    yield from _WRITTEN_OUT.get(words[place], ())
    for written, short in _BY_FIRST.get(words[place], ()):
        if tuple(words[place : place + len(written)]) == written:
            yield short
