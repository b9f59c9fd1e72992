"""What operators see: logs, metrics, observations; and the processes themselves."""
