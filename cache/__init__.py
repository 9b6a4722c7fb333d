"""How long an answer lives, and what is served when the agency is down; no seconds and no agency names in here."""
