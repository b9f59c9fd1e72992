"""The account code that sign-up, sign-in and the spaces share."""
