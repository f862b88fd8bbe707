"""Invoices as files: values worked out by hand, judged by the official rules."""
