"""A person and what belongs to the person: identity, phones, addresses, history and its seals."""
