"""The parts of the output panel: the map over the plane, its points, contours and key."""
