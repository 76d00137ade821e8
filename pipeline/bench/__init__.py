"""The bench of the door: what a build, a question and a big delivery cost, measured on this machine."""
