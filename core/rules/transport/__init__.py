"""The message: not sent, sent elsewhere, refused, dropped, or not booked."""
