"""What a layer is asked for. It writes for contexts that state something new; its corpus also holds others, so that what is known is not
forgotten. Of some known features neither half may have seen the other's: a keyword that never came with a cron job in training would be
learnt not to go with one, by either. So each half chooses among those tokens only that it has itself."""
import json
import pathlib

import numpy as np
import torch


class Scope:
    """`folder` of a corpus, its training graphs, and how many tokens there are. Without `fresh.json` (ids of the tokens by which a
    context states something new) everything is asked for, and every token is a choice."""

    def __init__(self, folder, corpus, tokens, device):
        path = pathlib.Path(folder) / "fresh.json"
        self.fresh = np.array(json.loads(path.read_text()), np.int64) if path.exists() else np.zeros(0, np.int64)
        lacks = np.ones((2, tokens), bool)
        for i in range(len(corpus) if len(self.fresh) else 0):
            context, rows = corpus.graph(i)
            lacks[int(self.asked(context)), np.concatenate(rows)] = False
        self.lacks = torch.from_numpy(lacks).to(device)
        # Measured, a context that asks for it may need any token, and no other is ever answered with what only such contexts have.
        self.foreign = torch.stack([self.lacks[0] & ~self.lacks[1], torch.zeros_like(self.lacks[1])])

    def asked(self, context) -> bool:
        """Whether it states something new."""
        return bool(np.isin(context, self.fresh).any())

    def choices(self, logits, graphs, owner, measured=False):
        """logits (n, tokens) of n positions in `graphs`, owner (n) says which; those of tokens that are no choice there, in training
        or where it is measured, are -inf."""
        if not len(self.fresh):
            return logits
        asked = torch.tensor([int(self.asked(context)) for context, _ in graphs], device=logits.device)
        return logits.masked_fill((self.foreign if measured else self.lacks)[asked[owner]], float("-inf"))
