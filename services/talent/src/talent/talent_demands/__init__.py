"""Demands for high-level talent, and what answers them."""
