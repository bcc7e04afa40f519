"""What tokens have in common by their texts. A run begins with one raw token, as other runs do and as that token does alone, and goes
on with a body that stands after other beginnings, too. A class of items is one token in a context and others in rows; half of the
classes of a list are rare, and their fields are those of the common ones. So while it is learnt a row of the embedding is one of the
token's own and the sum of its parts' (as words are of their letters' in Bojanowski et al., Enriching Word Vectors, 2017); written
out it is one row."""
import re
from collections import Counter

import torch
import torch.nn.functional as F

CLASS = re.compile(r"([?*])([^{}]+)\{(.*)\}")


def parts(token):
    """Names of a token's parts: its first raw token, of a class also its list, each field and which side it stands on; and the rest of a run."""
    first, *rest = token.split("\n")
    body = ["\n".join(rest)] if rest else []
    found = CLASS.fullmatch(first)
    if not found:
        return [first, *body]
    side, items, fields = found.groups()
    return [f"{side}{items}", f"{items}{{}}", first[1:], *(f"{items}.{field}" for field in fields.split(",") if field), *body]


def shares(tokens):
    """(tokens, more than the most parts of one): columns of a token's parts among those that two tokens have, filled up with their
    number, which therefore is the greatest entry."""
    of = [parts(t) for t in tokens]
    common = Counter(name for names in of for name in set(names))
    column = {name: i for i, name in enumerate(sorted(name for name, n in common.items() if n > 1))}
    rows = [[column[name] for name in names if name in column] for names in of]
    width = max(map(len, rows)) + 1
    return torch.tensor([row + [len(column)] * (width - len(row)) for row in rows])


def joined(own, shared, learnt):
    """Rows of an embedding (tokens, width), given their own, `shares` and the parts' (parts, width)."""
    return own + F.embedding_bag(shared, F.pad(learnt, (0, 0, 0, 1)), mode="sum", padding_idx=len(learnt))


def folded(state, tokens):
    """The state of a checkpoint of these tokens, with the parts in the rows."""
    learnt = state.pop("parts", None)
    if learnt is not None and len(learnt):
        state["embedding.weight"] = joined(state["embedding.weight"], shares(tokens).to(learnt.device), learnt)
    return state
