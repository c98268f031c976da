"""Employers' labour credit 守法诚信等级: what they did, the yearly grade, what is published."""
