"""Delegated cases 异地委托事项: one city asks, the other finds out, the first decides."""
