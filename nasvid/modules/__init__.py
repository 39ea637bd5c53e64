"""From a graph to an `nn.Module`; the only layer that turns primitives into torch."""
