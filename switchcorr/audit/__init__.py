"""What an audit concludes from one run to the next: incidents that are the same, findings that come and go, times to run. Pure."""
