"""The site as people use it: real server, real worker, real mail, real browsers."""
