"""The joint talent group: shareholders, milestones, service orders."""
