"""How much of the speed of bare sending is left when our worker claims, renders, sends and records.

In one run against the same sink: (a) finished messages sent by Django over one open connection,
nothing else; (b) our worker. Prints medians and their ratio. Run by `make bench`.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
