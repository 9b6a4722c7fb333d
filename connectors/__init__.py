"""How the hub speaks to agencies: one folder for each domain, one file for each protocol.

All of them stand on `kit`.
"""
