"""Talent shared between employers: the person stays with their own."""
