"""What the service can see of an account, to answer its owner: states, mails and limits."""
