"""Mail: enqueued with the data it is about, then delivered by the worker."""
