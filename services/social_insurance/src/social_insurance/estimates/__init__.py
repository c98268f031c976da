"""Estimates 待遇测算: when somebody retires, which scheme pays, and how much."""
