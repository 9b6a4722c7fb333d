"""The running hub: its settings and routes, how an operation runs, from bytes to bytes, and the page to try it on."""
