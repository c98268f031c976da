"""Guidance cases 指导案例: what a decided case teaches, told so that nobody can be known."""
