"""How an agency is spoken to: one folder a domain, one file a protocol; all of them stand on `kit`."""
