"""Data parallelism on one machine: every worker holds the model and takes its share of each batch; gradients are summed. On CPUs
two workers of one thread each do half as much again as one worker of two threads, since most of a step is many small operations."""
import os
import socket

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


class Workers:
    """`rank` of `count`; one worker alone needs no process group."""

    def __init__(self, rank=0, count=1):
        self.rank, self.count = rank, count

    @property
    def first(self) -> bool:
        return self.rank == 0

    def share(self, items):
        """Every count-th item, from one's own rank on."""
        return items[self.rank::self.count]

    def sum(self, tensor):
        """The same sum in all workers, in place."""
        if self.count > 1:
            dist.all_reduce(tensor)
        return tensor


def gradients(model):
    """One tensor that all gradients are views of, so that they are cleared and summed at once."""
    parameters = list(model.parameters())
    flat = torch.zeros(sum(p.numel() for p in parameters), device=parameters[0].device)
    at = 0
    for p in parameters:
        p.grad = flat[at:at + p.numel()].view_as(p)
        at += p.numel()
    return flat


def _start(rank, count, port, main, args):
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    # What a trained model rules out has probabilities too small for normal numbers; computing with those takes three times as long.
    torch.set_flush_denormal(True)
    dist.init_process_group("gloo", rank=rank, world_size=count)
    main(Workers(rank, count), *args)
    dist.destroy_process_group()


def launch(count, main, *args):
    """Runs main(Workers, *args) in `count` processes, or in this one where one is enough."""
    if count == 1:
        return main(Workers(), *args)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    mp.spawn(_start, (count, port, main, args), nprocs=count)
