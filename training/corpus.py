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


def bins(lengths):
    """Indices of `lengths`, first fit from the longest on, in rows no longer than the longest."""
    rows, room = [], []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        k = next((k for k, free in enumerate(room) if free >= lengths[i]), len(rows))
        if k == len(rows):
            rows.append([])
            room.append(max(lengths))
        rows[k].append(i)
        room[k] -= lengths[i]
    return rows


def pack(graphs, device="cpu"):
    """ids, targets (-100: none), positions, owner (index of the graph, -1: none): (batch, time); mask: (batch, 1, time, time).
    Short graphs share a row; none sees another."""
    lengths = [len(c) + sum(map(len, rows)) for c, rows in graphs]
    packed = bins(lengths)
    shape = (len(packed), max(lengths))
    ids, targets = np.zeros(shape, np.int64), np.full(shape, -100, np.int64)
    positions, segment, owner = np.zeros(shape, np.int64), np.full(shape, -1, np.int64), np.full(shape, -1, np.int64)
    for b, members in enumerate(packed):
        at = 0
        for g in members:
            context, rows = graphs[g]
            n, begin = len(context), at
            at += n
            ids[b, begin:at], positions[b, begin:at], segment[b, begin:at] = context, np.arange(n), 0
            for k, row in enumerate(rows, 1):
                end = at + len(row)
                ids[b, at:end], targets[b, at:end - 1] = row, row[1:]
                positions[b, at:end], segment[b, at:end] = np.arange(n, n + len(row)), k
                at = end
            owner[b, begin:at] = g
    ids, targets, positions, segment, owner = (torch.from_numpy(a).to(device) for a in (ids, targets, positions, segment, owner))
    size = shape[1]
    causal = torch.tril(torch.ones(size, size, dtype=torch.bool, device=device))
    own = (owner[:, None, :] == owner[:, :, None]) & ((segment[:, None, :] == 0) | (segment[:, None, :] == segment[:, :, None]))
    mask = (causal & own) | torch.eye(size, dtype=torch.bool, device=device)
    return ids, targets, positions, owner, mask[:, None]
