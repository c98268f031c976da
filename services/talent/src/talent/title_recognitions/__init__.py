"""Titles of another city, recognised without a second review."""
