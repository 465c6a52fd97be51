"""The command ``listen``, with live recognition beside it."""
