"""How long an answer lives, and what is served when an agency does not answer. No agency is named here."""
