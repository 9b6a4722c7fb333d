"""The personal categories of this domain, with their words, and the rules for them."""

from auth.category import Category

TAXPAYER = Category(
    name="TAXPAYER",
    description="The taxpayer of an object (wajib pajak).",
    scope="Read full names of taxpayers (wajib pajak), if an agreement covers it.",
    id="nama Anda sebagai wajib pajak",
    en="your name as a taxpayer",
)
DEED = Category(
    name="DEED",
    description="The person, the object and the amounts of an acquisition (BPHTB).",
    scope="Read the person, the object and the amounts of an acquisition (BPHTB).",
    id="BPHTB Anda",
    en="your tax on an acquisition (BPHTB)",
)
