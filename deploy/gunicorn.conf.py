"""How gunicorn serves Wayout: bounded in every direction, and with nothing of anybody in a log.

`gunicorn --config deploy/gunicorn.conf.py config.wsgi`. Behind a proxy that ends HTTPS; it should
take no body above one megabyte (`client_max_body_size 1m`) and log no paths: they open calendars.
"""

bind = "127.0.0.1:8000"
workers = 3
worker_class = "gthread"
threads = 4
# A worker that does not answer for so long is ended; idle connections sooner.
timeout = 30
graceful_timeout = 20
keepalive = 5
# Memory that leaks somewhere goes with the worker.
max_requests = 2000
max_requests_jitter = 200
# The longest address is that of a search; cookies are the longest header.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
backlog = 512
# There is no access log: addresses of pages hold journeys and tokens. Errors are in the other one.
accesslog = None
loglevel = "warning"
# Only a proxy on this machine may say that a request came by HTTPS.
forwarded_allow_ips = "127.0.0.1"
