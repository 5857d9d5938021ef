"""Where panels lie and how the user moves them: trees, dividers, floating windows."""
