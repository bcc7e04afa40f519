"""Which graphs of a pool to train on. Labels are exact (the composer never contradicts itself), so what the model already
gets right for sure teaches nothing: a forward pass over the pool, a third of a step's cost, finds what it does not."""
import torch
import torch.nn.functional as F

from corpus import pack

AT_RANDOM = 2  # one graph in so many is kept whatever its loss, so that what is sure stays so


def deal(graphs, count, generator):
    """Splits graphs, [(context ids, [row ids, …])], into `count` batches of equal size. Graphs of like length share a batch, so
    that little is padding, except refusals, the shortest, which are dealt out evenly: a batch of nothing else would
    unbalance the step. The order of batches is random but fixed by the generator."""
    size = len(graphs) // count
    refusals = [g for g in graphs if g[2]]
    rest = iter(sorted((g for g in graphs if not g[2]), key=lambda g: sum(map(len, g[1]))))
    dealt = []
    for k in range(count):
        some = refusals[k::count][:size]
        dealt.append([(c, rows) for c, rows, _ in some + [g for _, g in zip(range(size - len(some)), rest)]])
    return [dealt[k] for k in torch.randperm(count, generator=generator).tolist()]


@torch.no_grad()
def losses(model, graphs, batch, device, workers):
    """The largest token loss of every graph, in nats."""
    out = torch.zeros(len(graphs))
    order = sorted(range(len(graphs)), key=lambda i: sum(map(len, graphs[i][1])))
    for at in workers.share(range(0, len(order), batch)):
        chosen = order[at:at + batch]
        ids, targets, positions, mask = pack([graphs[i][:2] for i in chosen], device)
        wanted = targets != -100
        loss = F.cross_entropy(model.logits(model(ids, positions, mask)[wanted]), targets[wanted], reduction="none")
        graph = torch.arange(len(chosen), device=device)[:, None].expand_as(targets)[wanted]
        worst = torch.zeros(len(chosen), device=device).scatter_reduce(0, graph, loss, "amax")
        out[chosen] = worst.cpu()
    return workers.sum(out).tolist()


def hardest(model, graphs, keep, batch, device, workers):
    """The `keep` graphs that teach most: one in AT_RANDOM taken blindly (the first ones, the order is random already), the
    others those with the largest loss of a single token."""
    blind, rest = graphs[:keep // AT_RANDOM], graphs[keep // AT_RANDOM:]
    worst = losses(model, rest, batch, device, workers)
    return blind + [rest[i] for i in sorted(range(len(rest)), key=lambda i: -worst[i])[:keep - len(blind)]]
