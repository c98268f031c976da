"""Agreements 合作协议 between the cities, each approved by an officer of both."""
