"""The rules of passwords: the policy, and the passwords that are too common."""
