"""The database: connections, transactions, migrations, locks, and what is purged."""
