"""The personal categories of this domain, with their words, and the rules for them."""

from auth.category import Category

TAXPAYER = Category(
    name="TAXPAYER",
    description="Who pays the tax on an object (wajib pajak).",
    scope="Read whole names of taxpayers (wajib pajak), where an agreement covers it.",
    id="nama Anda sebagai wajib pajak",
    en="your name as a taxpayer",
)
DEED = Category(
    name="DEED",
    description="Who acquired what for how much, by the tax on it (BPHTB).",
    scope="Read who acquired what for how much, by the tax on it (BPHTB).",
    id="BPHTB Anda",
    en="your tax on an acquisition (BPHTB)",
)
