"""Events and exposures to incidents with probabilities; plain data in, plain data out."""
