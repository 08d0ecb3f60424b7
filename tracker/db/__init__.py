"""The local database: tables, migrations and the store that loads a history and records facts."""
