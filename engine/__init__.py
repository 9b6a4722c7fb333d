"""How an operation runs: from a request's bytes to an answer's, and the page to try it on."""
