"""What a scan has read so far, in a file of its own."""
