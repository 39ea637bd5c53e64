"""Flow between neighbouring frames by iterations that gradients pass through, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.representation_flow import RepresentationFlow
from nasvid.modules.leaf import Layer


class FlowIterations(nn.Module):
    """TV-L1 flow from each frame to the next, horizontal in channel 0 and vertical in channel 1.

    Beyond the border of a frame all is zero.

    Args:
        iterations: Number of iterations.
        theta: How closely the flow follows its smoothed copy.
        data_weight: Weight of equal brightness against smoothness.
        tau: Length of a step towards smoothness.
    """

    def __init__(self, iterations: int, theta: float, data_weight: float, tau: float) -> None:
        super().__init__()
        self.iterations = iterations
        self.theta = theta
        self.longest_step = data_weight * theta
        self.smoothing = tau / theta

    def forward(self, x_BCTHW: torch.Tensor) -> torch.Tensor:
        image = self.rescaled(x_BCTHW.mean(dim=1, keepdim=True))
        change = image[:, :, 1:] - image[:, :, :-1]
        slope = self.central_differences(image[:, :, 1:])
        steepness = (slope**2).sum(dim=1, keepdim=True) + 1e-12
        flow = torch.zeros_like(slope)
        dual_x, dual_y = torch.zeros_like(slope), torch.zeros_like(slope)
        for _ in range(self.iterations):
            residual = change + (slope * flow).sum(dim=1, keepdim=True)
            step = (residual / steepness).clamp(-self.longest_step, self.longest_step)
            flow = flow - step * slope + self.theta * self.divergence(dual_x, dual_y)
            flow_x = F.pad(flow, (0, 1))[..., 1:] - flow
            flow_y = F.pad(flow, (0, 0, 0, 1))[..., 1:, :] - flow
            norm = 1 + self.smoothing * torch.sqrt(flow_x**2 + flow_y**2 + 1e-12)
            dual_x = (dual_x + self.smoothing * flow_x) / norm
            dual_y = (dual_y + self.smoothing * flow_y) / norm
        return torch.cat([flow, flow[:, :, -1:]], dim=2)

    def rescaled(self, image: torch.Tensor) -> torch.Tensor:
        """Each clip from 0 to 255; one of a single value stays."""
        low = image.amin(dim=(1, 2, 3, 4), keepdim=True)
        span = image.amax(dim=(1, 2, 3, 4), keepdim=True) - low
        is_flat = span == 0
        return torch.where(is_flat, image, 255 * (image - low) / torch.where(is_flat, 1, span))

    def central_differences(self, image: torch.Tensor) -> torch.Tensor:
        across, down = F.pad(image, (1, 1)), F.pad(image, (0, 0, 1, 1))
        slope_x = across[..., 2:] - across[..., :-2]
        slope_y = down[..., 2:, :] - down[..., :-2, :]
        return torch.cat([slope_x, slope_y], dim=1) / 2

    def divergence(self, dual_x: torch.Tensor, dual_y: torch.Tensor) -> torch.Tensor:
        inner_x, inner_y = dual_x[..., :-1], dual_y[..., :-1, :]
        across = F.pad(inner_x, (0, 1)) - F.pad(inner_x, (1, 0))
        down = F.pad(inner_y, (0, 0, 0, 1)) - F.pad(inner_y, (0, 0, 1, 0))
        return across + down


def leaf(op: RepresentationFlow, *inputs: Shape) -> Layer:
    """A `FlowIterations`."""
    del inputs
    return Layer(
        FlowIterations,
        {
            "iterations": op.iterations,
            "theta": op.theta,
            "data_weight": op.data_weight,
            "tau": op.tau,
        },
    )
