"""What sign-up, sign-in and the spaces share about an account."""
