"""Benchmarks against budgets: ratios within one run, on real HTTP, PostgreSQL and SMTP."""
