"""What a gemeente must be able to show of its processing (AVG 30), made from the configuration."""

from hervat.accountability.processing import ProcessingActivity, ProcessingEntry, ProcessingRecipient, processing_entry
from hervat.accountability.processing_page import processing_page

__all__ = ["ProcessingActivity", "ProcessingEntry", "ProcessingRecipient", "processing_entry", "processing_page"]
