"""The records of a delivery: the query, the layout, their values, XML and XSD."""
