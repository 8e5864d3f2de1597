"""The clinics' door: console pages over the same services, and the operator's health page."""
