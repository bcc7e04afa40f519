"""Wrong entries in what a plan has listed so far. Its order is fixed, so what comes next hangs on the context, and on the last entry
only for where it stands; taken from the last entry, it would not be known after one that what is taught never came with (word
dropout, Bowman et al., Generating sentences from a continuous space, 2016, with other words in place of none)."""
import torch


class Noise:
    """In training, `share` of a plan's entries are read as other ones; what is predicted stays."""

    def __init__(self, tokens, share, device):
        entry = torch.tensor([t.startswith("+") for t in tokens], device=device)
        self.share, self.entries, self.entry = share, entry.nonzero()[:, 0], entry
        # An object's row begins with its entry, too: a plan's is followed by another one, or by the end.
        self.follows = entry | torch.tensor([t == "<end>" for t in tokens], device=device)

    def read(self, ids, targets, generator):
        """ids, targets (batch, time) as `pack` gives them; ids to train on."""
        if not self.share:
            return ids
        listed = self.entry[ids] & (targets != -100) & self.follows[targets.clamp(min=0)]
        other = self.entries[torch.randint(len(self.entries), ids.shape, generator=generator).to(ids.device)]
        return torch.where(listed & (torch.rand(ids.shape, generator=generator) < self.share).to(ids.device), other, ids)
