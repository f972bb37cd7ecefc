"""Telling people: Slack, Teams, e-mail, a webhook, through apprise."""
