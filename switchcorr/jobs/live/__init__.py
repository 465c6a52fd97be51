"""Live recognition: follows the segments, judges what is loud, tells what is news."""
