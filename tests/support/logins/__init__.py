"""Logins: the two kinds of account, known browsers, failures, links and second factors."""
