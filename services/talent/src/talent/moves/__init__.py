"""Moves of talent between the cities: one checklist over five services."""
