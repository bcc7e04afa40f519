"""What is held out apart is no reason against each other. Where a new keyword and a cron job never come together in training, tokens
that only contexts with the one have are learnt not to go with the other, and the loss says nothing of it. So in contexts with either,
those that only the other has are no choice; in all other contexts they are, and so are learnt to come of what is stated."""
import json
import pathlib

import numpy as np
import torch


class Scope:
    """`folder` of a corpus, its training graphs, and how many tokens there are. `apart.json` has pairs of context tokens by ids, one
    that is new and one that is known; without any, every token is a choice everywhere."""

    def __init__(self, folder, corpus, tokens, device):
        path = pathlib.Path(folder) / "apart.json"
        pairs = json.loads(path.read_text()) if path.exists() else []
        comes = {t: np.zeros(tokens, bool) for pair in pairs for t in pair}
        without = {new: np.zeros(tokens, bool) for new, _ in pairs}
        for i in range(len(corpus) if pairs else 0):
            context, rows = corpus.graph(i)
            stated, written = set(context.tolist()), np.concatenate(rows)
            for t in comes.keys() & stated:
                comes[t][written] = True
            for new in without.keys() - stated:
                without[new][written] = True
        # By the token of a context. What is known may well rule out what is known: there only tokens of the new alone are no choice.
        self.others = {t: np.zeros(tokens, bool) for t in comes}
        for new, known in pairs:
            self.others[new] |= comes[known] & ~comes[new]
            self.others[known] |= comes[new] & ~without[new]
        self.none, self.device = np.zeros(tokens, bool), device

    def lacks(self, context):
        """Of all tokens, those that are no choice in training on a graph of this context."""
        return np.logical_or.reduce([self.others[t] for t in self.others.keys() & set(context.tolist())] or [self.none])

    def choices(self, logits, graphs, owner):
        """logits (n, tokens) of n positions in `graphs`, owner (n) says which; those of tokens that are no choice are -inf."""
        if not self.others:
            return logits
        lacks = torch.from_numpy(np.stack([self.lacks(context) for context, _ in graphs])).to(self.device)
        return logits.masked_fill(lacks[owner], float("-inf"))
