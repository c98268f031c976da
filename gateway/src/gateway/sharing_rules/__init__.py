"""Sharing rules 共享规则: what one city reads of the other's rows."""
