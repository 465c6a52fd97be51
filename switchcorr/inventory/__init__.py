"""Inventory files of every known kind to one ``Inventory``; credentials by reference."""
