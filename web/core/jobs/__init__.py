"""Jobs of the queue while a worker carries them out."""
