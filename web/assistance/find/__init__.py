"""A report on an account, to answer its owner: states, mails and limits."""
