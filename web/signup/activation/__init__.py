"""The activation mail, its link, and the account that it opens."""
