"""The acts of the stories, page by page, whoever drives the browser."""
