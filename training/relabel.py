"""Which token of an older vocabulary a new one stands for. A token is a run of parts, one per line; a playbook that copies one more
field, or copies it from elsewhere, changes the slots inside a run and nothing that is decided between runs. Such a run keeps what
was learnt of it."""
from difflib import SequenceMatcher

ENOUGH = 0.75  # of the parts of the longer run


def pairs(parts):
    """Parts, with a key and the slot that follows it as one."""
    out = []
    for part in parts:
        if part.startswith("$") and out and out[-1].startswith("."):
            out[-1] += " $"
        else:
            out.append(part)
    return out


def kept(old, new):
    """Whether the new run is the old one but for slots that were added or exchanged."""
    was, now = pairs(old.split("\n")), pairs(new.split("\n"))
    gained = [part for tag, _, _, a, b in SequenceMatcher(None, was, now, autojunk=False).get_opcodes() if tag in ("insert", "replace") for part in now[a:b]]
    lost = len(was) - (len(now) - len(gained))
    return lost == 0 and len(was) >= ENOUGH * len(now) and all(part.startswith(".") and part.endswith(" $") for part in gained)


def replaced(before, after):
    """{new text: old text} for the runs of `after` that `before` has under another text; each old one is taken once."""
    left = [t for t in before if t not in set(after)]
    found = {}
    for new in (t for t in after if t not in set(before) and "\n" in t):
        old = next((t for t in left if "\n" in t and kept(t, new)), None)
        if old is not None:
            found[new] = old
            left.remove(old)
    return found
