"""The files of a delivery, and how they compare with earlier deliveries."""
