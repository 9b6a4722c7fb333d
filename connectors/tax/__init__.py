"""Local taxes: property tax (PBB-P2), the tax on acquisitions (BPHTB), retributions, and requests to the tax office."""
