"""The regions of the city: which there are, how they are named, and what their codes are in two systems.

`<code>.csv` holds one city, named by its Kemendagri code. Sources of `36.71.csv`: Kemendagri codes and names from
Kepmendagri 300.2.2-2430/2025; BPS codes from BPS's own listing of villages, joined by name (five spellings differ and
stand as `alias`); areas in km² from BPS 2022.
"""
