"""Mass events 群体性事件: several complaints about one employer in both cities, seen as one."""
