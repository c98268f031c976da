"""Money benefits that talent draws, so that none is drawn twice."""
