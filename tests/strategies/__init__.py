"""Where the tests get their inputs from: strategies of hypothesis, small cities and bad files."""
