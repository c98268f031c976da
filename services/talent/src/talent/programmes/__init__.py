"""Talent programmes of the cities and their categories on the common ladder."""
