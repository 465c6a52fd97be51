"""From probabilities to what a human reads: causes, arguments, next steps, what could not be seen."""
