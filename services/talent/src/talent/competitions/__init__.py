"""Skill competitions."""
