"""Registration in four steps, and activation by e-mailed link."""
