"""What a reading command is given, read: captures, locations and event files to a campus and a log."""
