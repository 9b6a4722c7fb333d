"""The page on which a person asks for the key of an app and collects it: plain forms, no script."""
