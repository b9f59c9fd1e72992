"""Infrastructure shared by the features; it imports none of them.

Six rooms: db, http (with browser and forms), mail, crypto, cli, ops. Here: what a process is built
from (runtime, addresses, clock), limits and queues.
"""
