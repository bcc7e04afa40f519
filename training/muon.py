"""Muon (Jordan et al., 2024): momentum whose singular values are all made one. As torch.optim.Muon, which on CPUs without bfloat16
matrix units takes a third of a step: here in the precision of the model, and every worker orthogonalises its share of the matrices."""
import torch

from model import HALF

COEFFICIENTS, STEPS = (3.4445, -4.775, 2.0315), 5  # of the Newton-Schulz iteration


def orthogonal(g):
    """The matrices with the singular vectors of g, (count, rows, columns), and singular values near one."""
    a, b, c = COEFFICIENTS
    tall = g.shape[1] > g.shape[2]
    x = (g.mT if tall else g).to(HALF)
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(STEPS):
        square = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, workers, lr, weight_decay, momentum=0.95):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        self.workers = workers

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            params, lr, momentum = group["params"], group["lr"], group["momentum"]
            for p in params:
                self.state[p].setdefault("momentum", torch.zeros_like(p))
            grads, momenta = [p.grad for p in params], [self.state[p]["momentum"] for p in params]
            torch._foreach_lerp_(momenta, grads, 1 - momentum)
            wanted = torch._foreach_lerp(grads, momenta, momentum)
            updates = torch.zeros(sum(p.numel() for p in params), device=params[0].device)
            views = [u.view_as(p) for u, p in zip(updates.split([p.numel() for p in params]), params)]
            # Matrices of one shape at once: on a GPU launching so many small kernels took longer than running them.
            for shape in dict.fromkeys(p.shape for p in params):
                alike = self.workers.share([i for i, p in enumerate(params) if p.shape == shape])
                if alike:
                    torch._foreach_copy_([views[i] for i in alike], list(orthogonal(torch.stack([wanted[i] for i in alike])).unbind()))
            self.workers.sum(updates)
            torch._foreach_mul_(params, 1 - lr * group["weight_decay"])
            # The size of an AdamW step, so that one rate fits both.
            torch._foreach_add_(params, torch._foreach_mul(views, [-lr * 0.2 * max(p.shape) ** 0.5 for p in params]))
