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
        held = {t for pair in pairs for t in pair}
        comes, without = ({t: np.zeros(tokens, bool) for t in held} for _ in range(2))
        for i in range(len(corpus) if pairs else 0):
            context, rows = corpus.graph(i)
            stated, written = set(context.tolist()), np.concatenate(rows)
            for t in held:
                (comes if t in stated else without)[t][written] = True
        # By the token of a context. Only what comes of the other alone: what else comes with it, as another word for the same
        # field does, has to be told apart from what is stated here.
        self.others = {t: np.zeros(tokens, bool) for t in held}
        for one, other in [*pairs, *(pair[::-1] for pair in pairs)]:
            self.others[one] |= comes[other] & ~without[other]
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
