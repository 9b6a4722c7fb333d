"""A complaint on its way, and the same with other values."""

from typing import Any

from connectors.complaints.records import Contact, FieldAnswer, Letter

WHO = Contact(name="Warga Contoh Empat", email="warga@example.id", phone="+62215550044")
PERSONAL = ("Warga", "Contoh Empat", "warga@example.id", "+62215550044", "Lampu mati <sejak> Senin & gelap")


def letter(**values: Any) -> Letter:
    whole: dict[str, Any] = {
        "key": "k-77",
        "topic": "001",
        "text": "Lampu mati <sejak> Senin & gelap",
        "address": "Jl. Contoh No. 1",
        "latitude": -6.1702,
        "longitude": 106.6403,
        "photo": "https://foto.example/1.jpg",
        "answers": (
            FieldAnswer(code="keadaan", values=("mati",)),
            FieldAnswer(code="jam", values=("18", "19"), several=True),
        ),
        "anonymous": False,
        "secret": False,
        "contact": WHO,
    }
    return Letter(**{**whole, **values})
