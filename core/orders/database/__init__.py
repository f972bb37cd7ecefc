"""The app's database: connections, relations, look-ups, walks. Read-only."""
