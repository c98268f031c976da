"""The worklist of a person over every domain they hold (综合柜员制)."""
