"""A change of address by the service, for someone who has lost their mailbox.

The new address confirms it by a mailed link. The earlier address is warned at once, and can refuse
it by a link until it takes effect, which is never before three days have passed.
"""
