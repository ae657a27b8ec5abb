"""The web server, for `make run` and for hosts of one's own. The address comes from -b."""

worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 25
keepalive = 5
# its default place is in HOME, where two checkouts collide
control_socket_disable = True
# otherwise any client on this machine or on a unix socket may claim https; ProxyFix reads what configured proxies say
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
