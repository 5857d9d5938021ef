"""The parts of the gradient check's dialog: verdict, table of derivatives, error curve."""
