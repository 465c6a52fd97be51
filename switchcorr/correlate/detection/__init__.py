"""When: which stretches of a log are to be explained, in a whole log or drop by drop."""
