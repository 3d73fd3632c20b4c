"""How dates and times are written where Django's own way of a language is not that of its people."""
