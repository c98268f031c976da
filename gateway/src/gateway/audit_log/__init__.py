"""The audit logs of every service, read as one."""
