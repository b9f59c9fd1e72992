"""The desk of an employer: the people whose délégation it holds."""
