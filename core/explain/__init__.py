"""Why a number is what it is: read off a step's values, for people to look at."""
