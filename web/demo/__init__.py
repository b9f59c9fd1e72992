"""What `make run` adds: a mail catcher and the page that shows what it caught."""
