"""The browser that sends a request: its cookies, its CSRF tokens, its address."""
