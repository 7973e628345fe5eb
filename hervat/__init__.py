"""hervat: puts a gemeente's administration right after wrong registrations under the Wi2021."""

__version__ = "0.1.0"
