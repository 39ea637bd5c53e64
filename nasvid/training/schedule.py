"""Learning rate over a training run: linear warm-up, then half a cosine.

Source: Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983, equation 5 with one cycle;
warm-up by Goyal et al. 2017, https://arxiv.org/abs/1706.02677, section 2.2.
"""

from math import cos, pi


def lr_factor(step: int, num_steps: int, warmup: float) -> float:
    """Factor of the peak learning rate at a step, above 0 and at most 1.

    The warm-up rises to 1 in equal stairs, the last of which is the first step at the peak; the
    cosine falls from there and would reach 0 one step after the last.

    Args:
        step: From 0 to `num_steps - 1`.
        num_steps: Steps of the whole run.
        warmup: Share of the steps that belong to the warm-up, 0 to 1.
    Example:
        >>> [round(lr_factor(step, 6, 0.34), 2) for step in range(6)]
        [0.5, 1.0, 1.0, 0.85, 0.5, 0.15]
    """
    num_warmup = round(warmup * num_steps)
    if step < num_warmup:
        return (step + 1) / num_warmup
    return 0.5 * (1 + cos(pi * (step - num_warmup) / (num_steps - num_warmup)))
