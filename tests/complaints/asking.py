"""What is asked of complaints, and by whom."""

from sandbox.identity.issuer import issuer_of
from store.complaints.deliverer import Deliverer

TOPICS = "query ($s: String) { complaintTopics(search: $s, first: 50) { nodes { code name } unavailable { agency problem } } }"
PUBLIC = """query ($near: Point, $within: Float, $topic: String, $state: ComplaintState, $late: ComplaintTimeliness,
  $since: DateTime, $order: ComplaintOrder! = LATEST, $after: String, $first: Int = 100) {
  complaints(near: $near, withinKm: $within, topic: $topic, state: $state, timeliness: $late, since: $since,
    orderBy: $order, after: $after, first: $first) {
    totalCount nodes { code text state timeliness distance secret anonymous topicName owner dueAt source { agency state } }
    pageInfo { endCursor hasNextPage } unavailable { agency problem } } }"""
ONE = "query ($code: String!) { complaint(code: $code) { code text secret anonymous steps { nodes { note } } } }"
WHO = "query ($code: String!) { complaint(code: $code) { code complainant { name email phone } } }"
SENT = """id code agency desk page text anonymous secret madeAt delivery attempts problem nextAttemptAt deliveredAt number
  notice topic { code } complaint { code state note timeliness dueAt text anonymous secret }
  steps { nodes { happenedAt state note } }"""
SEND = f"""mutation ($complaint: ComplaintInput!, $key: String!) {{
  sendComplaint(complaint: $complaint, idempotencyKey: $key) {{ {SENT} }} }}"""
MINE = f"{{ me {{ complaints {{ totalCount nodes {{ {SENT} }} }} }} }}"
MY = f"query ($code: String!) {{ sentComplaint(code: $code) {{ {SENT} }} }}"
DESK = """query ($state: ComplaintState, $late: ComplaintTimeliness, $topic: String, $first: Int = 100) {
  complaintDesk { code name waiting complaints(state: $state, timeliness: $late, topic: $topic, first: $first) {
    totalCount nodes { code state timeliness dueAt secret text } } } }"""
TOWN_HALL = {"latitude": -6.1702, "longitude": 106.6403}
DECLARED = {"simpul_purpose": "penanganan-pengaduan", "simpul_case": "ADU/1"}


def wish(**values):
    """A complaint that is to be sent."""
    whole = {
        "topic": "laksa/002",
        "text": "Jalan berlubang di depan sekolah",
        "address": "Jl. Contoh No. 5",
        "point": TOWN_HALL,
    }
    return {**whole, **values}


class Person:
    """Somebody who asks."""

    def __init__(self, hub, sandbox, clock, name=None, **claims):
        self.hub, self._sandbox, self._clock, self._name, self._claims = hub, sandbox, clock, name, claims

    @property
    def headers(self):
        """As one who has signed in just now."""
        if self._name is None:
            return {}
        issuer, url = issuer_of(self._sandbox.control), f"{self._sandbox.url}/identity"
        token = issuer.token(self._name, url, self._clock.now(), **self._claims)
        return {"Authorization": f"Bearer {token}"}

    async def ask(self, query, variables=None, **more):
        return await self.hub.ask(query, variables, accept_language="en", **self.headers, **more)

    async def data(self, query, variables=None, **more):
        answer = await self.ask(query, variables, **more)
        assert "errors" not in answer, answer["errors"]
        (data,) = answer["data"].values()
        return data

    async def refusal(self, query, variables=None, **more):
        answer = await self.ask(query, variables, **more)
        error = answer["errors"][0]
        assert list((answer.get("data") or {}).values()) in ([None], [])
        return error["extensions"]["code"]

    async def send(self, key="one wish", **values):
        return await self.data(SEND, {"complaint": wish(**values), "key": key})


async def deliver(hub):
    """What is due, once."""
    (worker,) = (each for each in hub.state.background if isinstance(each, Deliverer))
    await worker.round()
