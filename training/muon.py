"""Muon (Jordan et al., 2024): momentum whose singular values are all made one. As torch.optim.Muon, which on CPUs without bfloat16
matrix units takes a third of a step: here in the precision of the model, and every worker orthogonalises its share of the matrices."""
import torch

from model import HALF

COEFFICIENTS, STEPS = (3.4445, -4.775, 2.0315), 5  # of the Newton-Schulz iteration


def orthogonal(g):
    """The matrix with the singular vectors of g, (rows, columns), and singular values near one."""
    a, b, c = COEFFICIENTS
    tall = g.shape[0] > g.shape[1]
    x = (g.T if tall else g).to(HALF)
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(STEPS):
        square = x @ x.T
        x = torch.addmm(x, torch.addmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, workers, lr, weight_decay, momentum=0.95):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        self.workers = workers

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            params, lr, momentum = group["params"], group["lr"], group["momentum"]
            updates = torch.zeros(sum(p.numel() for p in params), device=params[0].device)
            views = [u.view_as(p) for u, p in zip(updates.split([p.numel() for p in params]), params)]
            for i, p in enumerate(params):
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].lerp_(p.grad, 1 - momentum)
                if i % self.workers.count == self.workers.rank:
                    views[i].copy_(orthogonal(p.grad.lerp(state["momentum"], momentum)))
            self.workers.sum(updates)
            for p, update in zip(params, views):
                # The size of an AdamW step, so that one rate fits both.
                p.mul_(1 - lr * group["weight_decay"]).add_(update, alpha=-lr * 0.2 * max(p.shape) ** 0.5)
