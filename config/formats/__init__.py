"""Dates and times where Django writes them in another way than the people of a language do."""
