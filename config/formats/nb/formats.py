"""Norwegian: a full stop between hours and minutes, as on all pages; Django has a colon."""

TIME_FORMAT = "H.i"
DATETIME_FORMAT = r"j. F Y \k\l. H.i"
SHORT_DATETIME_FORMAT = "d.m.Y H.i"
