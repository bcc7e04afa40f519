"""Which graphs of a pool to train on. Labels are exact (the composer never contradicts itself), so what the model already
gets right for sure teaches nothing: a forward pass over the pool, a third of a step's cost, finds what it does not."""
import torch
import torch.nn.functional as F

from corpus import pack

SURE = 0.02  # nats: a row whose every token costs less is left out of the step
AT_RANDOM = 8  # one graph in so many is kept whole whatever its loss, so that what is sure stays so


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
def losses(model, graphs, batch, device):
    """The largest token loss in nats of every row of every graph: one tensor (rows) per graph, in the order given."""
    out = [None] * len(graphs)
    order = sorted(range(len(graphs)), key=lambda i: sum(map(len, graphs[i][1])))
    for at in range(0, len(order), batch):
        chosen = order[at:at + batch]
        ids, targets, positions, mask, segment = pack([graphs[i][:2] for i in chosen], device)
        wanted = targets != -100
        with torch.autocast(device, dtype=torch.bfloat16):
            scores = model.logits(model(ids, positions, mask)[wanted])
        loss = F.cross_entropy(scores.float(), targets[wanted], reduction="none")
        most = int(segment.max())
        row = (torch.arange(len(chosen), device=device)[:, None] * most + segment - 1)[wanted]
        worst = torch.zeros(len(chosen) * most, device=device).scatter_reduce(0, row, loss, "amax").view(len(chosen), most).cpu()
        for k, i in enumerate(chosen):
            out[i] = worst[k, :len(graphs[i][1])]
    return out


def hardest(model, graphs, keep, batch, device):
    """The `keep` graphs that teach most: one in AT_RANDOM whole (the first ones, the order is random already), the others
    those with the largest loss, with their plan and the rows that are not sure."""
    whole = graphs[:keep // AT_RANDOM]
    rest = graphs[len(whole):]
    worst = losses(model, rest, batch, device)
    order = sorted(range(len(rest)), key=lambda i: -float(worst[i].max()))[:keep - len(whole)]
    return whole + [(rest[i][0], [row for k, row in enumerate(rest[i][1]) if k == 0 or worst[i][k] > SURE], rest[i][2]) for i in order]
