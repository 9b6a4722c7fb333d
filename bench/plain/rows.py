"""The rows of the plain schema: the same ones for the same number, for the hub and for its peers."""

import random
from typing import Any

WORDS = "beras cabai telur gula garam jagung kedelai bawang minyak ayam sapi ikan tahu tempe kopi teh susu".split()

SDL = """
type Item {
  id: ID! code: String! name: String! kind: String! qty: Int! price: Float! active: Boolean! city: String! unit: String!
  updated: String!
}
type User { id: Int! name: String! email: String! }
type Post { id: Int! userId: Int! title: String! body: String! user: User! }
type Query { items: [Item!]! posts: [Post!]! }
"""
ITEMS = "{ items { id code name kind qty price active city unit updated } }"
POSTS = "{ posts { title user { name } } }"


def items(number: int) -> list[dict[str, Any]]:
    """So many rows of ten fields."""
    chance = random.Random(number)  # noqa: S311  no secret
    return [
        {
            "id": str(each),
            "code": f"c{each:05d}",
            "name": f"{chance.choice(WORDS)} {chance.choice(WORDS)}",
            "kind": chance.choice(WORDS),
            "qty": chance.randint(0, 9999),
            "price": round(chance.uniform(1, 999), 2),
            "active": each % 2 == 0,
            "city": chance.choice(WORDS),
            "unit": "kg",
            "updated": "2026-11-23T10:00:00Z",
        }
        for each in range(1, number + 1)
    ]


def users() -> list[dict[str, Any]]:
    """Ten, whom the posts name."""
    return [{"id": each, "name": f"Warga {each}", "email": f"u{each}@example.org"} for each in range(1, 11)]


def posts() -> list[dict[str, Any]]:
    """A hundred."""
    chance = random.Random(0)  # noqa: S311  no secret
    return [
        {
            "userId": (each - 1) // 10 + 1,
            "id": each,
            "title": " ".join(chance.choices(WORDS, k=6)),
            "body": " ".join(chance.choices(WORDS, k=25)),
        }
        for each in range(1, 101)
    ]


def fanned_out() -> dict[str, Any]:
    """The answer to `POSTS`."""
    names = {each["id"]: each["name"] for each in users()}
    return {"posts": [{"title": each["title"], "user": {"name": names[each["userId"]]}} for each in posts()]}
