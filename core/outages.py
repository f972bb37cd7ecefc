"""Many cases with one cause and one beginning are one outage. Pure: kept cases in, outages out."""
