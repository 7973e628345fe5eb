"""What a gemeente must be able to show: documents, incidents, the processing log."""
