"""Secondments of cadres between the cities' HRSS bodies."""
