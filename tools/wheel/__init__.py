"""Nablascope as an installed package: the source tree, one folder deeper, and how it is started."""
