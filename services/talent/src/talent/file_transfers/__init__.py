"""Personnel files on their way from one city's file service to the other's."""
