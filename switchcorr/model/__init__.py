"""Frozen values of the field: addresses, interfaces, tables, placements, events, incidents. Imports nothing but the base."""
