"""Stand-ins of worship.

`schedule.csv` has the prayer times of each day of a year, as the Ministry of Religious Affairs published them for a
city in the west of Java in 2026, and for 29 February in 2024. Source: renomureza/waktu-sholat, which had them from
the ministry.
"""
