"""The site end to end: real server, real worker, real mail, real browsers."""
