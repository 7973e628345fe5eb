"""The files of a delivery beside each other, and how they compare with earlier deliveries."""
