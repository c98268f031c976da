"""Complaints and reports: received anywhere, routed by the place of work."""
