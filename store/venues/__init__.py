"""Sports venues and sport events: what the hub keeps."""
