"""How each kind of node of complaints is asked for."""

from auth.caller import Audience

SENT = """mutation { sendComplaint(
  complaint: { topic: "laksa/002", text: "Jalan berlubang", address: "Jl. Contoh No. 5" }, idempotencyKey: "a wish"
) { id } }"""

ASKED = {
    "ComplaintTopic": (Audience.PUBLIC, "{ complaintTopics(first: 1) { nodes { id } } }"),
    "Complaint": (Audience.PUBLIC, "{ complaints(first: 1) { nodes { id } } }"),
    "SentComplaint": (Audience.CITIZEN, SENT),
}
