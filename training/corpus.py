"""Reads the corpus that `kubesynth train` writes and packs graphs into batches: one copy of the context per graph, shared
by its rows through a block attention mask; positions of every row restart after the context."""
import json
import pathlib

import numpy as np
import torch


class Corpus:
    def __init__(self, folder: str):
        folder = pathlib.Path(folder)
        self.meta = json.loads((folder / "corpus.json").read_text())
        self.ids = np.memmap(folder / "ids.u16", dtype=np.uint16, mode="r")
        self.index = np.fromfile(folder / "index.u32", dtype=np.uint32)

    def __len__(self) -> int:
        return len(self.index) - 1

    def length(self, i: int) -> int:
        return int(self.index[i + 1] - self.index[i])

    def rows(self, i: int) -> int:
        return int(self.ids[self.index[i] + 1])

    def graph(self, i: int):
        """(context ids, [row ids, …])"""
        flat = self.ids[self.index[i]:self.index[i + 1]].astype(np.int64)
        context, rows = int(flat[0]), int(flat[1])
        lengths, at = flat[2:2 + rows], 2 + rows + context
        out = []
        for n in lengths:
            out.append(flat[at:at + n])
            at += n
        return flat[2 + rows:2 + rows + context], out


def pack(graphs, device="cpu"):
    """ids, targets (-100: none), positions: (batch, time); mask: (batch, 1, time, time)."""
    size = max(len(c) + sum(map(len, rows)) for c, rows in graphs)
    shape = (len(graphs), size)
    ids, targets = np.zeros(shape, np.int64), np.full(shape, -100, np.int64)
    positions, segment = np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
    for g, (context, rows) in enumerate(graphs):
        n = len(context)
        ids[g, :n], positions[g, :n], segment[g, :n] = context, np.arange(n), 0
        at = n
        for k, row in enumerate(rows, 1):
            end = at + len(row)
            ids[g, at:end], targets[g, at:end - 1] = row, row[1:]
            positions[g, at:end], segment[g, at:end] = np.arange(n, n + len(row)), k
            at = end
    ids, targets, positions, segment = (torch.from_numpy(a).to(device) for a in (ids, targets, positions, segment))
    causal = torch.tril(torch.ones(size, size, dtype=torch.bool, device=device))
    own = (segment[:, None, :] == 0) | (segment[:, None, :] == segment[:, :, None])
    mask = (causal & own) | torch.eye(size, dtype=torch.bool, device=device)
    return ids, targets, positions, mask[:, None]
