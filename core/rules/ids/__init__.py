"""The ids that an order keeps: broken ones, old ones, none."""
