"""Category mappings: the treaty between the cities' programmes."""
