"""Worship: prayer times that are computed and published, mosques, and zakat.

`<code>.csv` has the centre of each kelurahan of one city, named by its Kemendagri code. Source of `36.71.csv`:
cahyadsn/wilayah_boundaries (MIT), rounded to about ten metres.
"""
