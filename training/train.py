"""Trains the model on a corpus of token ids, or goes on from a checkpoint; writes checkpoints and, at the end, a GGUF.

    python train.py --corpus DIR --out DIR [--graphs 300000] [--resume] [--start CHECKPOINT]

Everything it does is fixed by the corpus, the seed and the options; it resumes where the last checkpoint was written."""
import argparse
import json
import os
import pathlib
import sys
import time

# glibc gives large blocks back after every step and faults them in again; keeping them makes training 4 times faster.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "64000000000", "MALLOC_TOP_PAD_": "256000000"}
if __name__ == "__main__" and sys.platform == "linux" and not KEEP_MEMORY.keys() <= os.environ.keys():
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **KEEP_MEMORY})

import torch
import torch.nn.functional as F

from corpus import Corpus, pack
from export import read_gguf, write_gguf
from model import Config, Model
from muon import Muon
from noise import Noise
from parts import folded, shares
from relabel import replaced
from scope import Scope
from screening import deal, hardest
from workers import gradients, launch


def options():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--graphs", type=int, default=300_000, help="graphs seen in all; the corpus is repeated if it is shorter")
    p.add_argument("--seconds", type=float, help="end by then at the latest, the rates falling in time; how far it comes hangs on the machine")
    p.add_argument("--select", type=int, default=3, help="half of a batch are the hardest of this many times as many graphs…")
    p.add_argument("--select-from", type=float, default=0.68, help="…from this share of training on")
    p.add_argument("--first", type=int, default=0, help="graph of the corpus to begin with, so that a continued training sees new ones")
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--width", type=int, default=256)
    p.add_argument("--layers", type=int, default=5)
    p.add_argument("--heads", type=int, default=4)
    p.add_argument("--kv-heads", type=int, default=1)
    p.add_argument("--lr", type=float, default=1e-3, help="AdamW, for embeddings and norms")
    p.add_argument("--muon-lr", type=float, default=2.5e-3, help="Muon, for matrices")
    p.add_argument("--weight-decay", type=float, default=0.1, help="Muon's, times its rate")
    p.add_argument("--decay-from", type=float, default=1 / 6, help="share of training after which the rates fall linearly")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=2, help="on a CPU: processes that share each batch")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--start", help="checkpoint or model folder to start from; rows of the embedding are matched by token text")
    p.add_argument("--noise", type=float, default=0.0, help="share of a plan's entries that are read as others, so that the context decides what comes next…")
    p.add_argument("--noise-until", type=float, default=0.25, help="…until this share of training")
    p.add_argument("--keep", type=float, default=0.0, help="with --start: how much of the weights it started from stays in those it ends with")
    p.add_argument("--no-parts", action="store_true", help="every token's embedding is its own alone")
    p.add_argument("--checkpoint-every", type=int, default=16, help="pools of 16 batches; evaluated as often")
    return p.parse_args()


POOL = 16  # batches


def pools(corpus, o, seen):
    """(graphs seen by then, graphs, generator) of each pool from `seen` on. From `select_from` on a pool has `select` times as
    many graphs, for `hardest` to choose from."""
    while seen < o.graphs:
        generator = torch.Generator().manual_seed(o.seed * 1_000_003 + seen)
        several = o.select if seen >= o.select_from * o.graphs else 1
        graphs = []
        for i in range(POOL * o.batch * several):
            context, rows = corpus.graph((o.first + seen + i) % len(corpus))
            graphs.append((context, rows, len(rows) == 1))
        seen += len(graphs)
        yield seen, graphs, generator


def optimizers(model, o, workers):
    matrices = [p for b in model.blocks for p in b.parameters() if p.ndim == 2]
    rest = [p for p in model.parameters() if not any(p is m for m in matrices)]
    return [
        Muon(matrices, workers, lr=o.muon_lr, weight_decay=o.weight_decay),
        torch.optim.AdamW(rest, lr=o.lr, betas=(0.9, 0.95), weight_decay=0),
    ]


def evaluate(model, corpus, device, workers, graphs=256, batch=32):
    """Shares of whole graphs and of tokens that greedy decoding gets right (teacher forcing is exact for that)."""
    counts = torch.zeros(4)
    size = min(graphs, len(corpus))
    with torch.no_grad():
        for at in workers.share(range(0, size, batch)):
            some = [corpus.graph(i) for i in range(at, min(at + batch, size))]
            ids, targets, positions, owner, mask = pack(some, device)
            wanted = targets != -100
            of = owner[wanted]
            wrong = model.logits(model(ids, positions, mask)[wanted]).argmax(-1) != targets[wanted]
            counts += torch.tensor([len(some) - len(of[wrong].unique()), len(some), (~wrong).sum(), wanted.sum()])
    exact, total, right, tokens = workers.sum(counts).tolist()
    return {"exact": round(exact / total, 4), "tokens": round(right / tokens, 5)}


def start_from(model, tokens, path, device):
    """Copies the weights of a checkpoint or of a model folder; tokens it did not know keep their fresh embedding, but for runs in
    which only slots are others. Returns what it did in words, and the rows of the embedding that stayed fresh."""
    if os.path.isdir(path):
        state, texts = read_gguf(pathlib.Path(path) / "model.gguf"), json.loads((pathlib.Path(path) / "model.json").read_text())["tokens"]
    else:
        saved = torch.load(path, map_location=device, weights_only=False)
        state, texts = folded(saved["model"], saved["tokens"]), saved["tokens"]
    known = {t: i for i, t in enumerate(texts)}
    old, fresh = state.pop("embedding.weight"), model.embedding.weight.data
    unknown, renamed = [], replaced(texts, tokens)
    for i, t in enumerate(tokens):
        if renamed.get(t, t) in known:
            fresh[i] = old[known[renamed.get(t, t)]]
        else:
            unknown.append(i)
    model.load_state_dict(state, strict=False)
    return f"started from {path}: {len(tokens) - len(unknown)} of {len(tokens)} tokens known, {len(renamed)} of them with other slots", unknown


