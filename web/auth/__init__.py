"""One way in for both kinds of account: logins, guards, the pages of passwords and sessions."""
