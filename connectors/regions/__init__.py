"""The regions of the city: their names, and their codes in two systems.

`<code>.csv` holds one city; `<code>` is its Kemendagri code. Sources of `36.71.csv`: codes and names from Kepmendagri
300.2.2-2430/2025; BPS codes from BPS's own listing of villages, joined by name (five spellings differ and are written
as `alias`); areas in km² from BPS 2022.
"""
