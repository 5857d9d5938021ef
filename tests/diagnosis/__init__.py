"""How often the diagnosis is right: labelled runs, random ones, and what the remedies cure."""
