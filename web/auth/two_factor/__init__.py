"""The second factor of a login, for both kinds of account: TOTP and recovery codes."""