def towards(model, origin, unknown, share):
    """Moves all weights by a share of the way back to those it started from, fresh rows of the embedding aside. Between the two
    lies a model that knows what is new and has forgotten less (Wortsman et al., Robust fine-tuning of zero-shot models, 2022)."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            learnt = weight[unknown].clone() if name == "embedding.weight" else None
            weight.lerp_(origin[name], share)
            if learnt is not None:
                weight[unknown] = learnt


def main(workers, o):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(o.seed)
    say = (lambda *words: print(*words, flush=True)) if workers.first else (lambda *words: None)
    out = pathlib.Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(f"{o.corpus}/train")
    suites = {p.name: Corpus(p) for p in sorted(pathlib.Path(o.corpus).iterdir()) if p.is_dir() and p.name != "train"}
    tokens = json.loads((pathlib.Path(o.corpus) / "vocabulary.json").read_text())
    model = Model(Config(len(tokens), o.width, o.layers, o.heads, o.kv_heads), None if o.no_parts else shares(tokens)).to(device)
    unknown = []
    if o.start:
        words, unknown = start_from(model, tokens, o.start, device)
        say(words)
    origin = {name: weight.detach().clone() for name, weight in model.named_parameters()} if o.start and o.keep else None
    scope, noise = Scope(o.corpus, corpus, len(tokens), device), Noise(tokens, o.noise, device)
    opts, grads = optimizers(model, o, workers), gradients(model)
    bases = [[g["lr"] for g in opt.param_groups] for opt in opts]
    step, seen, spent = 0, 0, 0.0
    checkpoint = out / "checkpoint.pt"
    if o.resume and checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=False)
        model.load_state_dict(saved["model"])
        for opt, state in zip(opts, saved["optimizers"]):
            opt.load_state_dict(state)
        step, seen, spent = saved["step"], saved["seen"], saved["seconds"]
        say(f"resumed at graph {seen}")

    def save(path):
        if not workers.first:
            return
        torch.save({"model": model.state_dict(), "optimizers": [opt.state_dict() for opt in opts], "tokens": tokens,
                    "step": step, "seen": seen, "seconds": spent + time.time() - began, "options": vars(o)}, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    say(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {len(tokens)} tokens, {len(corpus)} graphs, {workers.count} {device}")
    began, first = time.time(), seen

    def elapsed():
        """Seconds so far, the same number in all workers."""
        return workers.sum(torch.tensor(spent + time.time() - began)).item() / workers.count

    for pool, (after, graphs, generator) in enumerate(pools(corpus, o, seen), 1):
        if len(graphs) > POOL * o.batch:
            graphs = hardest(model, graphs, POOL * o.batch, o.batch, scope, device, workers)
        for k, batch in enumerate(deal(graphs, POOL, generator), 1):
            progress = min(1, max((seen + (after - seen) * k / POOL) / o.graphs, elapsed() / o.seconds if o.seconds else 0))
            scale = min(1, (step + 1) / 60) * (1 if progress < o.decay_from else max(0.01, (1 - progress) / (1 - o.decay_from)))
            for opt, lrs in zip(opts, bases):
                for group, lr in zip(opt.param_groups, lrs):
                    group["lr"] = lr * scale
            mine = workers.share(batch)
            ids, targets, positions, owner, mask = pack(mine, device)
            wanted = targets != -100
            read = noise.read(ids, targets, generator) if progress < o.noise_until else ids
            predicted = sum(len(row) - 1 for _, rows in batch for row in rows)
            logits = scope.choices(model.logits(model(read, positions, mask)[wanted]), mine, owner[wanted])
            loss = F.cross_entropy(logits, targets[wanted], reduction="sum") / predicted
            grads.zero_()
            loss.backward()
            workers.sum(grads)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for opt in opts:
                opt.step()
            step += 1
        seen = after
        if o.seconds and elapsed() >= o.seconds:
            say(f"graph {seen}/{o.graphs}: out of time")
            break
        say(f"graph {seen}/{o.graphs} step {step} {time.time() - began:.0f} s loss {workers.sum(loss.detach()).item():.5f} graphs/s {(seen - first) / (time.time() - began):.1f}")
        if pool % o.checkpoint_every == 0:
            say("evaluation", json.dumps({name: evaluate(model, c, device, workers) for name, c in suites.items()}))
            save(checkpoint)
    save(checkpoint)
    model.fold()
    if origin:
        towards(model, origin, unknown, o.keep)
    final = {name: evaluate(model, c, device, workers, 1024) for name, c in suites.items()}
    if not workers.first:
        return
    write_gguf(model, tokens, out / "model.gguf")
    (out / "training.json").write_text(json.dumps({
        "options": vars(o), "device": device, "seconds": round(spent + time.time() - began), "steps": step, "graphs": seen,
        "parameters": sum(p.numel() for p in model.parameters()), "evaluation": final, "torch": torch.__version__}, indent=1))
    say("final", json.dumps(final))


if __name__ == "__main__":
    given = options()
    launch(1 if torch.cuda.is_available() else given.threads, main, given)
