"""Which graphs of a pool to train on. Labels are exact (the composer never contradicts itself), so what the model already
gets right for sure teaches nothing: a forward pass over the pool, a third of a step's cost, finds what it does not."""
import torch
import torch.nn.functional as F

from corpus import pack

AT_RANDOM = 2  # one graph in so many is kept whatever its loss, so that what is sure stays so


def deal(graphs, count, generator):
    """Splits graphs, [(context ids, [row ids, …], alone)], into `count` batches of equal size, each with its share of those that
    are one row alone. Otherwise they come as they were drawn: batches of like graphs would make for noisier steps."""
    size = len(graphs) // count
    order = torch.randperm(len(graphs), generator=generator).tolist()
    alone, rest = ([graphs[i][:2] for i in order if graphs[i][2] == kind] for kind in (True, False))
    dealt, rest = [alone[k::count][:size] for k in range(count)], iter(rest)
    return [some + [g for _, g in zip(range(size - len(some)), rest)] for some in dealt]


@torch.no_grad()
def losses(model, graphs, batch, scope, device, workers):
    """The largest token loss of every graph, in nats."""
    out = torch.zeros(len(graphs))
    order = sorted(range(len(graphs)), key=lambda i: sum(map(len, graphs[i][1])))
    for at in workers.share(range(0, len(order), batch)):
        chosen = order[at:at + batch]
        some = [graphs[i][:2] for i in chosen]
        ids, targets, positions, owner, mask = pack(some, device)
        wanted = targets != -100
        logits = scope.choices(model.logits(model(ids, positions, mask)[wanted]), some, owner[wanted])
        loss = F.cross_entropy(logits, targets[wanted], reduction="none")
        worst = torch.zeros(len(chosen), device=device).scatter_reduce(0, owner[wanted], loss, "amax")
        out[chosen] = worst.cpu()
    return workers.sum(out).tolist()


def hardest(model, graphs, keep, batch, scope, device, workers):
    """The `keep` graphs that teach most: one in AT_RANDOM taken blindly (the first ones, the order is random already), the
    others those with the largest loss of a single token."""
    blind, rest = graphs[:keep // AT_RANDOM], graphs[keep // AT_RANDOM:]
    worst = losses(model, rest, batch, scope, device, workers)
    return blind + [rest[i] for i in sorted(range(len(rest)), key=lambda i: -worst[i])[:keep - len(blind)]]
