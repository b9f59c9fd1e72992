"""Requests and responses: routing, templates, headers, errors, static assets."""
