"""What is known apart from which phones dropped: facts of switches, alerts of servers, words of phones."""
