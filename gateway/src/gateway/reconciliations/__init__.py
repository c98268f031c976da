"""Reconciliation 对账: both sides' counts and digests, every day."""
