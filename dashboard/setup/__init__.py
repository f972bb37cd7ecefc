"""What the Setup page says.

views  pure: lines by urgency, the mapping as understood, an order twice
"""
