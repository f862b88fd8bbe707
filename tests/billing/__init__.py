"""The room that bills: rules, formats and use cases."""
