"""Workshops 工作研讨: the inspectors of both cities meet, and note what each will do."""
